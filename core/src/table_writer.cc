#include "table_writer.h"

#include <optional>
#include <span>
#include <string>

#include "sqlite_error.h"

namespace ferrite::internal {
namespace {

// The CREATE text of whatever has this name; empty text for what has none.
Result<std::optional<std::string>> SchemaOf(Store* store,
                                            const std::string& name) {
  Result<Statement> select = store->Prepare(
      "SELECT sql FROM sqlite_schema WHERE name=?1 COLLATE NOCASE");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Text(name));
  Result<bool> row = select->Step();
  if (!row.ok()) return std::move(row).error();
  if (!*row) return std::optional<std::string>();
  return std::optional<std::string>(select->Column(0).text());
}

Error TableExists(const std::string& name, size_t index) {
  return {ErrorCode::kTableExists,
          "The store already has something named " + QuoteIdentifier(name) +
              " that this migration did not make.",
          "Name the table otherwise in the plan, or use a new store.",
          "/tables/" + std::to_string(index) + "/name"};
}

}  // namespace

Result<TableWriter> TableWriter::Open(Store* store, const Plan& plan,
                                      size_t table) {
  Result<Statement> insert = store->Prepare(InsertSql(plan.tables[table]));
  if (!insert.ok()) return std::move(insert).error();
  return TableWriter(Mapper(plan, table), std::move(insert).value());
}

Result<bool> TableWriter::Write(size_t source, const Record& record,
                                Hash128* hash, Error* failure) {
  Result<void> begun = mapper_.Begin(source, record.key, record.value);
  if (!begun.ok()) {
    *failure = std::move(begun).error();
    return false;
  }
  std::span<const Cell> row;
  if (Result<bool> next = mapper_.Next(&row); !next.ok()) {
    *failure = std::move(next).error();
    return false;
  }
  int parameter = 0;
  for (const Cell& cell : row) insert_.Bind(++parameter, cell);
  // A failed INSERT takes back what it did itself, so that a failing record
  // needs no savepoint.
  if (Result<void> done = insert_.Run(); !done.ok()) {
    if (!IsRowFailure(done.error().code)) return std::move(done).error();
    *failure = std::move(done).error();
    return false;
  }
  *hash = mapper_.HashRow(row);
  return true;
}

Result<void> CreateTables(Store* store, const Plan& plan) {
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    if (auto made = store->Execute(CreateTableSql(plan, i)); !made.ok()) {
      return made;
    }
  }
  return {};
}

Result<void> CheckNamesAreFree(Store* store, const Plan& plan) {
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    const std::string& name = plan.tables[i].name;
    Result<std::optional<std::string>> found = SchemaOf(store, name);
    if (!found.ok()) return std::move(found).error();
    if (found->has_value()) return TableExists(name, i);
  }
  return {};
}

Result<void> CheckTablesAreOurs(Store* store, const Plan& plan) {
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    const std::string& name = plan.tables[i].name;
    Result<std::optional<std::string>> found = SchemaOf(store, name);
    if (!found.ok()) return std::move(found).error();
    if (!found->has_value()) {
      return Error{ErrorCode::kStoreCorrupt,
                   "The migration's table " + QuoteIdentifier(name) +
                       " is gone from the store.",
                   "Start with a new store; the sources are untouched.", ""};
    }
    if (**found != CreateTableSql(plan, i)) return TableExists(name, i);
  }
  return {};
}

}  // namespace ferrite::internal
