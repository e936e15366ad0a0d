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
                                      size_t table, int64_t migration,
                                      const std::optional<OriginRun>& run) {
  Result<Statement> insert = store->Prepare(InsertSql(plan.tables[table]));
  if (!insert.ok()) return std::move(insert).error();
  std::optional<Savepoint> savepoint;
  if (!plan.tables[table].each.empty() || run) {
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
  std::optional<RowReplacer> replacer;
  if (run) {
    Result<RowReplacer> opened = RowReplacer::Open(store, plan, table, *run);
    if (!opened.ok()) return std::move(opened).error();
    replacer.emplace(std::move(opened).value());
  }
  return TableWriter(plan.tables[table], table, Mapper(plan, table),
                     std::move(insert).value(), std::move(savepoint),
                     std::move(desk), std::move(replacer));
}

RowReplacer::Case TableWriter::CaseOf(size_t source, const Record& record,
                                      int64_t now, Total* rows) {
  return {source, &record, now, &mapper_, desk_ ? &*desk_ : nullptr, rows};
}

Result<bool> TableWriter::Write(size_t source, const Record& record,
                                const PreparedRows::Made* made, int64_t now,
                                Total* rows, Error* failure,
                                OriginEntry* entry) {
  *rows = {};
  if (desk_) desk_->Begin();
  const RowReplacer::Case given = CaseOf(source, record, now, rows);
  RecordRows record_rows(&mapper_, made);
  const size_t before = entry != nullptr ? entry->size() : 0;
  Result<bool> written = WriteUndoably(given, &record_rows, entry, failure);
  filtered_ = record_rows.filtered();
  if (!written.ok() || entry == nullptr) return written;
  if (!*written) {
    entry->CutTo(before);
    *rows = {};
  }
  Result<void> removed = RemoveOld(given, *written, entry);
  if (!removed.ok()) return std::move(removed).error();
  return written;
}

Result<bool> TableWriter::WriteUndoably(const RowReplacer::Case& given,
                                        RecordRows* rows, OriginEntry* entry,
                                        Error* failure) {
  const bool is_one_step =
      table_.each.empty() && (entry == nullptr || entry->before().empty());
  if (is_one_step) return WriteRows(given, rows, entry, failure);
  if (auto begun = savepoint_->begin.Run(); !begun.ok()) {
    return std::move(begun).error();
  }
  Result<bool> written = WriteRows(given, rows, entry, failure);
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

Result<bool> TableWriter::WriteRows(const RowReplacer::Case& given,
                                    RecordRows* rows, OriginEntry* entry,
                                    Error* failure) {
  const auto fail_to_map = [&](Error error) -> Result<bool> {
    if (error.code == ErrorCode::kOutOfMemory) return error;
    *failure = std::move(error);
    return false;
  };
  Result<void> begun =
      rows->Begin(given.source, given.record->key, given.record->value);
  if (!begun.ok()) return fail_to_map(std::move(begun).error());
  for (;;) {
    Result<bool> next = rows->Next();
    if (!next.ok()) return fail_to_map(std::move(next).error());
    if (!*next) return true;
    if (entry != nullptr && !entry->before().empty()) {
      auto outcome = Replace(given, rows->row(), entry, failure);
      if (!outcome.ok()) return std::move(outcome).error();
      if (*outcome == RowReplacer::Outcome::kFailed) return false;
      if (*outcome != RowReplacer::Outcome::kInsert) continue;
    }
    Result<bool> inserted = Insert(given, rows, entry, failure);
    if (!inserted.ok() || !*inserted) return inserted;
  }
}

Result<bool> TableWriter::Insert(const RowReplacer::Case& given,
                                 RecordRows* rows, OriginEntry* entry,
                                 Error* failure) {
  const std::span<const Cell> row = rows->row();
  int parameter = 0;
  for (const Cell& cell : row) insert_.Bind(++parameter, cell);
  const Result<void> done = insert_.Run();
  const Hash128 hash = rows->Hash();
  bool is_records = done.ok();
  if (done.ok()) {
    given.rows->Add(hash);
    if (desk_) desk_->CountInserted();
  } else {
    if (!IsRowFailure(insert_, done.error().code)) return done.error();
    *failure = done.error();
    if (!desk_ || done.error().code != ErrorCode::kNotUnique) return false;
    Result<bool> settled =
        desk_->Settle({given.source, given.record->sortable, row, given.at},
                      &mapper_, given.rows, failure);
    if (!settled.ok() || !*settled) return settled;
    is_records = desk_->is_records();
    if (entry != nullptr) {
      Result<void> noted = replacer_->NoteShared(row);
      if (!noted.ok()) return std::move(noted).error();
    }
  }
  if (entry != nullptr && is_records) {
    entry->Add(number_, hash, key_.Of(table_, row, given.record->key));
  }
  return true;
}

Result<RowReplacer::Outcome> TableWriter::Replace(
    const RowReplacer::Case& given, std::span<const Cell> row,
    OriginEntry* entry, Error* failure) {
  const Bytes key = key_.Of(table_, row, given.record->key);
  OriginRow* old = entry->Find(number_, key);
  // A second row of the key is refused as in a first migration.
  if (old == nullptr || old->is_met) return RowReplacer::Outcome::kInsert;
  old->is_met = true;
  auto outcome = replacer_->Replace(given, *old, row, failure);
  if (!outcome.ok()) return outcome;
  if (*outcome == RowReplacer::Outcome::kMade) {
    entry->Add(number_, mapper_.HashRow(row), old->key);
  } else if (*outcome == RowReplacer::Outcome::kKept) {
    entry->Add(number_, old->hash, old->key);
  }
  return outcome;
}

// The rows that the record made and makes no more.
Result<void> TableWriter::RemoveOld(const RowReplacer::Case& given,
                                    bool is_written, OriginEntry* entry) {
  for (const OriginRow& old : entry->Before(number_)) {
    if (is_written && old.is_met) continue;
    Result<void> removed = replacer_->Remove(
        given, old,
        is_written ? RowReplacer::Why::kGone : RowReplacer::Why::kFailed);
    if (!removed.ok()) return removed;
  }
  return {};
}

Result<void> TableWriter::Remove(size_t source, const Record& record,
                                 int64_t now, RowReplacer::Why why,
                                 OriginEntry* entry, Total* rows) {
  *rows = {};
  if (desk_) desk_->Begin();
  const RowReplacer::Case given = CaseOf(source, record, now, rows);
  for (const OriginRow& old : entry->Before(number_)) {
    if (auto done = replacer_->Remove(given, old, why); !done.ok()) return done;
  }
  return {};
}

Result<bool> TableWriter::HasOrphan(OriginEntry* entry, Bytes record_key) {
  for (const OriginRow& old : entry->Before(number_)) {
    Result<bool> orphan = replacer_->IsOrphan(old, record_key);
    if (!orphan.ok() || *orphan) return orphan;
  }
  return false;
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
