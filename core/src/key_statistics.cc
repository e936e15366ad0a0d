#include "key_statistics.h"

namespace ferrite::internal {
namespace {

KeyStatistics::Class ClassOf(Kind kind) {
  switch (kind) {
    case Kind::kInteger:
    case Kind::kDouble:
      return KeyStatistics::Class::kNumber;
    case Kind::kDate:
      return KeyStatistics::Class::kDate;
    case Kind::kString:
    case Kind::kWtf8:
      return KeyStatistics::Class::kText;
    default:
      return KeyStatistics::Class::kOther;
  }
}

// A key's numbers lie close together when there is one for every tenth of them.
constexpr double kSparse = 10;

}  // namespace

void KeyStatistics::Add(Bytes key) {
  Item item;
  Reader reader(key);
  if (!reader.Next(&item)) return;
  last_ = ClassOf(item.kind);
  if (const uint64_t hash = ValueSketch::Hash(item)) values_.Add(hash);
  if (item.kind != Kind::kInteger) is_whole_ = false;
  if (first_ == Class::kNone) {
    first_ = last_;
    first_number_ = item.number;
  }
  last_number_ = item.number;
}

void KeyStatistics::End(bool has_all, bool has_ends, uint64_t records) {
  has_all_ = has_all;
  has_ends_ = has_ends || has_all;
  records_ = records;
}

KeyStatistics::Class KeyStatistics::common() const {
  return has_ends_ && first_ == last_ ? first_ : Class::kNone;
}

bool KeyStatistics::is_dense() const {
  return has_ends_ && is_whole_ && first_ == Class::kNumber &&
         last_number_ - first_number_ + 1 == static_cast<double>(records_);
}

bool KeyStatistics::is_sparse() const {
  return common() == Class::kNumber &&
         last_number_ - first_number_ > kSparse * static_cast<double>(records_);
}

}  // namespace ferrite::internal
