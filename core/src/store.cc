#include "ferrite/store.h"

#include <sqlite3.h>

#include <utility>

#include "sql_guard.h"
#include "sqlite_cell.h"
#include "sqlite_error.h"
#include "store_schema.h"

namespace ferrite {
namespace {

using internal::SqliteError;

Result<void> CheckOptions(const std::string& path,
                          const Store::Options& options) {
  const int page = options.page_size;
  std::string wrong;
  if (path.empty() || path.find('\0') != std::string::npos) {
    wrong = "The store's path is empty or holds NUL.";
  } else if (page < 512 || page > 65536 || (page & (page - 1)) != 0) {
    wrong = "The page size is no power of two from 512 to 65536.";
  } else if (options.journal_mode != "delete" &&
             options.journal_mode != "wal") {
    wrong = "The journal mode is neither \"delete\" nor \"wal\".";
  }
  if (wrong.empty()) return {};
  return Error{ErrorCode::kInvalidArgument, wrong, "", ""};
}

bool IsExclusive(const Store::Options& options) {
  return options.journal_mode == "delete" && !options.read_only;
}

// What a connection is, none of it written to the file. A store that one
// connection owns stays locked from Open to the end: a pass relies on its
// checkpoint not moving, and each batch saves the locking.
std::string ConnectionPragmas(const Store::Options& options) {
  std::string pragmas =
      "PRAGMA page_size=" + std::to_string(options.page_size) +
      ";"
      "PRAGMA synchronous=FULL;"
      "PRAGMA foreign_keys=ON;"
      "PRAGMA trusted_schema=OFF;"
      "PRAGMA cache_size=-16384;";
  pragmas += options.temporary_files ? "PRAGMA temp_store=FILE;"
                                     : "PRAGMA temp_store=MEMORY;";
  if (IsExclusive(options)) pragmas += "PRAGMA locking_mode=EXCLUSIVE;";
  return pragmas;
}

int OpenFlags(const Store::Options& options) {
  int flags = SQLITE_OPEN_EXRESCODE;
  if (options.read_only) return flags | SQLITE_OPEN_READONLY;
  flags |= SQLITE_OPEN_READWRITE;
  return options.create ? flags | SQLITE_OPEN_CREATE : flags;
}

Error NotOneStatement(const char* message) {
  return {ErrorCode::kInvalidArgument, message,
          "Give exactly one statement; Execute runs several.", ""};
}

// Whether anything but blanks and comments is left.
bool HoldsMore(sqlite3* database, const char* begin, const char* end) {
  while (begin < end) {
    sqlite3_stmt* statement = nullptr;
    const char* tail = nullptr;
    const int result = sqlite3_prepare_v3(
        database, begin, static_cast<int>(end - begin), 0, &statement, &tail);
    sqlite3_finalize(statement);
    if (result != SQLITE_OK || statement != nullptr) return true;
    begin = tail;
  }
  return false;
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      statement_(std::exchange(other.statement_, nullptr)),
      bind_result_(other.bind_result_),
      is_stepped_(other.is_stepped_) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(database_, other.database_);
  std::swap(statement_, other.statement_);
  std::swap(bind_result_, other.bind_result_);
  std::swap(is_stepped_, other.is_stepped_);
  return *this;
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::Bind(int parameter, const Cell& cell) {
  // An exception may have come before its user's Reset.
  if (is_stepped_) Reset();
  const int result = internal::BindCell(statement_, parameter, cell);
  if (result != SQLITE_OK && bind_result_ == SQLITE_OK) bind_result_ = result;
}

int Statement::StepRaw() {
  is_stepped_ = true;
  // A value that could not be bound would go in as NULL.
  if (bind_result_ != SQLITE_OK) return bind_result_;
  return sqlite3_step(statement_);
}

Result<bool> Statement::Step() {
  const int result = StepRaw();
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return SqliteError(database_, result, "Running a statement");
}

Result<void> Statement::Run() {
  const int result = StepRaw();
  Result<void> outcome;
  if (result != SQLITE_DONE && result != SQLITE_ROW) {
    outcome = SqliteError(database_, result, "Running a statement");
  }
  Reset();
  return outcome;
}

void Statement::Reset() {
  // Its result repeats the last step's.
  (void)sqlite3_reset(statement_);
  bind_result_ = SQLITE_OK;
  is_stepped_ = false;
}

Cell Statement::Column(int column) const {
  return internal::ReadCell(statement_, column);
}

int Statement::column_count() const { return sqlite3_column_count(statement_); }

template <typename PrepareFile>
Result<std::unique_ptr<Store>> Store::OpenWith(const std::string& path,
                                               const Options& options,
                                               PrepareFile prepare_file) {
  try {
    Result<std::unique_ptr<Store>> store = Connect(path, options);
    if (!store.ok()) return store;
    Result<void> ready = (*store)->Execute(ConnectionPragmas(options));
    if (ready.ok()) ready = prepare_file(store->get());
    if (ready.ok()) return store;
    Error error = std::move(ready).error();
    error.message = "Opening " + path + ": " + error.message;
    return error;
  } catch (const std::bad_alloc&) {
    return OutOfMemory();
  }
}

Result<std::unique_ptr<Store>> Store::Connect(const std::string& path,
                                              const Options& options) {
  if (auto valid = CheckOptions(path, options); !valid.ok()) {
    return std::move(valid).error();
  }
  const std::string what = "Opening " + path;
  // There first, so that no connection is left to nobody.
  std::unique_ptr<Store> store(new Store(nullptr));
  sqlite3*& database = store->database_;
  const int opened =
      sqlite3_open_v2(path.c_str(), &database, OpenFlags(options),
                      options.vfs.empty() ? nullptr : options.vfs.c_str());
  if (opened != SQLITE_OK) return SqliteError(database, opened, what);
  // SQLite falls back to reading when it may not write.
  if (!options.read_only && sqlite3_db_readonly(database, "main") == 1) {
    return Error{ErrorCode::kStoreOpen, what + ": The file cannot be written.",
                 "Check the file's permissions.", ""};
  }
  // A server's writers wait for each other; elsewhere nobody else should be
  // there, and the wait is only for a reader that is about to leave.
  sqlite3_busy_timeout(database, IsExclusive(options) ? 250 : 5000);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (!internal::SqlGuard::Watch(database)) {
    return SqliteError(database, SQLITE_NOMEM, what);
  }
  return store;
}

Result<std::unique_ptr<Store>> Store::Open(const std::string& path,
                                           const Options& options) {
  return OpenWith(path, options, [&](Store* store) {
    Result<void> prepared = internal::PrepareSchema(store, options);
    return prepared.ok() ? store->SetJournalMode(options) : prepared;
  });
}

Result<std::unique_ptr<Store>> Store::OpenPlain(const std::string& path,
                                                const Options& options) {
  return OpenWith(path, options,
                  [&](Store* store) { return store->SetJournalMode(options); });
}

Store::~Store() { sqlite3_close_v2(database_); }

Result<void> Store::SetJournalMode(const Options& options) {
  if (options.read_only) return {};
  Result<Statement> statement =
      Prepare("PRAGMA journal_mode=" + options.journal_mode);
  if (!statement.ok()) return std::move(statement).error();
  Result<bool> row = statement->Step();
  if (!row.ok()) return std::move(row).error();
  const std::string mode(statement->Column(0).text());
  if (mode == options.journal_mode || mode == "memory") return {};
  return Error{ErrorCode::kStoreOpen,
               "The journal mode is " + mode + " and cannot become " +
                   options.journal_mode + ".",
               "Close the file's other connections.", ""};
}

Result<Statement> Store::Prepare(std::string_view sql) {
  // SQLite would stop reading at a NUL and leave the rest unsaid.
  if (sql.find('\0') != std::string_view::npos) {
    return NotOneStatement("The SQL holds a NUL character.");
  }
  if (sql.empty()) return NotOneStatement("The SQL holds no statement.");
  sqlite3_stmt* handle = nullptr;
  const char* tail = nullptr;
  const int result =
      sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &handle, &tail);
  if (result == SQLITE_AUTH)
    return internal::SqlGuard::Of(database_)->Refusal();
  if (result != SQLITE_OK) {
    return SqliteError(database_, result, "Preparing a statement");
  }
  if (handle == nullptr) return NotOneStatement("The SQL holds no statement.");
  Statement statement(database_, handle);
  if (HoldsMore(database_, tail, sql.data() + sql.size())) {
    return NotOneStatement("The SQL holds more than one statement.");
  }
  return statement;
}

Result<void> Store::Execute(std::string_view sql) {
  if (sql.find('\0') != std::string_view::npos) {
    return Error{ErrorCode::kInvalidArgument, "The SQL holds a NUL character.",
                 "", ""};
  }
  const int result = sqlite3_exec(database_, std::string(sql).c_str(), nullptr,
                                  nullptr, nullptr);
  if (result == SQLITE_OK) return {};
  if (result == SQLITE_AUTH)
    return internal::SqlGuard::Of(database_)->Refusal();
  return SqliteError(database_, result, "Running SQL");
}

Result<std::optional<std::string>> Store::Meta(std::string_view key) {
  Result<Statement> statement =
      Prepare("SELECT value FROM ferrite_meta WHERE key=?1");
  if (!statement.ok()) return std::move(statement).error();
  statement->Bind(1, Cell::Text(key));
  Result<bool> row = statement->Step();
  if (!row.ok()) return std::move(row).error();
  if (!*row) return std::optional<std::string>();
  return std::optional<std::string>(statement->Column(0).text());
}

Result<void> Store::SetMeta(std::string_view key, std::string_view value) {
  Result<Statement> statement = Prepare(
      "INSERT INTO ferrite_meta(key,value) VALUES(?1,?2) "
      "ON CONFLICT(key) DO UPDATE SET value=excluded.value");
  if (!statement.ok()) return std::move(statement).error();
  statement->Bind(1, Cell::Text(key));
  statement->Bind(2, Cell::Text(value));
  return statement->Run();
}

bool Store::InTransaction() const {
  return sqlite3_get_autocommit(database_) == 0;
}

Result<void> Store::CheckNoTransaction() {
  if (owes_rollback_) RollBack();
  if (owes_rollback_) return OutOfMemory();
  if (!InTransaction()) return {};
  return Error{ErrorCode::kState, "A transaction is open in the store.",
               "Commit it or roll it back first.", ""};
}

Result<void> Store::Begin() {
  if (auto free = CheckNoTransaction(); !free.ok()) return free;
  return Execute("BEGIN IMMEDIATE");
}

Result<void> Store::Commit() {
  const int result =
      sqlite3_exec(database_, "COMMIT", nullptr, nullptr, nullptr);
  if (result == SQLITE_OK) return {};
  return SqliteError(database_, result, "Running SQL");
}

void Store::RollBack() noexcept {
  Try("ROLLBACK");
  owes_rollback_ = InTransaction();
}

void Store::Try(const char* sql) noexcept {
  (void)sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
}

Error Store::LastError(std::string_view what) const {
  return SqliteError(database_, sqlite3_extended_errcode(database_), what);
}

std::string QuoteIdentifier(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace ferrite
