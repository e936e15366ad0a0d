// How a Copy finds the records at fault in a batch that fails: copy.h.
#include <utility>

#include "copy.h"
#include "exclusions.h"

namespace ferrite::internal {
namespace {

bool MayLieInARecord(ErrorCode code) {
  return NatureOf(code) == ErrorNature::kRecord ||
         code == ErrorCode::kOutOfMemory;
}

}  // namespace

// By halves, each committed with its own checkpoint.
Result<void> Copy::Isolate(size_t source, Bytes batch, bool last, int64_t now,
                           int64_t busy_ms, Error cause) {
  const bool is_in_order =
      cause.code != ErrorCode::kRecordMalformed || reader_.is_open_ended();
  if (!MayLieInARecord(cause.code) || !is_in_order) return cause;
  const size_t half = FirstHalf(batch);
  if (half == 0) {
    return IsolateRecord(source, batch, last, now, busy_ms, std::move(cause));
  }
  Result<void> first = Run(source, batch.first(half), false, now, busy_ms);
  if (!first.ok() || is_cut_) return first;
  is_partial_ = true;
  return Run(source, batch.subspan(half), last, now, busy_ms);
}

// `batch` is one record, or one whose end is not known.
Result<void> Copy::IsolateRecord(size_t source, Bytes batch, bool last,
                                 int64_t now, int64_t busy_ms, Error cause) {
  if (cause.code == ErrorCode::kOutOfMemory) {
    Result<void> again = Attempt(source, batch, last, now, busy_ms);
    if (again.ok() || unsettled_ || batch.size() < kBlamedFor) return again;
    if (again.error().code != cause.code) return again;
  }
  bool is_open_ended = false;
  handled_ = 0;
  is_cut_ = false;
  Result<void> done =
      Commit(source, now, busy_ms, [&](Draft* draft) -> Result<void> {
        if (auto begun = BeginReading(batch, *draft); !begun.ok()) return begun;
        Record record;
        Result<bool> more = reader_.Next(&record);
        is_open_ended = reader_.is_open_ended();
        if (!more.ok() && !is_open_ended) return std::move(more).error();
        // What failed was no record: the batch is empty, or has a key alone.
        if (more.ok() && (!*more || record.value.empty())) return cause;
        if (IsExcluded(plan_, source, record.key)) {
          ++draft->progress.excluded;
        } else {
          const bool is_tracked = origins_ && IsClaimed(source, record.key);
          auto kept = is_tracked ? HandleTracked(record, &cause, now, draft)
                                 : Blame(record, cause, now, draft);
          if (!kept.ok()) return kept;
          ++draft->progress.records;
          draft->progress.bytes += record.size;
        }
        draft->progress.last_key.assign(record.key.begin(), record.key.end());
        draft->progress.done = last && !is_update() && !is_open_ended;
        return {};
      });
  if (!done.ok() || !is_open_ended) return done;
  is_partial_ = true;
  cause.hint =
      "The record is in the ledger with the rest of its batch. Read on behind "
      "step().after.";
  return cause;
}

// To the ledger, for each table that would take it.
Result<void> Copy::Blame(const Record& record, const Error& reason, int64_t now,
                         Draft* draft) {
  bool is_claimed = false;
  for (const size_t table : tables_of_[draft->source]) {
    if (!writers_[table].Takes(draft->source, record.key)) continue;
    is_claimed = true;
    if (auto noted = Fail(table, record, reason, now, draft); !noted.ok()) {
      return noted;
    }
  }
  if (!is_claimed) ++draft->progress.unclaimed;
  return {};
}

}  // namespace ferrite::internal
