#include "row_replacer.h"

#include <string>

#include "ferrite/key.h"
#include "kept_row.h"
#include "row_cells.h"
#include "row_key.h"
#include "row_statements.h"
#include "sqlite_error.h"

namespace ferrite::internal {
namespace {

Error ChangedInStore() {
  return {ErrorCode::kNotUnique,
          "The store's row was changed behind the migration, and the record "
          "was changed too.",
          "Let onConflict decide, or take the row out and retry.", ""};
}

// What becomes of a row that the app changed, and whose record is gone.
Decision DecideDeletion(Strategy strategy) {
  switch (strategy) {
    case Strategy::kOverwrite:
      return Decision::kOverwritten;
    case Strategy::kAsk:
      return Decision::kUndecided;
    default:
      return Decision::kKept;
  }
}

}  // namespace

Result<RowReplacer> RowReplacer::Open(Store* store, const Plan& plan,
                                      size_t table, const OriginRun& run) {
  const Table& of = plan.tables[table];
  Result<Statement> select = store->Prepare(SelectByKeySql(of));
  if (!select.ok()) return std::move(select).error();
  Result<Statement> update = store->Prepare(UpdateRowSql(of));
  if (!update.ok()) return std::move(update).error();
  Result<Statement> remove = store->Prepare(DeleteRowSql(of));
  if (!remove.ok()) return std::move(remove).error();
  Result<Statement> share =
      store->Prepare("INSERT OR IGNORE INTO ferrite_shared VALUES(?1,?2,?3)");
  if (!share.ok()) return std::move(share).error();
  Result<Statement> shared = store->Prepare(
      "SELECT 1 FROM ferrite_shared WHERE origin=?1 AND table_number=?2 AND "
      "row_key=?3");
  if (!shared.ok()) return std::move(shared).error();
  Result<OrphanBook> orphans = OrphanBook::Open(store, run.origin);
  if (!orphans.ok()) return std::move(orphans).error();
  Result<Ledger> ledger = Ledger::Open(store, run.migration);
  if (!ledger.ok()) return std::move(ledger).error();
  Result<TotalTable> totals = TotalTable::Open(store, run.migration);
  if (!totals.ok()) return std::move(totals).error();
  Result<ConflictLog> log = ConflictLog::Open(store);
  if (!log.ok()) return std::move(log).error();
  return RowReplacer(of, table, run,
                     {std::move(select).value(), std::move(update).value(),
                      std::move(remove).value(), std::move(share).value(),
                      std::move(shared).value()},
                     std::move(orphans).value(), std::move(ledger).value(),
                     std::move(totals).value(), std::move(log).value());
}

Result<RowReplacer::Outcome> RowReplacer::Replace(const Case& given,
                                                  const OriginRow& old,
                                                  std::span<const Cell> row,
                                                  Error* failure) {
  key_.clear();
  for (const size_t column : table_.primary_key) key_.push_back(row[column]);
  Result<bool> found = Find(key_, old);
  Result<Outcome> outcome = Outcome::kFailed;
  if (!found.ok()) {
    outcome = std::move(found).error();
  } else if (*found) {
    outcome = ReplaceFound(given, old, row, failure);
  } else {
    outcome = ReplaceMissing(given, old, given.mapper->HashRow(row));
  }
  // What is still open when a commit fails keeps SQLite from going on.
  statements_.select.Reset();
  return outcome;
}

Result<RowReplacer::Outcome> RowReplacer::ReplaceFound(
    const Case& given, const OriginRow& old, std::span<const Cell> row,
    Error* failure) {
  const Hash128 stored = given.mapper->HashRow(stored_);
  const Hash128 now = given.mapper->HashRow(row);
  Result<bool> shared = IsShared(stored_);
  if (!shared.ok()) return std::move(shared).error();
  if (stored == now) {
    // The app may have made the same change.
    if (!IsOwn(stored, old) && !is_surveyed()) {
      given.rows->Subtract(Left(old));
      given.rows->Add(stored);
    }
    if (auto done = ForgetOrphan(old); !done.ok()) return done.error();
    return Outcome::kMade;
  }
  if (IsOwn(stored, old) && !*shared) {
    return Update(given, old, row, stored, failure);
  }
  if (now == old.hash) return Outcome::kKept;
  if (given.desk == nullptr) {
    *failure = ChangedInStore();
    return Outcome::kFailed;
  }
  Result<bool> settled =
      given.desk->Settle({given.source, given.record->sortable, row, given.at},
                         given.mapper, given.rows, failure);
  if (!settled.ok()) return std::move(settled).error();
  if (!*settled) return Outcome::kFailed;
  if (auto done = ForgetOrphan(old); !done.ok()) return done.error();
  return given.desk->is_records() ? Outcome::kMade : Outcome::kLeft;
}

Result<RowReplacer::Outcome> RowReplacer::Update(const Case& given,
                                                 const OriginRow& old,
                                                 std::span<const Cell> row,
                                                 const Hash128& stored,
                                                 Error* failure) {
  Statement& update = statements_.update;
  int parameter = 0;
  for (const Cell& cell : row) update.Bind(++parameter, cell);
  update.Bind(++parameter, statements_.select.Column(0));
  if (auto updated = update.Run(); !updated.ok()) {
    if (!IsRowFailure(update, updated.error().code)) return updated.error();
    *failure = std::move(updated).error();
    return Outcome::kFailed;
  }
  given.rows->Subtract(stored);
  given.rows->Add(given.mapper->HashRow(row));
  if (auto done = ForgetOrphan(old); !done.ok()) return done.error();
  return Outcome::kMade;
}

Result<RowReplacer::Outcome> RowReplacer::ReplaceMissing(const Case& given,
                                                         const OriginRow& old,
                                                         const Hash128& now) {
  const bool was_in_ledger = orphan_ && orphan_->is_in_ledger;
  bool is_taken = false;
  if (was_in_ledger) {
    Result<bool> taken = TakeFromLedger(key_);
    if (!taken.ok()) return std::move(taken).error();
    is_taken = *taken;
  }
  // The app removed it, or somebody discarded it.
  if (!is_taken && now == old.hash) return Outcome::kKept;
  if (!was_in_ledger) Drop(Left(old), given.rows);
  if (auto done = ForgetOrphan(old); !done.ok()) return done.error();
  return Outcome::kInsert;
}

Result<void> RowReplacer::Remove(const Case& given, const OriginRow& old,
                                 Why why) {
  Result<std::vector<Cell>> key =
      OriginKey::CellsOf(old.key, given.record->key);
  if (!key.ok()) return std::move(key).error();
  Result<bool> found = Find(*key, old);
  Result<void> done;
  if (!found.ok()) {
    done = std::move(found).error();
  } else if (*found) {
    done = RemoveFound(given, old, why);
  } else {
    done = RemoveMissing(given, old, *key);
  }
  statements_.select.Reset();
  return done;
}

Result<void> RowReplacer::RemoveFound(const Case& given, const OriginRow& old,
                                      Why why) {
  Result<bool> shared = IsShared(stored_);
  if (!shared.ok()) return std::move(shared).error();
  if (*shared) return {};
  const Hash128 stored = given.mapper->HashRow(stored_);
  if (IsOwn(stored, old)) {
    if (auto done = Delete(); !done.ok()) return done;
    given.rows->Subtract(stored);
    return ForgetOrphan(old);
  }
  Drop(Left(old), given.rows);
  if (auto done = ForgetOrphan(old); !done.ok()) return done;
  if (why == Why::kFailed) return {};
  return SettleDeletion(given, stored);
}

Result<void> RowReplacer::RemoveMissing(const Case& given, const OriginRow& old,
                                        std::span<const Cell> key) {
  if (orphan_ && orphan_->is_in_ledger) {
    Result<bool> taken = TakeFromLedger(key);
    if (!taken.ok()) return std::move(taken).error();
  } else {
    Drop(Left(old), given.rows);
  }
  return ForgetOrphan(old);
}

Result<void> RowReplacer::Delete() {
  statements_.remove.Bind(1, statements_.select.Column(0));
  return statements_.remove.Run();
}

// Of a row that the app changed.
Result<void> RowReplacer::SettleDeletion(const Case& given,
                                         const Hash128& stored) {
  const Decision decision = DecideDeletion(table_.on_conflict.strategy);
  store_row_.Clear();
  if (decision != Decision::kKept) WriteRowCells(table_, stored_, &store_row_);
  key_.clear();
  for (const size_t column : table_.primary_key) {
    key_.push_back(stored_[column]);
  }
  const ByteBuffer row_key = RowKeyOf(table_, stored_);
  ConflictLog::Entry entry;
  entry.migration = run_.migration;
  entry.table = table_.name;
  entry.source = static_cast<int64_t>(given.source);
  entry.record_key = given.record->sortable;
  entry.row_key = row_key;
  entry.key_text = RowKeyText(table_, key_);
  entry.columns = "[]";
  entry.decision = decision;
  entry.store_hash = stored;
  if (decision != Decision::kOverwritten) entry.result = stored;
  entry.store_row = store_row_.bytes();
  entry.at = given.at;
  if (auto noted = log_.Add(entry); !noted.ok()) return noted;
  if (given.desk != nullptr) given.desk->Count(decision);
  if (decision != Decision::kOverwritten) return {};
  given.rows->Subtract(stored);
  return Delete();
}

Result<bool> RowReplacer::IsOrphan(const OriginRow& old, Bytes record_key) {
  Result<std::optional<OrphanBook::Orphan>> orphan =
      orphans_.Find(number_, old.hash);
  if (!orphan.ok()) return std::move(orphan).error();
  if (!orphan->has_value()) return false;
  if (!(*orphan)->is_in_ledger) return true;
  Result<std::vector<Cell>> key = OriginKey::CellsOf(old.key, record_key);
  if (!key.ok()) return std::move(key).error();
  Result<ByteBuffer> entry = LedgerKey(*key);
  if (!entry.ok()) return std::move(entry).error();
  return ledger_.Contains(table_.name, Ledger::kRow, *entry);
}

Result<void> RowReplacer::NoteShared(std::span<const Cell> row) {
  Statement& share = statements_.share;
  share.Bind(1, Cell::Integer(run_.origin));
  share.Bind(2, Cell::Integer(static_cast<int64_t>(number_)));
  share.Bind(3, Cell::Blob(origin_key_.All(table_, row)));
  return share.Run();
}

Result<bool> RowReplacer::IsShared(std::span<const Cell> row) {
  if (table_.on_conflict.strategy == Strategy::kLedger) return false;
  Statement& shared = statements_.shared;
  shared.Bind(1, Cell::Integer(run_.origin));
  shared.Bind(2, Cell::Integer(static_cast<int64_t>(number_)));
  shared.Bind(3, Cell::Blob(origin_key_.All(table_, row)));
  Result<bool> is_shared = shared.Step();
  shared.Reset();
  return is_shared;
}

Result<bool> RowReplacer::Find(std::span<const Cell> key,
                               const OriginRow& old) {
  Result<std::optional<OrphanBook::Orphan>> orphan =
      orphans_.Find(number_, old.hash);
  if (!orphan.ok()) return std::move(orphan).error();
  orphan_ = *orphan;
  Statement& select = statements_.select;
  int parameter = 0;
  for (const Cell& cell : key) select.Bind(++parameter, cell);
  Result<bool> found = select.Step();
  if (!found.ok() || !*found) return found;
  stored_.resize(static_cast<size_t>(select.column_count()) - 1);
  for (size_t i = 0; i < stored_.size(); ++i) {
    stored_[i] = select.Column(static_cast<int>(i) + 1);
  }
  return true;
}

Result<ByteBuffer> RowReplacer::LedgerKey(std::span<const Cell> key) {
  row_key_.Clear();
  WriteRowKey(table_, {key.begin(), key.end()}, &row_key_);
  ByteBuffer sortable;
  Result<void> made = AppendSortableKey(row_key_.bytes(), &sortable);
  if (!made.ok()) return std::move(made).error();
  return sortable;
}

Result<bool> RowReplacer::TakeFromLedger(std::span<const Cell> key) {
  Result<ByteBuffer> entry = LedgerKey(key);
  if (!entry.ok()) return std::move(entry).error();
  Result<bool> taken =
      ledger_.Forget(table_.name, Ledger::kRow, *entry, /*decided=*/false);
  if (!taken.ok() || !*taken) return taken;
  if (auto done = totals_.TakeBack(table_.name, {1, 0}); !done.ok()) {
    return std::move(done).error();
  }
  return true;
}

Result<void> RowReplacer::ForgetOrphan(const OriginRow& old) {
  if (!orphan_) return {};
  if (!orphan_->is_in_ledger) {
    Result<void> done = totals_.TakeBack(table_.name, {0, 1});
    if (!done.ok()) return done;
  }
  orphan_.reset();
  return orphans_.Erase(number_, old.hash);
}

Hash128 RowReplacer::Left(const OriginRow& old) const {
  return orphan_ && !orphan_->is_in_ledger ? orphan_->is_now : old.hash;
}

}  // namespace ferrite::internal
