// Store: a SQLite database behind RAII, and the tables Ferrite keeps in it.
//
// Any SQLite library can open the file; Ferrite's own tables begin with
// "ferrite_" and are described in core/doc/store.md. A Store is one
// connection: use it from one thread at a time. Statements and Transactions
// must be destroyed before their Store.
//
// SQLite's result codes become ErrorCodes in one place (internal::SqliteError):
// FULL is kStoreFull, BUSY and LOCKED kStoreBusy, CORRUPT kStoreCorrupt, NOTADB
// kStoreForeign, IOERR kStoreIo, NOMEM kOutOfMemory, constraint codes
// kNotNull, kNotUnique and kConstraint.
#ifndef FERRITE_STORE_H_
#define FERRITE_STORE_H_

#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>

#include "ferrite/bytes.h"
#include "ferrite/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace ferrite {

// One SQLite value. Text and blob bytes belong to somebody else: a bound cell
// must outlive the statement's next Reset, a read one is valid until the
// statement's next Step or Reset.
struct Cell {
  enum class Type : uint8_t { kNull, kInteger, kReal, kText, kBlob };
  Type type = Type::kNull;
  int64_t integer = 0;
  double real = 0;
  Bytes bytes;

  static Cell Null() { return {}; }
  static Cell Integer(int64_t value) { return {Type::kInteger, value, 0, {}}; }
  static Cell Real(double value) { return {Type::kReal, 0, value, {}}; }
  static Cell Text(std::string_view utf8) {
    return {Type::kText, 0, 0, AsBytes(utf8)};
  }
  static Cell Blob(Bytes bytes) { return {Type::kBlob, 0, 0, bytes}; }
  std::string_view text() const { return AsText(bytes); }
};

class Statement {
 public:
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();

  // Parameters count from 1, columns from 0, as in SQLite. SQLITE_STATIC: no
  // copy. What cannot be bound is the next Step's error. The first Bind behind
  // a Step begins anew, as Reset does.
  void Bind(int parameter, const Cell& cell);
  // True when a row is there, false at the end. After an error or the end
  // call Reset before the next use.
  Result<bool> Step();
  // Step for statements that give no rows, followed by Reset.
  Result<void> Run();
  void Reset();
  Cell Column(int column) const;
  int column_count() const;
  sqlite3_stmt* handle() const { return statement_; }

 private:
  friend class Store;
  Statement(sqlite3* database, sqlite3_stmt* statement)
      : database_(database), statement_(statement) {}
  int StepRaw();

  sqlite3* database_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
  int bind_result_ = 0;
  bool is_stepped_ = false;  // since the last Reset
};

class Store {
 public:
  struct Options {
    // Name of the VFS; empty is SQLite's default.
    std::string vfs;
    bool create = true;  // false: the file must exist
    bool read_only = false;
    // For a file that is new. Larger pages write faster in the browser.
    int page_size = 8192;
    // "delete" where one connection owns the file (the browser, the program):
    // it is locked from Open to the end, and a second one is kStoreBusy. "wal"
    // for a server that reads while it writes.
    std::string journal_mode = "delete";
    // Whether what outgrows the cache (rows sorted for an index, marks of a
    // relation) goes into temporary files of the VFS. A browser has none: it
    // stays in memory there, which then grows with the rows.
    bool temporary_files = false;
  };

  // Opens `path` (":memory:" for a private memory database), creates Ferrite's
  // tables in a new file and gives it a client id and an epoch. A file that is
  // no SQLite database or was written by a newer Ferrite is kStoreForeign; an
  // existing SQLite database without Ferrite's tables gets them.
  // synchronous=FULL always: what Commit reports is on the disk.
  static Result<std::unique_ptr<Store>> Open(const std::string& path,
                                             const Options& options);

  // As Open, for a SQLite file that is no store: nothing is created in it and
  // nothing of Ferrite's is expected there.
  static Result<std::unique_ptr<Store>> OpenPlain(const std::string& path,
                                                  const Options& options);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Exactly one statement, else kInvalidArgument.
  Result<Statement> Prepare(std::string_view sql);
  // Runs all statements of `sql`.
  Result<void> Execute(std::string_view sql);

  // ferrite_meta.
  Result<std::optional<std::string>> Meta(std::string_view key);
  Result<void> SetMeta(std::string_view key, std::string_view value);

  // Runs `work` between BEGIN IMMEDIATE and COMMIT; rolls back on an error and
  // when memory runs out. Where there is not even the memory to roll back, that
  // comes first in the next call. kState, and nothing touched, when a
  // transaction is open already: it is somebody else's.
  template <typename Work>
  Result<void> Atomically(Work&& work) {
    if (auto begun = Begin(); !begun.ok()) return begun;
    Result<void> done;
    try {
      done = work();
      if (done.ok()) done = Commit();
    } catch (const std::bad_alloc&) {
      done = OutOfMemory();
    }
    if (!done.ok()) RollBack();
    return done;
  }

  // kState when somebody has a transaction open.
  Result<void> CheckNoTransaction();
  bool InTransaction() const;

  // For what is put back as it was, also when memory is out: runs all of `sql`
  // or does not, and nobody hears of it.
  void Try(const char* sql) noexcept;

  // The message, code and hint for SQLite's last result on this connection.
  Error LastError(std::string_view what) const;
  sqlite3* handle() const { return database_; }

 private:
  static Result<std::unique_ptr<Store>> Connect(const std::string& path,
                                                const Options& options);
  template <typename PrepareFile>
  static Result<std::unique_ptr<Store>> OpenWith(const std::string& path,
                                                 const Options& options,
                                                 PrepareFile prepare_file);
  explicit Store(sqlite3* database) : database_(database) {}
  Result<void> SetJournalMode(const Options& options);
  Result<void> Begin();
  Result<void> Commit();
  void RollBack() noexcept;

  sqlite3* database_;
  bool owes_rollback_ = false;
};

// "name" with its quotes doubled: the only way an identifier enters SQL.
std::string QuoteIdentifier(std::string_view name);

}  // namespace ferrite

#endif  // FERRITE_STORE_H_
