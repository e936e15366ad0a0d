#include "chain_run.h"

#include <sqlite3.h>

#include <algorithm>
#include <string>

#include "sqlite_error.h"
#include "store_schema.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

bool IsOurs(const char* name) {
  return name != nullptr && AsciiLower(name).starts_with("ferrite_");
}

bool Is(const char* text, std::string_view word) {
  return text != nullptr && AsciiLower(text) == word;
}

// What a step of a person's SQL may do: anything with the store's tables but
// Ferrite's, nothing with other files, the connection or the transaction.
int AuthorizeStep(void*, int action, const char* first, const char* second,
                  const char*, const char*) {
  switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_TEMP_VIEW:
      return SQLITE_DENY;
    case SQLITE_PRAGMA:
      return Is(first, "foreign_key_check") ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_CREATE_VTABLE:
    case SQLITE_DROP_VTABLE:
      return Is(second, "fts5") && !IsOurs(first) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION:
      return Is(second, "load_extension") || Is(second, "fts3_tokenizer")
                 ? SQLITE_DENY
                 : SQLITE_OK;
    case SQLITE_ALTER_TABLE:  // the database comes first
      return IsOurs(second) ? SQLITE_DENY : SQLITE_OK;
    default:
      // Whatever is named here, a table of Ferrite's is off limits.
      return IsOurs(first) || (action != SQLITE_READ &&
                               action != SQLITE_UPDATE && IsOurs(second))
                 ? SQLITE_DENY
                 : SQLITE_OK;
  }
}

class Authorizer {
 public:
  explicit Authorizer(Store* store) : database_(store->handle()) {
    sqlite3_set_authorizer(database_, AuthorizeStep, nullptr);
  }
  ~Authorizer() { sqlite3_set_authorizer(database_, nullptr, nullptr); }
  Authorizer(const Authorizer&) = delete;
  Authorizer& operator=(const Authorizer&) = delete;

 private:
  sqlite3* database_;
};

Error Wrong(std::string message) {
  return {ErrorCode::kSql, std::move(message), "", ""};
}

Result<void> RunStatement(sqlite3* database, sqlite3_stmt* statement) {
  if (sqlite3_bind_parameter_count(statement) != 0) {
    return Wrong("A statement has a parameter, and nothing to put there.");
  }
  int result = SQLITE_ROW;
  while (result == SQLITE_ROW) result = sqlite3_step(statement);
  if (result == SQLITE_DONE) return {};
  return SqliteError(database, result, "Running a statement");
}

Result<void> RunStep(Store* store, const ChainStep& step) {
  const Authorizer authorizer(store);
  sqlite3* database = store->handle();
  const char* at = step.sql.data();
  const char* end = at + step.sql.size();
  while (at < end) {
    sqlite3_stmt* statement = nullptr;
    const int result = sqlite3_prepare_v3(
        database, at, static_cast<int>(end - at), 0, &statement, &at);
    if (result != SQLITE_OK) {
      return SqliteError(database, result, "Preparing a statement");
    }
    if (statement == nullptr) continue;  // blanks and comments
    Result<void> done = RunStatement(database, statement);
    sqlite3_finalize(statement);
    if (!done.ok()) return done;
  }
  return {};
}

// Everything of Ferrite's in the schema, as one text: a rename can bring a name
// that the authorizer does not see.
Result<std::string> OurSchema(Store* store) {
  Result<Statement> rows = store->Prepare(
      "SELECT coalesce(group_concat(type || ' ' || name || ' ' || tbl_name || "
      "' ' || coalesce(sql, ''), char(10) ORDER BY type, name), '') FROM "
      "sqlite_schema WHERE lower(name) GLOB 'ferrite_*' OR lower(tbl_name) "
      "GLOB 'ferrite_*'");
  if (!rows.ok()) return std::move(rows).error();
  Result<bool> row = rows->Step();
  if (!row.ok()) return std::move(row).error();
  return std::string(rows->Column(0).text());
}

Result<void> CheckForeignKeys(Store* store) {
  Result<Statement> rows = store->Prepare("PRAGMA foreign_key_check");
  if (!rows.ok()) return std::move(rows).error();
  uint64_t orphans = 0;
  std::string first;
  for (;;) {
    Result<bool> row = rows->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) break;
    if (++orphans == 1) {
      first = Quoted(rows->Column(0).text()) + " refers to no row of " +
              Quoted(rows->Column(2).text());
    }
  }
  if (orphans == 0) return {};
  return Error{
      ErrorCode::kConstraint,
      std::to_string(orphans) +
          " references lead nowhere after the steps; the first: " + first + ".",
      "Foreign keys do not act while steps run: delete or change the "
      "rows that refer, too.",
      ""};
}

Result<void> RunSteps(Store* store, std::span<const ChainStep> steps) {
  Result<std::string> before = OurSchema(store);
  if (!before.ok()) return std::move(before).error();
  for (const ChainStep& step : steps) {
    Result<void> done = RunStep(store, step);
    // A statement can roll the whole transaction back (ON CONFLICT ROLLBACK).
    if (done.ok() && !store->InTransaction()) {
      done = Wrong("A statement ended the transaction.");
    }
    Result<std::string> after = OurSchema(store);
    if (!after.ok()) return std::move(after).error();
    if (done.ok() && *after != *before) {
      done = Wrong("A statement reaches for Ferrite's own tables.");
    }
    if (!done.ok()) {
      Error error = std::move(done).error();
      error.path = step.path;
      return error;
    }
  }
  return CheckForeignKeys(store);
}

Error InVersion(const ChainVersion& version, Error error) {
  if (error.code == ErrorCode::kInvalidArgument) error.code = ErrorCode::kSql;
  error.message = "Version " + std::to_string(version.version) + " (" +
                  Quoted(version.name) + "): " + error.message;
  return error;
}

}  // namespace

Result<void> RunVersion(Store* store, const ChainVersion& version,
                        std::span<const ChainStep> steps,
                        const std::function<Result<void>()>& record) {
  // Has no effect inside a transaction, so it stands around it.
  Result<int64_t> keys = QueryInteger(store, "PRAGMA foreign_keys");
  if (!keys.ok()) return std::move(keys).error();
  if (auto off = store->Execute("PRAGMA foreign_keys=OFF"); !off.ok()) {
    return off;
  }
  Result<void> done = store->Atomically([&]() -> Result<void> {
    Result<void> ran = RunSteps(store, steps);
    return ran.ok() ? record() : ran;
  });
  Result<void> back = store->Execute(*keys != 0 ? "PRAGMA foreign_keys=ON"
                                                : "PRAGMA foreign_keys=OFF");
  if (!done.ok()) return InVersion(version, std::move(done).error());
  return back;
}

}  // namespace ferrite::internal
