#include "native/cli/sqlite_file.h"

#include <sqlite3.h>

#include <filesystem>
#include <system_error>
#include <utility>

namespace ferrite {
namespace {

ErrorCode CodeOf(int result) {
  switch (result & 0xff) {
    case SQLITE_NOTADB:
      return ErrorCode::kStoreForeign;
    case SQLITE_CORRUPT:
      return ErrorCode::kStoreCorrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::kStoreBusy;
    case SQLITE_FULL:
      return ErrorCode::kStoreFull;
    case SQLITE_CANTOPEN:
      return ErrorCode::kStoreOpen;
    case SQLITE_ERROR:
      return ErrorCode::kSql;
    default:
      return ErrorCode::kStoreIo;
  }
}

}  // namespace

Error SqliteFile::Failure() const {
  const ErrorCode code = CodeOf(sqlite3_extended_errcode(database_));
  return {code,
          std::string(ErrorSentence(code)) +
              " SQLite says: " + sqlite3_errmsg(database_) + ".",
          "", ""};
}

Result<std::unique_ptr<SqliteFile>> SqliteFile::Open(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    return Error{ErrorCode::kStoreOpen, "There is no file " + path + ".",
                 "Check the path.", ""};
  }
  sqlite3* database = nullptr;
  const int opened =
      sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr);
  std::unique_ptr<SqliteFile> file(new SqliteFile(database));
  if (opened != SQLITE_OK) return file->Failure();
  sqlite3_busy_timeout(database, 1000);
  // The first read shows whether it is a database at all.
  if (auto read = file->Number("SELECT count(*) FROM sqlite_schema");
      !read.ok()) {
    return std::move(read).error();
  }
  return file;
}

SqliteFile::~SqliteFile() { sqlite3_close_v2(database_); }

int64_t SqliteFile::Row::Integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string SqliteFile::Row::Text(int column) const {
  const auto* text = sqlite3_column_text(statement_, column);
  const auto size =
      static_cast<size_t>(sqlite3_column_bytes(statement_, column));
  return text == nullptr
             ? std::string()
             : std::string(reinterpret_cast<const char*>(text), size);
}

bool SqliteFile::Row::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Result<void> SqliteFile::Query(const std::string& sql,
                               const std::function<void(const Row&)>& on_row) {
  sqlite3_stmt* statement = nullptr;
  int result =
      sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr);
  if (result != SQLITE_OK) return Failure();
  while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
    on_row(Row(statement));
  }
  Result<void> done;
  if (result != SQLITE_DONE) done = Failure();
  sqlite3_finalize(statement);
  return done;
}

Result<int64_t> SqliteFile::Number(const std::string& sql) {
  int64_t number = 0;
  auto done = Query(sql, [&](const Row& row) { number = row.Integer(0); });
  if (!done.ok()) return std::move(done).error();
  return number;
}

Result<bool> SqliteFile::HasTable(const std::string& name) {
  Result<int64_t> found = Number(
      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '" +
      name + "'");
  if (!found.ok()) return std::move(found).error();
  return *found != 0;
}

Result<void> SqliteFile::CopyTo(const std::string& path) {
  sqlite3* target = nullptr;
  int result =
      sqlite3_open_v2(path.c_str(), &target,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  if (result == SQLITE_OK) {
    sqlite3_backup* backup =
        sqlite3_backup_init(target, "main", database_, "main");
    if (backup != nullptr) {
      (void)sqlite3_backup_step(backup, -1);
      (void)sqlite3_backup_finish(backup);
    }
    result = sqlite3_errcode(target);
  }
  sqlite3_close_v2(target);
  if (result == SQLITE_OK) return {};
  return Error{CodeOf(result),
               "The copy " + path +
                   " cannot be written: " + sqlite3_errstr(result) + ".",
               "", ""};
}

uint64_t FileSize(const std::string& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  return failed ? 0 : size;
}

}  // namespace ferrite
