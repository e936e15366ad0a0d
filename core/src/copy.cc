#include "copy.h"

#include <algorithm>
#include <string>
#include <utility>

#include "exclusions.h"
#include "ferrite/key.h"
#include "ferrite/load_order.h"
#include "migration_events.h"

namespace ferrite::internal {
namespace {

std::vector<size_t> OrderOf(const Plan& plan, const std::vector<bool>& wanted) {
  std::vector<size_t> order = OrderTables(plan).sources;
  std::erase_if(order, [&](size_t source) { return !wanted[source]; });
  return order;
}

}  // namespace

Result<std::unique_ptr<Copy>> Copy::Open(Store* store, const Plan& plan,
                                         int64_t migration, Limits limits) {
  Result<Checkpoint> checkpoint = Checkpoint::Open(store, migration);
  if (!checkpoint.ok()) return std::move(checkpoint).error();
  Result<TotalTable> total_table = TotalTable::Open(store, migration);
  if (!total_table.ok()) return std::move(total_table).error();
  Result<Ledger> ledger = Ledger::Open(store, migration);
  if (!ledger.ok()) return std::move(ledger).error();
  Result<Statement> touch = store->Prepare(
      "UPDATE ferrite_migration SET updated_at=?1, busy_ms=?2, "
      "(records,bytes,failed)=(SELECT sum(records),sum(bytes),sum(failed) FROM "
      "ferrite_checkpoint WHERE migration=?3) WHERE id=?3");
  if (!touch.ok()) return std::move(touch).error();
  Result<ThroughputTable> throughput_table =
      ThroughputTable::Open(store, migration);
  if (!throughput_table.ok()) return std::move(throughput_table).error();
  std::unique_ptr<Copy> copy(new Copy(
      store, plan, migration, std::move(limits), std::move(checkpoint).value(),
      std::move(total_table).value(), std::move(ledger).value(),
      std::move(touch).value(), std::move(throughput_table).value()));
  if (auto loaded = copy->Load(); !loaded.ok()) {
    return std::move(loaded).error();
  }
  return copy;
}

Copy::Copy(Store* store, const Plan& plan, int64_t migration, Limits limits,
           Checkpoint checkpoint, TotalTable total_table, Ledger ledger,
           Statement touch, ThroughputTable throughput_table)
    : store_(store),
      plan_(plan),
      migration_(migration),
      limits_(std::move(limits)),
      order_(OrderOf(plan, limits_.wanted)),
      checkpoint_(std::move(checkpoint)),
      total_table_(std::move(total_table)),
      ledger_(std::move(ledger)),
      touch_(std::move(touch)),
      throughput_table_(std::move(throughput_table)) {}

Result<void> Copy::Load() {
  Result<std::vector<SourceProgress>> progress =
      checkpoint_.LoadAll(plan_.sources.size());
  if (!progress.ok()) return std::move(progress).error();
  progress_ = std::move(progress).value();
  Result<Throughput> throughput = throughput_table_.Load();
  if (!throughput.ok()) return std::move(throughput).error();
  throughput_ = std::move(throughput).value();
  Result<std::optional<OriginRun>> run = FindOriginRun(store_, migration_);
  if (!run.ok()) return std::move(run).error();
  if (*run) {
    Result<std::unique_ptr<RecordOrigins>> origins =
        RecordOrigins::Open(store_, **run);
    if (!origins.ok()) return std::move(origins).error();
    origins_ = std::move(origins).value();
  }
  since_.resize(plan_.sources.size());
  if (is_update()) {
    if (auto loaded = LoadChanged(*(*run)->since); !loaded.ok()) return loaded;
  }
  for (size_t i = 0; i < plan_.tables.size(); ++i) {
    Result<Total> total = total_table_.Load(plan_.tables[i].name);
    if (!total.ok()) return std::move(total).error();
    totals_.push_back(*total);
    Result<ConflictCounts> conflicts =
        total_table_.LoadConflicts(plan_.tables[i].name);
    if (!conflicts.ok()) return std::move(conflicts).error();
    conflicts_.push_back(*conflicts);
    Result<TableWriter> writer =
        TableWriter::Open(store_, plan_, i, migration_, *run);
    if (!writer.ok()) return std::move(writer).error();
    writers_.push_back(std::move(writer).value());
  }
  tables_of_.resize(plan_.sources.size());
  for (size_t i = 0; i < plan_.tables.size(); ++i) {
    for (const Selection& from : plan_.tables[i].from) {
      std::vector<size_t>& tables = tables_of_[from.source];
      if (tables.empty() || tables.back() != i) tables.push_back(i);
    }
  }
  return {};
}

// What was found so far, and what need not be read of what is left.
Result<void> Copy::LoadChanged(int64_t since) {
  for (size_t i = 0; i < plan_.sources.size(); ++i) {
    Result<ChangeCounts> changes = LoadChanges(store_, migration_, i);
    if (!changes.ok()) return std::move(changes).error();
    changes_.push_back(*changes);
  }
  Result<std::vector<std::string>> watermarks =
      LoadWatermarks(store_, since, plan_.sources.size());
  if (!watermarks.ok()) return std::move(watermarks).error();
  for (const ChangeTime& time : plan_.changed) {
    since_[time.source] = std::move((*watermarks)[time.source]);
  }
  return {};
}

size_t Copy::source() const {
  for (const size_t source : order_) {
    if (!progress_[source].done) return source;
  }
  return progress_.size();
}

std::span<const size_t> Copy::then() const {
  // Between two sources of an update there is a sweep.
  if (is_update()) return {};
  const auto here = std::find(order_.begin(), order_.end(), source());
  if (here == order_.end()) return {};
  return std::span(order_).subspan(
      static_cast<size_t>(here - order_.begin()) + 1);
}

Result<void> Copy::Apply(Bytes batch, bool last, int64_t now, int64_t busy_ms,
                         const PreparedRows* prepared) {
  prepared_ = prepared;
  stop_at_.reset();
  if (unsettled_) {
    const size_t source = unsettled_->source;
    Result<bool> is_committed = Settle();
    if (!is_committed.ok()) return std::move(is_committed).error();
    if (*is_committed) {
      Result<void> again = ApplyAgain(source, batch, last, now, busy_ms);
      if (again.ok() && last && !is_cut_ && is_update()) sweeping_ = source;
      return again;
    }
  }
  if (batch.empty() && !last) return EmptyBatch();
  const size_t source = this->source();
  // What of it is committed is passed over, if it comes again.
  Result<void> done = is_partial_
                          ? ApplyAgain(source, batch, last, now, busy_ms)
                          : Run(source, batch, last, now, busy_ms);
  if (done.ok()) {
    is_partial_ = false;
    if (last && !is_cut_ && is_update()) sweeping_ = source;
  }
  return done;
}

// A batch that its host was told had failed, and of which the file has at
// least the beginning: the records up to the checkpoint are passed over.
Result<void> Copy::ApplyAgain(size_t source, Bytes batch, bool last,
                              int64_t now, int64_t busy_ms) {
  ByteBuffer committed;
  const SourceProgress& progress = progress_[source];
  if (!progress.last_key.empty()) {
    Result<void> made = AppendSortableKey(progress.last_key, &committed);
    if (!made.ok()) return made;
  }
  reader_.Begin(batch, {}, !since_[source].empty());
  Bytes rest = batch;
  for (;;) {
    Record record;
    Result<bool> more = reader_.Next(&record);
    if (!more.ok()) return std::move(more).error();
    if (!*more || ComesBefore(committed, record.sortable)) break;
    rest = rest.subspan(record.size);
  }
  if (rest.empty() && (progress.done || !last)) return {};
  if (IsSampled(progress)) return {};
  if (progress.done) {
    return Error{ErrorCode::kSourceChanged,
                 "The batch has more records than before its commit failed.",
                 "Begin the pass again.", ""};
  }
  return Run(source, rest, last, now, busy_ms);
}

Result<void> Copy::Run(size_t source, Bytes batch, bool last, int64_t now,
                       int64_t busy_ms) {
  stop_at_.reset();
  Result<void> done = Attempt(source, batch, last, now, busy_ms);
  if (done.ok() || unsettled_) return done;
  if (!stop_at_) {
    return Isolate(source, batch, last, now, busy_ms, std::move(done).error());
  }
  if (*stop_at_ == 0) return done;
  const Bytes before = batch.first(*stop_at_);
  Result<void> committed = Attempt(source, before, false, now, busy_ms);
  if (!committed.ok()) return committed;
  is_partial_ = true;
  return done;
}

Result<void> Copy::Attempt(size_t source, Bytes batch, bool last, int64_t now,
                           int64_t busy_ms) {
  Result<void> done =
      Commit(source, now, busy_ms, [&](Draft* draft) -> Result<void> {
        if (auto handled = HandleBatch(batch, now, draft); !handled.ok()) {
          return handled;
        }
        draft->progress.done =
            (last && !is_update()) || IsSampled(draft->progress);
        return {};
      });
  if (done.ok() && is_cut_) since_[source].clear();
  return done;
}

// Looks whether the unsettled batch is in the file. An error means that the
// file cannot be read either: the question stays open.
Result<bool> Copy::Settle() {
  Result<SourceProgress> stored = checkpoint_.Load(unsettled_->source);
  if (!stored.ok()) return std::move(stored).error();
  bool is_committed = *stored == unsettled_->progress;
  if (is_update()) {
    Result<ChangeCounts> changes =
        LoadChanges(store_, migration_, unsettled_->source);
    if (!changes.ok()) return std::move(changes).error();
    is_committed =
        is_committed && *changes == unsettled_->changes[unsettled_->source];
  }
  if (is_committed) Adopt(*std::move(unsettled_));
  unsettled_.reset();
  return is_committed;
}

void Copy::Adopt(Draft draft) {
  progress_[draft.source] = std::move(draft.progress);
  totals_ = std::move(draft.totals);
  throughput_ = std::move(draft.throughput);
  failed_ = draft.failed;
  conflicts_ = std::move(draft.conflicts);
  changes_ = std::move(draft.changes);
}

// How far the copy is with the draft.
Throughput::Point Copy::Reached(const Draft& draft, int64_t busy_ms) const {
  Throughput::Point point{busy_ms, draft.progress.records,
                          draft.progress.bytes};
  for (size_t i = 0; i < progress_.size(); ++i) {
    if (i == draft.source) continue;
    point.records += progress_[i].records;
    point.bytes += progress_[i].bytes;
  }
  return point;
}

Result<void> Copy::BeginReading(Bytes batch, const Draft& draft) {
  after_.clear();
  if (!draft.progress.last_key.empty()) {
    Result<void> made = AppendSortableKey(draft.progress.last_key, &after_);
    if (!made.ok()) return made;
  }
  reader_.Begin(batch, after_, !since_[draft.source].empty());
  if (origins_) origins_->Begin(draft.source, after_);
  return {};
}

Result<void> Copy::HandleBatch(Bytes batch, int64_t now, Draft* draft) {
  SourceProgress& progress = draft->progress;
  if (auto begun = BeginReading(batch, *draft); !begun.ok()) return begun;
  handled_ = 0;
  is_cut_ = false;
  Bytes last_key;
  while (!IsSampled(progress)) {
    Record record;
    Result<bool> more = reader_.Next(&record);
    if (!more.ok()) return std::move(more).error();
    if (!*more) break;
    if (IsExcluded(plan_, draft->source, record.key)) {
      last_key = record.key;
      ++progress.excluded;
      handled_ += record.size;
      continue;
    }
    Result<bool> handled = HandleRecord(record, now, draft);
    if (!handled.ok()) return std::move(handled).error();
    if (!*handled) {
      is_cut_ = true;
      break;
    }
    last_key = record.key;
    ++progress.records;
    progress.bytes += record.size;
    handled_ += record.size;
  }
  if (!last_key.empty()) {
    progress.last_key.assign(last_key.begin(), last_key.end());
  }
  return {};
}

// False when only its key is there and its value is needed.
Result<bool> Copy::HandleRecord(const Record& record, int64_t now,
                                Draft* draft) {
  if (!IsClaimed(draft->source, record.key)) {
    ++draft->progress.unclaimed;
    return true;
  }
  if (record.value.empty()) return PassUnread(record, now, draft);
  Result<void> done = origins_ ? HandleTracked(record, nullptr, now, draft)
                               : WriteRecord(record, now, draft, nullptr);
  if (!done.ok()) return std::move(done).error();
  return true;
}

bool Copy::IsClaimed(size_t source, Bytes key) const {
  for (const size_t table : tables_of_[source]) {
    if (writers_[table].Takes(source, key)) return true;
  }
  return false;
}

Result<void> Copy::WriteRecord(const Record& record, int64_t now, Draft* draft,
                               OriginEntry* entry) {
  for (const size_t table : tables_of_[draft->source]) {
    TableWriter& writer = writers_[table];
    if (!writer.Takes(draft->source, record.key)) continue;
    Total rows;
    Error failure;
    PreparedRows::Made made;
    const bool is_prepared = prepared_ != nullptr &&
                             prepared_->IsOf(plan_, draft->source) &&
                             prepared_->Find(record.value, table, &made);
    Result<bool> written =
        writer.Write(draft->source, record, is_prepared ? &made : nullptr, now,
                     &rows, &failure, entry);
    if (!written.ok()) return std::move(written).error();
    if (*written || entry != nullptr) draft->totals[table].Add(rows);
    if (*written) {
      if (writer.conflicts()) draft->conflicts[table].Add(*writer.conflicts());
      draft->progress.filtered += writer.filtered();
      if (entry != nullptr) entry->filtered += writer.filtered();
      continue;
    }
    Result<void> noted = Fail(table, record, failure, now, draft);
    if (!noted.ok()) return noted;
  }
  return {};
}

// The record goes to the ledger, or stops the run.
Result<void> Copy::Fail(size_t table, const Record& record, const Error& reason,
                        int64_t now, Draft* draft) {
  const std::string& name = plan_.tables[table].name;
  if (draft->failed >= limits_.max_failed) {
    stop_at_ = handled_;
    return Error{reason.code,
                 "The record " + KeyText(record.key) + " of " +
                     plan_.sources[draft->source].Label() +
                     " cannot become a row of " + QuoteIdentifier(name) +
                     ", and the run was to stop there: " + reason.message,
                 "What came before it is kept. Mend the record or go on "
                 "without stopping: it then goes to the ledger.",
                 reason.path};
  }
  ++draft->failed;
  ++draft->progress.failed;
  return ledger_.Add(name, static_cast<int64_t>(draft->source), record.sortable,
                     record.key, record.value, reason, now);
}

Result<void> Copy::Save(const Draft& draft, int64_t now, int64_t busy_ms) {
  for (const size_t table : tables_of_[draft.source]) {
    Result<void> saved =
        total_table_.Save(plan_.tables[table].name, draft.totals[table]);
    if (!saved.ok()) return saved;
    if (writers_[table].conflicts() == nullptr) continue;
    saved = total_table_.SaveConflicts(plan_.tables[table].name,
                                       draft.conflicts[table]);
    if (!saved.ok()) return saved;
  }
  if (auto saved = checkpoint_.Save(draft.source, draft.progress);
      !saved.ok()) {
    return saved;
  }
  if (is_update()) {
    Result<void> saved = SaveChanges(store_, migration_, draft.source,
                                     draft.changes[draft.source]);
    if (!saved.ok()) return saved;
  }
  if (auto saved = throughput_table_.Save(draft.throughput); !saved.ok()) {
    return saved;
  }
  touch_.Bind(1, Cell::Integer(now));
  touch_.Bind(2, Cell::Integer(busy_ms));
  touch_.Bind(3, Cell::Integer(migration_));
  if (auto touched = touch_.Run(); !touched.ok()) return touched;
  const SourceProgress& before = progress_[draft.source];
  return NoteBatch(store_,
                   {migration_, now, plan_.sources[draft.source].Label(),
                    draft.progress.records - before.records,
                    draft.progress.failed - before.failed, draft.progress.done},
                   draft.progress.records);
}

}  // namespace ferrite::internal
