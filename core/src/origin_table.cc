#include "origin_table.h"

#include "total.h"

namespace ferrite::internal {
namespace {

// A slice ends after so many records, or about so many bytes of them.
constexpr size_t kSliceRecords = 512;
constexpr size_t kSliceBytes = 1 << 18;

Cell Number(size_t number) {
  return Cell::Integer(static_cast<int64_t>(number));
}

}  // namespace

Result<OriginTable> OriginTable::Open(Store* store, int64_t origin) {
  Result<Statement> put = store->Prepare(
      "INSERT OR REPLACE INTO ferrite_origin VALUES(?1,?2,?3,?4,?5,?6)");
  if (!put.ok()) return std::move(put).error();
  Result<Statement> remove = store->Prepare(
      "DELETE FROM ferrite_origin WHERE origin=?1 AND source=?2 AND key=?3");
  if (!remove.ok()) return std::move(remove).error();
  Result<Statement> find = store->Prepare(
      "SELECT hash,filtered,rows FROM ferrite_origin "
      "WHERE origin=?1 AND source=?2 AND key=?3");
  if (!find.ok()) return std::move(find).error();
  return OriginTable(origin, std::move(put).value(), std::move(remove).value(),
                     std::move(find).value());
}

Result<void> OriginTable::Put(size_t source, const OriginRecord& record) {
  const auto hash = ToBlob(record.hash);
  put_.Bind(1, Cell::Integer(origin_));
  put_.Bind(2, Number(source));
  put_.Bind(3, Cell::Blob(record.key));
  put_.Bind(4, Cell::Blob(hash));
  put_.Bind(5, Cell::Integer(static_cast<int64_t>(record.filtered)));
  put_.Bind(6, Cell::Blob(record.rows));
  return put_.Run();
}

Result<void> OriginTable::Remove(size_t source, Bytes key) {
  remove_.Bind(1, Cell::Integer(origin_));
  remove_.Bind(2, Number(source));
  remove_.Bind(3, Cell::Blob(key));
  return remove_.Run();
}

Result<bool> OriginTable::Find(size_t source, Bytes key, ByteBuffer* memory,
                               OriginRecord* record) {
  find_.Bind(1, Cell::Integer(origin_));
  find_.Bind(2, Number(source));
  find_.Bind(3, Cell::Blob(key));
  Result<bool> row = find_.Step();
  if (row.ok() && *row) {
    record->key = key;
    record->hash = FromBlob(find_.Column(0).bytes);
    record->filtered = static_cast<uint64_t>(find_.Column(1).integer);
    const Bytes rows = find_.Column(2).bytes;
    memory->assign(rows.begin(), rows.end());
    record->rows = *memory;
  }
  find_.Reset();
  return row;
}

Result<OriginWalk> OriginWalk::Open(Store* store, int64_t origin) {
  Result<Statement> select = store->Prepare(
      "SELECT key,hash,filtered,rows FROM ferrite_origin "
      "WHERE origin=?1 AND source=?2 AND key>?3 ORDER BY key LIMIT ?4");
  if (!select.ok()) return std::move(select).error();
  return OriginWalk(origin, std::move(select).value());
}

void OriginWalk::Begin(size_t source, Bytes after) {
  source_ = source;
  after_.assign(after.begin(), after.end());
  slots_.clear();
  next_ = 0;
  is_at_end_ = false;
}

Result<const OriginRecord*> OriginWalk::Peek() {
  if (next_ == slots_.size() && !is_at_end_) {
    if (auto filled = Fill(); !filled.ok()) return std::move(filled).error();
  }
  if (next_ == slots_.size()) return static_cast<const OriginRecord*>(nullptr);
  return &slots_[next_].record;
}

Result<void> OriginWalk::Fill() {
  if (!slots_.empty()) {
    const Bytes key = slots_.back().record.key;
    after_.assign(key.begin(), key.end());
  }
  slots_.clear();
  memory_.clear();
  next_ = 0;
  select_.Bind(1, Cell::Integer(origin_));
  select_.Bind(2, Number(source_));
  select_.Bind(3, Cell::Blob(after_));
  select_.Bind(4, Number(kSliceRecords));
  Result<void> read = ReadSlice();
  select_.Reset();
  if (!read.ok()) return read;
  Bytes rest = memory_;
  for (Slot& slot : slots_) {
    slot.record.key = rest.first(slot.key_size);
    slot.record.rows = rest.subspan(slot.key_size, slot.rows_size);
    rest = rest.subspan(slot.key_size + slot.rows_size);
  }
  return {};
}

Result<void> OriginWalk::ReadSlice() {
  while (memory_.size() < kSliceBytes) {
    Result<bool> row = select_.Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) {
      is_at_end_ = slots_.size() < kSliceRecords;
      return {};
    }
    const Bytes key = select_.Column(0).bytes;
    memory_.insert(memory_.end(), key.begin(), key.end());
    Slot& slot = slots_.emplace_back();
    slot.key_size = key.size();
    slot.record.hash = FromBlob(select_.Column(1).bytes);
    slot.record.filtered = static_cast<uint64_t>(select_.Column(2).integer);
    const Bytes rows = select_.Column(3).bytes;
    slot.rows_size = rows.size();
    memory_.insert(memory_.end(), rows.begin(), rows.end());
  }
  return {};
}

}  // namespace ferrite::internal
