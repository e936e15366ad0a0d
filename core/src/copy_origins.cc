// How a Copy tells what changed since its rows were made: copy.h.
#include <algorithm>
#include <utility>

#include "copy.h"

namespace ferrite::internal {
namespace {

// Of records that are gone, in one transaction.
constexpr size_t kSweepRecords = 512;

bool IsSame(Bytes a, Bytes b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

Result<void> Copy::HandleTracked(const Record& record, const Error* blame,
                                 int64_t now, Draft* draft) {
  // Of its bytes: they also say in which order its properties come, which the
  // lossless column keeps, and a canonical form costs as much as a row.
  const Hash128 hash = HashBytes(record.value);
  if (is_update()) {
    if (auto gone = ForgetUpTo(record.sortable, now, draft); !gone.ok()) {
      return gone;
    }
  }
  OriginEntry& entry = origins_->entry();
  entry.Clear();
  if (is_update()) {
    Result<const OriginRecord*> before = origins_->walk().Peek();
    if (!before.ok()) return std::move(before).error();
    if (*before != nullptr && IsSame((*before)->key, record.sortable)) {
      if (auto read = entry.Load((*before)->rows); !read.ok()) return read;
      Result<bool> is_unchanged = IsUnchanged(**before, record, hash, draft);
      if (!is_unchanged.ok()) return std::move(is_unchanged).error();
      origins_->walk().Pass();
      if (*is_unchanged && blame == nullptr) return {};
    } else {
      ++draft->changes[draft->source].added;
    }
  }
  if (blame == nullptr) {
    if (auto done = WriteRecord(record, now, draft, &entry); !done.ok()) {
      return done;
    }
  } else {
    for (const size_t table : tables_of_[draft->source]) {
      Total rows;
      Result<void> done = writers_[table].Remove(
          draft->source, record, now, RowReplacer::Why::kFailed, &entry, &rows);
      if (!done.ok()) return done;
      draft->totals[table].Add(rows);
    }
    if (auto done = Blame(record, *blame, now, draft); !done.ok()) return done;
  }
  return origins_->table().Put(
      draft->source, {record.sortable, hash, entry.filtered, entry.made()});
}

// Counts the record, which the store knows. When it is to be handled all the
// same, it is in the ledger no more.
Result<bool> Copy::IsUnchanged(const OriginRecord& before, const Record& record,
                               const Hash128& hash, Draft* draft) {
  if (before.hash != hash) {
    ++draft->changes[draft->source].changed;
    Result<void> done = ForgetFailed(record.sortable, /*decided=*/true, draft);
    if (!done.ok()) return std::move(done).error();
    return false;
  }
  Result<bool> is_orphan = HasOrphan(record, *draft);
  if (!is_orphan.ok()) return is_orphan;
  if (*is_orphan) {
    ++draft->changes[draft->source].unchanged;
    Result<void> done = ForgetFailed(record.sortable, /*decided=*/false, draft);
    if (!done.ok()) return std::move(done).error();
    return false;
  }
  Result<void> counted = CountUnchanged(before, record, draft);
  if (!counted.ok()) return std::move(counted).error();
  return true;
}

// A record of which its host knows that it was not changed. False when that is
// not enough: the store does not know it, or is to try it again.
Result<bool> Copy::PassUnread(const Record& record, int64_t now, Draft* draft) {
  if (auto gone = ForgetUpTo(record.sortable, now, draft); !gone.ok()) {
    return std::move(gone).error();
  }
  Result<const OriginRecord*> before = origins_->walk().Peek();
  if (!before.ok()) return std::move(before).error();
  if (*before == nullptr || !IsSame((*before)->key, record.sortable)) {
    return false;
  }
  if (auto read = origins_->entry().Load((*before)->rows); !read.ok()) {
    return std::move(read).error();
  }
  Result<bool> is_orphan = HasOrphan(record, *draft);
  if (!is_orphan.ok()) return is_orphan;
  if (*is_orphan) return false;
  if (auto counted = CountUnchanged(**before, record, draft); !counted.ok()) {
    return std::move(counted).error();
  }
  ++draft->changes[draft->source].unread;
  origins_->walk().Pass();
  return true;
}

// Of the record whose rows are in origins_->entry().
Result<bool> Copy::HasOrphan(const Record& record, const Draft& draft) {
  if (!origins_->has_orphans()) return false;
  for (const size_t table : tables_of_[draft.source]) {
    Result<bool> orphan =
        writers_[table].HasOrphan(&origins_->entry(), record.key);
    if (!orphan.ok() || *orphan) return orphan;
  }
  return false;
}

Result<void> Copy::CountUnchanged(const OriginRecord& before,
                                  const Record& record, Draft* draft) {
  ++draft->changes[draft->source].unchanged;
  draft->progress.filtered += before.filtered;
  for (const size_t table : tables_of_[draft->source]) {
    if (!origins_->has_failed()) break;
    Result<bool> failed =
        ledger_.Contains(plan_.tables[table].name,
                         static_cast<int64_t>(draft->source), record.sortable);
    if (!failed.ok()) return std::move(failed).error();
    draft->progress.failed += *failed ? 1 : 0;
  }
  return {};
}

// Records that lie before this key and were not met are gone.
Result<void> Copy::ForgetUpTo(Bytes key, int64_t now, Draft* draft) {
  for (;;) {
    Result<const OriginRecord*> next = origins_->walk().Peek();
    if (!next.ok()) return std::move(next).error();
    if (*next == nullptr || !ComesBefore((*next)->key, key)) return {};
    if (auto done = Forget(**next, now, draft); !done.ok()) return done;
    origins_->walk().Pass();
  }
}

Result<void> Copy::Forget(const OriginRecord& gone, int64_t now, Draft* draft) {
  OriginEntry& entry = origins_->entry();
  if (auto read = entry.Load(gone.rows); !read.ok()) return read;
  Result<Bytes> key = origins_->Encoded(gone.key);
  if (!key.ok()) return std::move(key).error();
  Record record;
  record.key = *key;
  record.sortable = gone.key;
  for (const size_t table : tables_of_[draft->source]) {
    TableWriter& writer = writers_[table];
    Total rows;
    Result<void> done = writer.Remove(draft->source, record, now,
                                      RowReplacer::Why::kGone, &entry, &rows);
    if (!done.ok()) return done;
    draft->totals[table].Add(rows);
    if (writer.conflicts()) draft->conflicts[table].Add(*writer.conflicts());
  }
  Result<void> done = ForgetFailed(gone.key, /*decided=*/true, draft);
  if (!done.ok()) return done;
  ++draft->changes[draft->source].deleted;
  return origins_->table().Remove(draft->source, gone.key);
}

Result<void> Copy::ForgetFailed(Bytes sortable, bool decided, Draft* draft) {
  if (!origins_->has_failed()) return {};
  for (const size_t table : tables_of_[draft->source]) {
    Result<bool> done =
        ledger_.Forget(plan_.tables[table].name,
                       static_cast<int64_t>(draft->source), sortable, decided);
    if (!done.ok()) return std::move(done).error();
  }
  return {};
}

Result<void> Copy::Sweep(int64_t now, int64_t busy_ms) {
  if (unsettled_) {
    Result<bool> is_committed = Settle();
    if (!is_committed.ok()) return std::move(is_committed).error();
  }
  const size_t source = *sweeping_;
  if (!progress_[source].done) {
    Result<void> done =
        Commit(source, now, busy_ms, [&](Draft* draft) -> Result<void> {
          if (auto begun = BeginReading({}, *draft); !begun.ok()) return begun;
          for (size_t i = 0; i < kSweepRecords; ++i) {
            Result<const OriginRecord*> next = origins_->walk().Peek();
            if (!next.ok()) return std::move(next).error();
            if (*next == nullptr) {
              draft->progress.done = true;
              break;
            }
            if (auto gone = Forget(**next, now, draft); !gone.ok()) return gone;
            origins_->walk().Pass();
          }
          return {};
        });
    if (!done.ok()) return done;
  }
  if (progress_[source].done) sweeping_.reset();
  return {};
}

}  // namespace ferrite::internal
