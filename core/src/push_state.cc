#include "push_state.h"

#include <initializer_list>
#include <utility>

namespace ferrite::internal {
namespace {

constexpr char kTables[] = R"sql(
CREATE TABLE IF NOT EXISTS ferrite_push(
  id INTEGER PRIMARY KEY CHECK(id = 1), epoch TEXT NOT NULL,
  sequence INTEGER NOT NULL, pushes INTEGER NOT NULL, rows INTEGER NOT NULL,
  updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS ferrite_push_cursor(
  table_name TEXT PRIMARY KEY, last_rowid INTEGER, last_key BLOB,
  rows INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ferrite_push_flight(
  sequence INTEGER PRIMARY KEY, body BLOB NOT NULL, rows INTEGER NOT NULL,
  at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS ferrite_push_refused(
  id INTEGER PRIMARY KEY, epoch TEXT NOT NULL, sequence INTEGER NOT NULL,
  code TEXT NOT NULL, message TEXT NOT NULL, path TEXT NOT NULL,
  body BLOB NOT NULL, rows INTEGER NOT NULL, at INTEGER NOT NULL);
)sql";

Result<void> Run(Store* store, std::string_view sql,
                 std::initializer_list<Cell> parameters) {
  Result<Statement> statement = store->Prepare(sql);
  if (!statement.ok()) return std::move(statement).error();
  int index = 0;
  for (const Cell& cell : parameters) statement->Bind(++index, cell);
  return statement->Run();
}

Cell Number(uint64_t value) {
  return Cell::Integer(static_cast<int64_t>(value));
}

uint64_t Number(const Statement& statement, int column) {
  return static_cast<uint64_t>(statement.Column(column).integer);
}

std::string Text(const Statement& statement, int column) {
  return std::string(statement.Column(column).text());
}

ByteBuffer Blob(const Statement& statement, int column) {
  const Bytes bytes = statement.Column(column).bytes;
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Result<void> CreatePushTables(Store* store) { return store->Execute(kTables); }

Result<bool> HasPushTables(Store* store) {
  Result<Statement> statement = store->Prepare(
      "SELECT 1 FROM sqlite_schema WHERE name = 'ferrite_push_refused'");
  if (!statement.ok()) return std::move(statement).error();
  return statement->Step();
}

Result<std::optional<PushState>> LoadPushState(Store* store) {
  Result<Statement> statement = store->Prepare(
      "SELECT epoch, sequence, pushes, rows FROM ferrite_push WHERE id = 1");
  if (!statement.ok()) return std::move(statement).error();
  Result<bool> row = statement->Step();
  if (!row.ok()) return std::move(row).error();
  if (!*row) return std::optional<PushState>();
  return std::optional<PushState>({Text(*statement, 0), Number(*statement, 1),
                                   Number(*statement, 2),
                                   Number(*statement, 3)});
}

Result<void> SavePushState(Store* store, const PushState& state, int64_t now) {
  return Run(store, "INSERT OR REPLACE INTO ferrite_push VALUES(1,?,?,?,?,?)",
             {Cell::Text(state.epoch), Number(state.sequence),
              Number(state.pushes), Number(state.rows), Cell::Integer(now)});
}

Result<PushCursor> LoadPushCursor(Store* store, std::string_view table) {
  Result<Statement> statement = store->Prepare(
      "SELECT last_rowid, last_key, rows FROM ferrite_push_cursor "
      "WHERE table_name = ?");
  if (!statement.ok()) return std::move(statement).error();
  statement->Bind(1, Cell::Text(table));
  Result<bool> row = statement->Step();
  if (!row.ok()) return std::move(row).error();
  PushCursor cursor;
  if (!*row) return cursor;
  const Cell rowid = statement->Column(0);
  if (rowid.type == Cell::Type::kInteger) cursor.rowid = rowid.integer;
  cursor.key = Blob(*statement, 1);
  cursor.rows = Number(*statement, 2);
  return cursor;
}

Result<void> SavePushCursor(Store* store, std::string_view table,
                            const PushCursor& cursor) {
  return Run(store,
             "INSERT OR REPLACE INTO ferrite_push_cursor VALUES(?,?,?,?)",
             {Cell::Text(table),
              cursor.rowid ? Cell::Integer(*cursor.rowid) : Cell::Null(),
              cursor.rowid ? Cell::Null() : Cell::Blob(cursor.key),
              Number(cursor.rows)});
}

Result<std::optional<PushFlight>> LoadPushFlight(Store* store) {
  Result<Statement> statement =
      store->Prepare("SELECT sequence, rows, body FROM ferrite_push_flight");
  if (!statement.ok()) return std::move(statement).error();
  Result<bool> row = statement->Step();
  if (!row.ok()) return std::move(row).error();
  if (!*row) return std::optional<PushFlight>();
  return std::optional<PushFlight>(
      {Number(*statement, 0), Number(*statement, 1), Blob(*statement, 2)});
}

Result<void> SavePushFlight(Store* store, const PushFlight& flight,
                            int64_t now) {
  return Run(store,
             "INSERT INTO ferrite_push_flight(sequence, body, rows, at) "
             "VALUES(?,?,?,?)",
             {Number(flight.sequence), Cell::Blob(flight.body),
              Number(flight.rows), Cell::Integer(now)});
}

Result<void> KeepRefusedFlight(Store* store, std::string_view epoch,
                               const Error& reason, std::string_view code,
                               int64_t now) {
  return Run(store,
             "INSERT INTO ferrite_push_refused(epoch, sequence, code, message, "
             "path, body, rows, at) SELECT ?, sequence, ?, ?, ?, body, rows, ? "
             "FROM ferrite_push_flight",
             {Cell::Text(epoch), Cell::Text(code), Cell::Text(reason.message),
              Cell::Text(reason.path), Cell::Integer(now)});
}

Result<std::vector<RefusedPush>> LoadRefusedPushes(Store* store) {
  Result<Statement> statement = store->Prepare(
      "SELECT epoch, sequence, rows, length(body), code, message, path "
      "FROM ferrite_push_refused ORDER BY id");
  if (!statement.ok()) return std::move(statement).error();
  std::vector<RefusedPush> refused;
  for (;;) {
    Result<bool> row = statement->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return refused;
    refused.push_back({Text(*statement, 0), Number(*statement, 1),
                       Number(*statement, 2), Number(*statement, 3),
                       Text(*statement, 4), Text(*statement, 5),
                       Text(*statement, 6)});
  }
}

}  // namespace ferrite::internal
