#include "ledger_mover.h"

#include <algorithm>

#include "copy.h"
#include "ferrite/key.h"
#include "kept_row.h"
#include "ledger_query.h"
#include "sqlite_error.h"

namespace ferrite::internal {
namespace {

// A slice ends after so many entries, or about so many bytes of them.
constexpr uint64_t kSliceEntries = 256;
constexpr size_t kSliceBytes = 1 << 20;

}  // namespace

Result<std::unique_ptr<LedgerMover>> LedgerMover::Open(Store* store,
                                                       const Plan& plan,
                                                       int64_t migration,
                                                       LedgerFilter filter) {
  Result<Ledger> ledger = Ledger::Open(store, migration);
  if (!ledger.ok()) return std::move(ledger).error();
  Result<TotalTable> totals = TotalTable::Open(store, migration);
  if (!totals.ok()) return std::move(totals).error();
  Result<Checkpoint> checkpoint = Checkpoint::Open(store, migration);
  if (!checkpoint.ok()) return std::move(checkpoint).error();
  std::unique_ptr<LedgerMover> mover(new LedgerMover(
      store, plan, migration, std::move(filter), std::move(ledger).value(),
      std::move(totals).value(), std::move(checkpoint).value()));
  if (auto loaded = mover->Load(); !loaded.ok()) {
    return std::move(loaded).error();
  }
  return mover;
}

Result<void> LedgerMover::Load() {
  Result<std::optional<OriginRun>> run = FindOriginRun(store_, migration_);
  if (!run.ok()) return std::move(run).error();
  if (*run) {
    Result<OriginTable> origins = OriginTable::Open(store_, (*run)->origin);
    if (!origins.ok()) return std::move(origins).error();
    origins_.emplace(std::move(origins).value());
    Result<OrphanBook> orphans = OrphanBook::Open(store_, (*run)->origin);
    if (!orphans.ok()) return std::move(orphans).error();
    orphans_.emplace(std::move(orphans).value());
  }
  for (size_t i = 0; i < plan_.tables.size(); ++i) {
    Result<TableWriter> writer =
        TableWriter::Open(store_, plan_, i, migration_, *run);
    if (!writer.ok()) return std::move(writer).error();
    writers_.push_back(std::move(writer).value());
    Result<Statement> insert = store_->Prepare(InsertSql(plan_.tables[i]));
    if (!insert.ok()) return std::move(insert).error();
    inserts_.push_back(std::move(insert).value());
    mappers_.emplace_back(plan_, i);
  }
  Result<uint64_t> count = CountFailed(store_, migration_, filter_);
  if (!count.ok()) return std::move(count).error();
  expected_ = *count;
  // What the relations add later is not tried again.
  Result<Statement> last =
      store_->Prepare("SELECT max(id) FROM ferrite_failed");
  if (!last.ok()) return std::move(last).error();
  Result<bool> row = last->Step();
  if (!row.ok()) return std::move(row).error();
  if (last->Column(0).type == Cell::Type::kInteger) {
    end_ = last->Column(0).integer;
  }
  return {};
}

Result<bool> LedgerMover::Work(int64_t now) {
  int64_t last = position_;
  uint64_t tried = 0;
  Result<void> done =
      store_->Atomically([&] { return RunSlice(now, &last, &tried); });
  if (!done.ok()) {
    const bool is_memory = done.error().code == ErrorCode::kOutOfMemory;
    if (!is_memory || is_careful_) return std::move(done).error();
    is_careful_ = true;
    return false;
  }
  position_ = last;
  tried_ += tried;
  return tried == 0;
}

Result<void> LedgerMover::RunSlice(int64_t now, int64_t* last,
                                   uint64_t* tried) {
  Draft draft;
  draft.now = now;
  size_t bytes = 0;
  Result<Statement> next =
      SelectFailed(store_, migration_, filter_, " LIMIT 1");
  if (!next.ok()) return std::move(next).error();
  next->Bind(6, Cell::Integer(end_));
  const uint64_t most = is_careful_ ? 1 : kSliceEntries;
  while (*tried < most && bytes < kSliceBytes) {
    next->Bind(5, Cell::Integer(*last));
    Result<bool> row = next->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) break;
    Result<FailedRecord> entry = ReadFailed(store_, *next);
    // Nothing is open on the table when entries leave it.
    next->Reset();
    if (!entry.ok()) return std::move(entry).error();
    if (auto done = Try(*entry, &draft); !done.ok()) return done;
    *last = entry->id;
    bytes += entry->value.size();
    ++*tried;
  }
  return Save(draft);
}

Result<void> LedgerMover::Try(const FailedRecord& entry, Draft* draft) {
  const auto table =
      std::find_if(plan_.tables.begin(), plan_.tables.end(),
                   [&](const Table& each) { return each.name == entry.table; });
  if (table == plan_.tables.end()) {
    return Error{ErrorCode::kStoreCorrupt,
                 "The ledger names the table " + QuoteIdentifier(entry.table) +
                     ", which the plan does not have.",
                 "", ""};
  }
  const auto index = static_cast<size_t>(table - plan_.tables.begin());
  return entry.source == Ledger::kRow ? TryRow(entry, index, draft)
                                      : TryRecord(entry, index, draft);
}

