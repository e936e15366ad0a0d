// SqliteFile: any SQLite file, read as it is and never written to.
#ifndef FERRITE_NATIVE_CLI_SQLITE_FILE_H_
#define FERRITE_NATIVE_CLI_SQLITE_FILE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "ferrite/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace ferrite {

class SqliteFile {
 public:
  // kStoreOpen when there is no such file, kStoreForeign when it is no SQLite
  // database.
  static Result<std::unique_ptr<SqliteFile>> Open(const std::string& path);
  ~SqliteFile();

  // The row of a query, column by column.
  class Row {
   public:
    explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
    int64_t Integer(int column) const;
    std::string Text(int column) const;
    bool IsNull(int column) const;

   private:
    sqlite3_stmt* statement_;
  };
  Result<void> Query(const std::string& sql,
                     const std::function<void(const Row&)>& on_row);
  // The first cell of the first row; 0 when there is none.
  Result<int64_t> Number(const std::string& sql);
  Result<bool> HasTable(const std::string& name);

  // Copies the whole database into the file at `path`.
  Result<void> CopyTo(const std::string& path);

 private:
  explicit SqliteFile(sqlite3* database) : database_(database) {}
  Error Failure() const;

  sqlite3* database_;
};

// The size of a file in bytes; 0 when there is none.
uint64_t FileSize(const std::string& path);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_SQLITE_FILE_H_
