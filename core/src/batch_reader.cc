#include "batch_reader.h"

#include <cstring>
#include <string>
#include <utility>

#include "ferrite/key.h"

namespace ferrite::internal {
namespace {

Error NoRecord(size_t offset) {
  return {ErrorCode::kRecordMalformed,
          "At byte " + std::to_string(offset) +
              " of the batch there is no array of key and value.",
          "", ""};
}

}  // namespace

Error EmptyBatch() {
  return {ErrorCode::kInvalidArgument,
          "The batch is empty, but it is not the last one.",
          "Hand over at least one record, or say that it is the last.", ""};
}

size_t FirstHalf(Bytes batch) {
  const auto next = [](Reader* reader) {
    Item head;
    Bytes item;
    return !reader->AtEnd() && reader->Next(&head) &&
           head.kind == Kind::kArray && (head.count == 2 || head.count == 1) &&
           reader->Skip(&item) && (head.count == 1 || reader->Pass(&item));
  };
  size_t count = 0;
  Reader all(batch);
  while (next(&all)) ++count;
  // What cannot be told apart behind them counts as one more.
  if (!all.AtEnd()) ++count;
  Reader half(batch);
  for (size_t i = 0; i < count / 2; ++i) (void)next(&half);
  return half.offset();
}

bool ComesBefore(Bytes a, Bytes b) {
  const size_t common = a.size() < b.size() ? a.size() : b.size();
  const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  return order < 0 || (order == 0 && a.size() < b.size());
}

void BatchReader::Begin(Bytes batch, Bytes after, bool takes_keys) {
  batch_ = batch;
  takes_keys_ = takes_keys;
  reader_ = Reader(batch);
  last_.assign(after.begin(), after.end());
  at_begin_ = true;
  is_open_ended_ = false;
}

Result<bool> BatchReader::Next(Record* record) {
  if (reader_.AtEnd()) return false;
  const size_t offset = reader_.offset();
  Item head;
  if (!reader_.Next(&head)) return reader_.error();
  const bool is_key = takes_keys_ && head.count == 1;
  if (head.kind != Kind::kArray || (head.count != 2 && !is_key)) {
    return NoRecord(offset);
  }
  if (!reader_.Skip(&record->key)) return reader_.error();
  if (auto key = ReadKey(record->key); !key.ok()) return std::move(key).error();
  record->sortable = last_;
  const size_t value = reader_.offset();
  if (is_key) {
    record->value = {};
    record->size = value - offset;
    return true;
  }
  // The Mapper reads every item of it and checks it then.
  if (!reader_.Pass(&record->value)) {
    is_open_ended_ = true;
    record->value = batch_.subspan(value);
    record->size = batch_.size() - offset;
    return reader_.error();
  }
  record->size = reader_.offset() - offset;
  return true;
}

Result<void> BatchReader::ReadKey(Bytes key) {
  current_.clear();
  if (auto made = AppendSortableKey(key, &current_); !made.ok()) return made;
  if (!last_.empty() && !ComesBefore(last_, current_)) {
    if (at_begin_) {
      return Error{ErrorCode::kSourceChanged,
                   "The batch begins with the key " + KeyText(key) +
                       ", which is not behind the last committed one.",
                   "Read on behind step().after.", ""};
    }
    return Error{ErrorCode::kRecordMalformed,
                 "The key " + KeyText(key) +
                     " is not behind the one before it in the batch.",
                 "Hand the records over in key order.", ""};
  }
  at_begin_ = false;
  std::swap(last_, current_);
  return {};
}

}  // namespace ferrite::internal
