#include "table_writer.h"

#include <optional>
#include <span>
#include <string>

#include "sqlite_error.h"
#include "store_schema.h"
#include "table_fit.h"

namespace ferrite::internal {
namespace {

Error TableExists(const std::string& name, size_t index) {
  return {ErrorCode::kTableExists,
          "The store already has something named " + QuoteIdentifier(name) +
              " that this migration did not make.",
          "Name the table otherwise in the plan, or use a new store.",
          "/tables/" + std::to_string(index) + "/name"};
}

// Of something with a table's name that this plan did not make.
Result<void> CheckIsWelcome(Store* store, const Plan& plan, size_t index) {
  const Table& table = plan.tables[index];
  if (table.on_conflict.strategy == Strategy::kLedger) {
    return TableExists(table.name, index);
  }
  return CheckTableFits(store, table,
                        "/tables/" + std::to_string(index) + "/name");
}

}  // namespace

Result<TableWriter> TableWriter::Open(Store* store, const Plan& plan,
                                      size_t table, int64_t migration) {
  Result<Statement> insert = store->Prepare(InsertSql(plan.tables[table]));
  if (!insert.ok()) return std::move(insert).error();
  std::optional<Savepoint> savepoint;
  if (!plan.tables[table].each.empty()) {
    Result<Statement> begin = store->Prepare("SAVEPOINT ferrite_record");
    if (!begin.ok()) return std::move(begin).error();
    Result<Statement> release = store->Prepare("RELEASE ferrite_record");
    if (!release.ok()) return std::move(release).error();
    Result<Statement> undo = store->Prepare("ROLLBACK TO ferrite_record");
    if (!undo.ok()) return std::move(undo).error();
    savepoint = Savepoint{std::move(begin).value(), std::move(release).value(),
                          std::move(undo).value()};
  }
  std::optional<ConflictDesk> desk;
  if (plan.tables[table].on_conflict.strategy != Strategy::kLedger) {
    Result<ConflictDesk> opened =
        ConflictDesk::Open(store, plan.tables[table], migration);
    if (!opened.ok()) return std::move(opened).error();
    desk = std::move(opened).value();
  }
  return TableWriter(Mapper(plan, table), std::move(insert).value(),
                     std::move(savepoint), std::move(desk));
}

Result<bool> TableWriter::Write(size_t source, const Record& record,
                                int64_t now, Total* rows, Error* failure) {
  if (!savepoint_) return WriteRows(source, record, now, rows, failure);
  if (auto begun = savepoint_->begin.Run(); !begun.ok()) {
    return std::move(begun).error();
  }
  Result<bool> written = WriteRows(source, record, now, rows, failure);
  // The whole transaction is given up.
  if (!written.ok()) return written;
  if (!*written) {
    if (auto undone = savepoint_->undo.Run(); !undone.ok()) {
      return std::move(undone).error();
    }
  }
  if (auto released = savepoint_->release.Run(); !released.ok()) {
    return std::move(released).error();
  }
  return written;
}

Result<bool> TableWriter::WriteRows(size_t source, const Record& record,
                                    int64_t now, Total* rows, Error* failure) {
  *rows = {};
  if (desk_) desk_->Begin();
  const auto fail = [&](Error error) {
    *failure = std::move(error);
    return false;
  };
  const auto fail_to_map = [&](Error error) -> Result<bool> {
    if (error.code == ErrorCode::kOutOfMemory) return error;
    return fail(std::move(error));
  };
  Result<void> begun = mapper_.Begin(source, record.key, record.value);
  if (!begun.ok()) return fail_to_map(std::move(begun).error());
  for (;;) {
    std::span<const Cell> row;
    Result<bool> next = mapper_.Next(&row);
    if (!next.ok()) return fail_to_map(std::move(next).error());
    if (!*next) return true;
    int parameter = 0;
    for (const Cell& cell : row) insert_.Bind(++parameter, cell);
    const Result<void> done = insert_.Run();
    if (done.ok()) {
      rows->Add(mapper_.HashRow(row));
      if (desk_) desk_->CountInserted();
      continue;
    }
    if (!IsRowFailure(insert_, done.error().code)) return done.error();
    if (!desk_ || done.error().code != ErrorCode::kNotUnique) {
      return fail(done.error());
    }
    *failure = done.error();
    Result<bool> settled = desk_->Settle({source, record.sortable, row, now},
                                         &mapper_, rows, failure);
    if (!settled.ok() || !*settled) return settled;
  }
}

Result<void> CreateTables(Store* store, const Plan& plan) {
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    if (plan.tables[i].on_conflict.strategy != Strategy::kLedger) {
      Result<std::optional<std::string>> found =
          CreateTextOf(store, plan.tables[i].name);
      if (!found.ok()) return std::move(found).error();
      if (found->has_value()) continue;
    }
    if (auto made = store->Execute(CreateTableSql(plan, i)); !made.ok()) {
      return made;
    }
  }
  return {};
}

Result<void> CheckNamesAreFree(Store* store, const Plan& plan) {
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    const std::string& name = plan.tables[i].name;
    Result<std::optional<std::string>> found = CreateTextOf(store, name);
    if (!found.ok()) return std::move(found).error();
    if (!found->has_value()) continue;
    if (auto fits = CheckIsWelcome(store, plan, i); !fits.ok()) return fits;
  }
  return {};
}

Result<void> CheckTablesAreOurs(Store* store, const Plan& plan) {
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    const std::string& name = plan.tables[i].name;
    Result<std::optional<std::string>> found = CreateTextOf(store, name);
    if (!found.ok()) return std::move(found).error();
    if (!found->has_value()) {
      return Error{ErrorCode::kStoreCorrupt,
                   "The migration's table " + QuoteIdentifier(name) +
                       " is gone from the store.",
                   "Start with a new store; the sources are untouched.", ""};
    }
    if (**found == CreateTableSql(plan, i)) continue;
    if (auto fits = CheckIsWelcome(store, plan, i); !fits.ok()) return fits;
  }
  return {};
}

}  // namespace ferrite::internal