Result<void> LedgerMover::TryRecord(const FailedRecord& entry, size_t table,
                                    Draft* draft) {
  Result<SourceProgress*> progress =
      ProgressOf(static_cast<size_t>(entry.source), draft);
  if (!progress.ok()) return std::move(progress).error();
  Result<Total*> total = TotalOf(table, draft);
  if (!total.ok()) return std::move(total).error();
  Writer key;
  if (auto made = AppendEncodedKey(entry.key, &key); !made.ok()) return made;
  Record record;
  record.key = key.bytes();
  record.value = entry.is_corrected ? entry.corrected : entry.value;
  record.sortable = entry.key;
  Total rows;
  Error failure;
  OriginRecord origin;
  Result<OriginEntry*> kept = OriginOf(entry, table, &origin);
  if (!kept.ok()) return std::move(kept).error();
  Result<bool> written =
      writers_[table].Write(static_cast<size_t>(entry.source), record, nullptr,
                            draft->now, &rows, &failure, *kept);
  if (!written.ok()) {
    // As a Copy does with what alone is too much for the memory.
    const bool is_its_own =
        written.error().code == ErrorCode::kOutOfMemory && is_careful_ &&
        record.value.size() >= Copy::kBlamedFor && store_->InTransaction();
    if (!is_its_own) return std::move(written).error();
    return ledger_.SetReason(entry.id, written.error());
  }
  if (!*written) return ledger_.SetReason(entry.id, failure);
  (*total)->Add(rows);
  if (const ConflictCounts* more = writers_[table].conflicts()) {
    draft->conflicts[table].Add(*more);
  }
  (*progress)->filtered += writers_[table].filtered();
  --(*progress)->failed;
  if (*kept != nullptr) {
    origin.filtered += writers_[table].filtered();
    origin.rows = origin_.made();
    Result<void> noted =
        origins_->Put(static_cast<size_t>(entry.source), origin);
    if (!noted.ok()) return noted;
  }
  return ledger_.Remove(entry.id);
}

// What the record made in other tables, to which this one's rows are added;
// null where no origins are kept, or not of this record.
Result<OriginEntry*> LedgerMover::OriginOf(const FailedRecord& entry,
                                           size_t table, OriginRecord* record) {
  if (!origins_) return static_cast<OriginEntry*>(nullptr);
  Result<bool> found = origins_->Find(static_cast<size_t>(entry.source),
                                      entry.key, &origin_rows_, record);
  if (!found.ok()) return std::move(found).error();
  if (!*found) return static_cast<OriginEntry*>(nullptr);
  if (auto read = origin_.Load(record->rows); !read.ok()) return read.error();
  origin_.KeepOthers(table);
  return &origin_;
}

Result<void> LedgerMover::TryRow(const FailedRecord& entry, size_t table,
                                 Draft* draft) {
  Result<Total*> total = TotalOf(table, draft);
  if (!total.ok()) return std::move(total).error();
  Result<std::vector<Cell>> row = ReadKeptRow(entry.row);
  if (!row.ok()) return std::move(row).error();
  Statement& insert = inserts_[table];
  int parameter = 0;
  for (const Cell& cell : *row) insert.Bind(++parameter, cell);
  if (Result<void> done = insert.Run(); !done.ok()) {
    if (!IsRowFailure(insert, done.error().code)) return done;
    return ledger_.SetReason(entry.id, done.error());
  }
  const Hash128 hash = mappers_[table].HashRow(*row);
  (*total)->Add(hash);
  ++draft->returned[table];
  if (orphans_) {
    if (auto noted = orphans_->Return(table, hash); !noted.ok()) return noted;
  }
  return ledger_.Remove(entry.id);
}

Result<void> LedgerMover::Save(const Draft& draft) {
  for (const auto& [table, total] : draft.totals) {
    const std::string& name = plan_.tables[table].name;
    if (auto saved = totals_.Save(name, total); !saved.ok()) return saved;
    const auto conflicts = draft.conflicts.find(table);
    if (conflicts != draft.conflicts.end()) {
      Result<ConflictCounts> counts = totals_.LoadConflicts(name);
      if (!counts.ok()) return std::move(counts).error();
      counts->Add(conflicts->second);
      Result<void> saved = totals_.SaveConflicts(name, *counts);
      if (!saved.ok()) return saved;
    }
    const auto returned = draft.returned.find(table);
    if (returned == draft.returned.end()) continue;
    if (auto saved = totals_.TakeBack(name, {returned->second, 0});
        !saved.ok()) {
      return saved;
    }
  }
  for (const auto& [source, progress] : draft.progress) {
    if (auto saved = checkpoint_.Save(source, progress); !saved.ok()) {
      return saved;
    }
  }
  return {};
}

// What the file has counts: a commit that gave an error may have happened.
Result<Total*> LedgerMover::TotalOf(size_t table, Draft* draft) {
  const auto found = draft->totals.find(table);
  if (found != draft->totals.end()) return &found->second;
  Result<Total> total = totals_.Load(plan_.tables[table].name);
  if (!total.ok()) return std::move(total).error();
  return &(draft->totals[table] = *total);
}

Result<SourceProgress*> LedgerMover::ProgressOf(size_t source, Draft* draft) {
  const auto found = draft->progress.find(source);
  if (found != draft->progress.end()) return &found->second;
  Result<SourceProgress> progress = checkpoint_.Load(source);
  if (!progress.ok()) return std::move(progress).error();
  return &(draft->progress[source] = std::move(progress).value());
}

}  // namespace ferrite::internal
