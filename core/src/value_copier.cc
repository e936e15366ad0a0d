#include "value_copier.h"

#include <algorithm>
#include <functional>

#include "nesting.h"

namespace ferrite::internal {

void Omission::Clear() {
  properties_.clear();
  objects_.clear();
}

void Omission::Add(Bytes object, Bytes property) {
  properties_.push_back(property);
  const uint8_t* begin = object.data();
  objects_.insert(
      std::upper_bound(objects_.begin(), objects_.end(), begin, std::less<>()),
      begin);
}

uint64_t Omission::CountOf(const uint8_t* begin) const {
  const auto range =
      std::equal_range(objects_.begin(), objects_.end(), begin, std::less<>());
  return static_cast<uint64_t>(range.second - range.first);
}

Bytes Omission::At(const uint8_t* begin) const {
  const auto place =
      std::lower_bound(properties_.begin(), properties_.end(), begin,
                       [](Bytes property, const uint8_t* wanted) {
                         return std::less<>()(property.data(), wanted);
                       });
  if (place == properties_.end() || place->data() != begin) return {};
  return *place;
}

void ValueCopier::Copy(Bytes value, const SharedValues& shared,
                       const Omission& omission, Writer* out) {
  shared_ = &shared;
  omission_ = &omission;
  meetings_.assign(shared.size(), 0);
  numbers_.assign(shared.size(), kUnmet);
  next_number_ = 0;
  if (!shared.empty()) Walk(value, nullptr);
  Walk(value, out);
}

void ValueCopier::Walk(Bytes value, Writer* out) {
  frames_.clear();
  frames_.push_back({value, Reader(value), 1});
  Item item;
  Bytes whole;
  while (!frames_.empty()) {
    Frame& frame = frames_.back();
    if (frame.left == 0) {
      frames_.pop_back();
      continue;
    }
    const size_t begin = frame.reader.offset();
    const uint8_t* place = frame.value.data() + begin;
    if (!omission_->empty() && !omission_->At(place).empty()) {
      if (!frame.reader.Pass(&whole) || !frame.reader.Pass(&whole)) return;
      frame.left -= 2;
      continue;
    }
    if (!frame.reader.Next(&item)) return;
    const size_t end = frame.reader.offset();
    frame.left += ChildCount(item) - 1;
    if (item.kind == Kind::kShareable) {
      if (WasMet(IndexOf(frame.value.data() + end), out)) {
        if (!frame.reader.Pass(&whole)) return;
        --frame.left;
      }
    } else if (item.kind == Kind::kReference) {
      const Bytes target = (*shared_)[item.count];
      if (!WasMet(item.count, out)) {
        frames_.push_back({target, Reader(target), 1});
      }
    } else if (out != nullptr) {
      const uint64_t left_out =
          item.kind == Kind::kObject ? omission_->CountOf(place) : 0;
      if (left_out > 0) {
        out->BeginObject(item.count - left_out);
      } else {
        out->Raw(frame.value.subspan(begin, end - begin));
      }
    }
  }
}

bool ValueCopier::WasMet(uint64_t index, Writer* out) {
  uint8_t& meetings = meetings_[index];
  if (out == nullptr) {
    meetings = static_cast<uint8_t>(std::min(meetings + 1, 2));
    return meetings == 2;
  }
  if (numbers_[index] != kUnmet) {
    out->Reference(numbers_[index]);
    return true;
  }
  if (meetings == 2) {
    numbers_[index] = next_number_++;
    out->Shareable();
  }
  return false;
}

uint64_t ValueCopier::IndexOf(const uint8_t* begin) const {
  const auto place =
      std::lower_bound(shared_->begin(), shared_->end(), begin,
                       [](Bytes value, const uint8_t* wanted) {
                         return std::less<>()(value.data(), wanted);
                       });
  return static_cast<uint64_t>(place - shared_->begin());
}

}  // namespace ferrite::internal
