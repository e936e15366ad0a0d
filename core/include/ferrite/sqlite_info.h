// SqliteInfo: which SQLite this program was built with.
//
// Both twins must answer alike, else the same plan could yield two different
// databases. A value; safe on any thread.
#ifndef FERRITE_SQLITE_INFO_H_
#define FERRITE_SQLITE_INFO_H_

#include <string>
#include <vector>

namespace ferrite {

struct SqliteInfo {
  // "3.54.1".
  std::string version;
  // Date, time and hash of SQLite's own source check-in.
  std::string source_id;
  // As in PRAGMA compile_options: sorted, without the "SQLITE_" prefix.
  std::vector<std::string> compile_options;
};

SqliteInfo GetSqliteInfo();

}  // namespace ferrite

#endif  // FERRITE_SQLITE_INFO_H_
