#include "relations.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "conflict_desk.h"
#include "ferrite/key.h"
#include "json_pointer.h"
#include "kept_row.h"
#include "origin_run.h"
#include "row_key.h"
#include "row_statements.h"

namespace ferrite::internal {
namespace {

// A slice ends after so many rows, or about so many bytes of them.
constexpr size_t kSliceRows = 1024;
constexpr size_t kSliceBytes = 1 << 20;

}  // namespace

Relations::Desk::Desk(const Plan& plan, size_t table, Statement select_row,
                      Statement remove_row, Statement update_row)
    : row(plan, table),
      select(std::move(select_row)),
      remove(std::move(remove_row)),
      update(std::move(update_row)) {}

Result<std::unique_ptr<Relations>> Relations::Open(Store* store,
                                                   const Plan& plan,
                                                   int64_t migration) {
  Result<TotalTable> totals = TotalTable::Open(store, migration);
  if (!totals.ok()) return std::move(totals).error();
  Result<Ledger> ledger = Ledger::Open(store, migration);
  if (!ledger.ok()) return std::move(ledger).error();
  Result<ConflictLog> conflicts = ConflictLog::Open(store);
  if (!conflicts.ok()) return std::move(conflicts).error();
  Result<std::optional<OriginRun>> run = FindOriginRun(store, migration);
  if (!run.ok()) return std::move(run).error();
  std::optional<OrphanBook> book;
  if (*run) {
    Result<OrphanBook> opened = OrphanBook::Open(store, (*run)->origin);
    if (!opened.ok()) return std::move(opened).error();
    book.emplace(std::move(opened).value());
  }
  return std::unique_ptr<Relations>(new Relations(
      store, plan, std::move(totals).value(), std::move(ledger).value(),
      std::move(conflicts).value(), std::move(book)));
}

Relations::Relations(Store* store, const Plan& plan, TotalTable totals,
                     Ledger ledger, ConflictLog conflicts,
                     std::optional<OrphanBook> book)
    : store_(store),
      plan_(plan),
      references_(ReferencesOf(plan)),
      totals_(std::move(totals)),
      ledger_(std::move(ledger)),
      conflicts_(std::move(conflicts)),
      book_(std::move(book)),
      finder_(store, plan, references_) {
  if (references_.empty()) stage_ = Stage::kDone;
}

Relations::~Relations() {
  if (!references_.empty()) OrphanFinder::Drop(store_);
}

Result<bool> Relations::Work(int64_t now) {
  if (stage_ == Stage::kBegin) {
    if (auto begun = finder_.Begin(); !begun.ok()) {
      return std::move(begun).error();
    }
    position_ = {};
    is_again_ = false;
    stage_ = Stage::kFind;
  }
  if (stage_ == Stage::kFind) {
    Result<bool> found = finder_.Work();
    if (!found.ok()) return found;
    if (*found) stage_ = Stage::kApply;
    return false;
  }
  if (stage_ == Stage::kApply) {
    Result<bool> applied = Apply(now);
    if (!applied.ok()) return applied;
    if (*applied) stage_ = is_again_ ? Stage::kBegin : Stage::kDone;
  }
  return stage_ == Stage::kDone;
}

// One slice of orphans; true when there are none left.
Result<bool> Relations::Apply(int64_t now) {
  Result<std::vector<Orphan>> orphans = finder_.Next(position_, kSliceRows);
  if (!orphans.ok()) return std::move(orphans).error();
  if (orphans->empty()) return true;
  size_t handled = 0;
  Result<void> done =
      store_->Atomically([&] { return ApplySlice(*orphans, now, &handled); });
  if (!done.ok()) return std::move(done).error();
  const Orphan& last = (*orphans)[handled - 1];
  position_ = {static_cast<int64_t>(last.table), last.rowid};
  rows_ += handled;
  return false;
}

Result<void> Relations::ApplySlice(const std::vector<Orphan>& orphans,
                                   int64_t now, size_t* handled) {
  // What the file has counts: a commit that gave an error may have happened.
  for (auto& [table, desk] : desks_) desk->is_loaded = false;
  size_t bytes = 0;
  for (const Orphan& orphan : orphans) {
    if (auto done = Handle(orphan, now, &bytes); !done.ok()) return done;
    ++*handled;
    if (bytes >= kSliceBytes) break;
  }
  for (auto& [table, desk] : desks_) {
    if (!desk->is_loaded) continue;
    const std::string& name = plan_.tables[table].name;
    if (auto saved = totals_.Save(name, desk->total); !saved.ok()) {
      return saved;
    }
    if (auto saved = totals_.AddOrphans(name, desk->counts); !saved.ok()) {
      return saved;
    }
  }
  return {};
}

Result<Relations::Desk*> Relations::DeskOf(size_t table) {
  if (!desks_.contains(table)) {
    const Table& of = plan_.tables[table];
    Result<Statement> select = store_->Prepare(SelectByRowidSql(of));
    if (!select.ok()) return std::move(select).error();
    Result<Statement> remove = store_->Prepare(DeleteRowSql(of));
    if (!remove.ok()) return std::move(remove).error();
    Result<Statement> update = store_->Prepare(UpdateRowSql(of));
    if (!update.ok()) return std::move(update).error();
    auto made = std::make_unique<Desk>(plan_, table, std::move(select).value(),
                                       std::move(remove).value(),
                                       std::move(update).value());
    desks_.emplace(table, std::move(made));
  }
  Desk* desk = desks_.at(table).get();
  if (!desk->is_loaded) {
    Result<Total> total = totals_.Load(plan_.tables[table].name);
    if (!total.ok()) return std::move(total).error();
    desk->total = *total;
    desk->counts = {};
    desk->is_loaded = true;
  }
  return desk;
}

bool Relations::IsToLeave(const Orphan& orphan) const {
  return std::any_of(orphan.references.begin(), orphan.references.end(),
                     [&](size_t reference) {
                       return references_[reference].on_orphan ==
                              OnOrphan::kQuarantine;
                     });
}

Result<void> Relations::Handle(const Orphan& orphan, int64_t now,
                               size_t* bytes) {
  Result<Desk*> found = DeskOf(orphan.table);
  if (!found.ok()) return std::move(found).error();
  Desk* desk = *found;
  desk->select.Bind(1, Cell::Integer(orphan.rowid));
  Result<void> done = HandleRow(orphan, now, desk, bytes);
  // What is still open when a commit fails keeps SQLite from going on.
  desk->select.Reset();
  return done;
}

Result<void> Relations::HandleRow(const Orphan& orphan, int64_t now, Desk* desk,
                                  size_t* bytes) {
  Result<bool> is_there = desk->select.Step();
  if (!is_there.ok()) return std::move(is_there).error();
  // Dealt with before, by a commit that gave an error.
  if (!*is_there) return {};
  std::vector<Cell> row;
  for (int i = 0; i < desk->select.column_count(); ++i) {
    row.push_back(desk->select.Column(i));
    *bytes += row.back().bytes.size();
  }
  if (IsToLeave(orphan)) return Quarantine(orphan, row, now, desk);

  std::set<size_t> nulled;
  for (const size_t reference : orphan.references) {
    nulled.insert(references_[reference].nulled.begin(),
                  references_[reference].nulled.end());
  }
  // Likewise.
  if (std::all_of(nulled.begin(), nulled.end(), [&](size_t column) {
        return row[column].type == Cell::Type::kNull;
      })) {
    return {};
  }
  Result<std::span<const Cell>> without =
      desk->row.Without(row, {nulled.begin(), nulled.end()});
  if (!without.ok()) {
    // Rows that refer to it are looked at again.
    is_again_ = true;
    return Quarantine(orphan, row, now, desk);
  }
  int parameter = 0;
  for (const Cell& cell : *without) desk->update.Bind(++parameter, cell);
  desk->update.Bind(++parameter, Cell::Integer(orphan.rowid));
  if (auto updated = desk->update.Run(); !updated.ok()) return updated;
  const Hash128 from = desk->row.HashRow(row);
  const Hash128 to = desk->row.HashRow(*without);
  desk->total.Subtract(from);
  desk->total.Add(to);
  ++desk->counts.nulled;
  if (book_) {
    Result<void> noted = book_->Note(orphan.table, from, to, false);
    if (!noted.ok()) return noted;
  }
  const Table& table = plan_.tables[orphan.table];
  return conflicts_.MoveOn(table.name, RowKeyOf(table, row), from, to);
}

Result<void> Relations::Quarantine(const Orphan& orphan,
                                   std::span<const Cell> row, int64_t now,
                                   Desk* desk) {
  const Table& table = plan_.tables[orphan.table];
  std::vector<Cell> cells;
  for (const size_t column : table.primary_key) cells.push_back(row[column]);
  Writer key;
  WriteRowKey(table, cells, &key);
  ByteBuffer sortable;
  if (auto made = AppendSortableKey(key.bytes(), &sortable); !made.ok()) {
    return made;
  }
  Writer value;
  desk->row.WriteValue(row, &value);

  const ForeignKey& cause = *references_[orphan.references.front()].key;
  const Column& column = table.columns[cause.columns.front()];
  Error reason{ErrorCode::kOrphan,
               "It refers to a row of " +
                   QuoteIdentifier(plan_.tables[cause.table].name) +
                   " that is not there.",
               "", ""};
  if (column.from == ColumnFrom::kPath && !column.paths.empty()) {
    reason.path = ToPointer(column.paths.front());
  }
  Writer kept;
  WriteKeptRow(row, &kept);
  Result<void> noted =
      ledger_.Add(table.name, Ledger::kRow, sortable, key.bytes(),
                  value.bytes(), reason, now, kept.bytes());
  if (!noted.ok()) return noted;
  const Hash128 hash = desk->row.HashRow(row);
  desk->total.Subtract(hash);
  ++desk->counts.quarantined;
  if (book_) {
    Result<void> booked = book_->Note(orphan.table, hash, hash, true);
    if (!booked.ok()) return booked;
  }
  desk->remove.Bind(1, Cell::Integer(orphan.rowid));
  return desk->remove.Run();
}

}  // namespace ferrite::internal
