#include "ferrite/sqlite_info.h"

#include <algorithm>

#include "sqlite3.h"

namespace ferrite {

SqliteInfo GetSqliteInfo() {
  SqliteInfo info{sqlite3_libversion(), sqlite3_sourceid(), {}};
  for (int i = 0; const char* option = sqlite3_compileoption_get(i); ++i) {
    info.compile_options.emplace_back(option);
  }
  std::sort(info.compile_options.begin(), info.compile_options.end());
  return info;
}

}  // namespace ferrite
