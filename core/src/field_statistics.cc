#include "field_statistics.h"

#include <algorithm>
#include <numeric>

namespace ferrite::internal {
namespace {

// Items of one array that are looked at; the others are like them, or the
// column is json anyway.
constexpr uint64_t kMaxItems = 1000;
constexpr size_t kMaxShown = 40;
constexpr double kYear2000 = 946684800;  // seconds since the epoch
constexpr double kYear2040 = 2208988800;
constexpr uint32_t kUint8Array = 64;

bool IsBytes(const Item& item) {
  const std::string_view type = AsText(item.bytes);
  return item.kind == Kind::kInstance && (type == "Blob" || type == "File");
}

Seen SeenOf(const Item& item) {
  switch (item.kind) {
    case Kind::kUndefined:
      return Seen::kUndefined;
    case Kind::kNull:
      return Seen::kNull;
    case Kind::kBool:
      return Seen::kBoolean;
    case Kind::kInteger:
      return Seen::kInteger;
    case Kind::kDouble:
      return Seen::kReal;
    case Kind::kString:
    case Kind::kWtf8:
      return Seen::kText;
    case Kind::kBigInt:
      return Seen::kBigInt;
    case Kind::kDate:
      return Seen::kDate;
    case Kind::kBytes:
      return Seen::kBytes;
    case Kind::kTypedArray:
      return item.tag == kUint8Array ? Seen::kBytes : Seen::kOther;
    case Kind::kArray:
      return Seen::kArray;
    case Kind::kObject:
      return Seen::kObject;
    case Kind::kInstance:
      return IsBytes(item) ? Seen::kBytes : Seen::kOther;
    default:
      return Seen::kOther;
  }
}

void Show(std::string text, FieldStatistics* field) {
  if (!field->shows_all) return;
  const auto found = field->shown.find(text);
  if (found != field->shown.end()) {
    ++found->second;
  } else if (field->shown.size() < kShownValues && text.size() <= kMaxShown) {
    field->shown.emplace(std::move(text), 1);
  } else {
    field->shows_all = false;
    field->shown.clear();
  }
}

void NoteScalar(const Item& item, FieldStatistics* field) {
  if (const uint64_t hash = ValueSketch::Hash(item)) field->values.Add(hash);
  if (item.kind == Kind::kString) {
    const std::string_view text = AsText(item.bytes);
    ++field->shapes[static_cast<size_t>(TextShapeOf(text))];
    if (field->shows_all) Show(std::string(1, '"').append(text).append(1, '"'), field);
  } else if (item.kind == Kind::kInteger) {
    const bool is_first = field->count(Seen::kInteger) == 1;
    field->least = is_first ? item.number : std::min(field->least, item.number);
    field->most = is_first ? item.number : std::max(field->most, item.number);
    if (item.number >= kYear2000 && item.number < kYear2040) ++field->seconds;
    if (item.number >= kYear2000 * 1000 && item.number < kYear2040 * 1000) {
      ++field->milliseconds;
    }
    Show(std::to_string(item.integer), field);
  } else if (item.kind == Kind::kWtf8 || item.kind == Kind::kDouble) {
    field->shows_all = false;
    field->shown.clear();
  }
}

}  // namespace

uint64_t FieldStatistics::total() const {
  return std::accumulate(seen.begin(), seen.end(), uint64_t{0});
}

uint64_t FieldStatistics::present() const {
  return total() - count(Seen::kUndefined) - count(Seen::kNull);
}

const FieldStatistics* FieldStatistics::Find(
    const std::vector<std::string>& path) const {
  const FieldStatistics* field = this;
  for (const std::string& name : path) {
    const auto found = field->field_index.find(name);
    if (found == field->field_index.end()) return nullptr;
    field = field->fields[found->second].second.get();
  }
  return field;
}

RecordStatistics::RecordStatistics()
    : root_(std::make_unique<FieldStatistics>()) {}

void RecordStatistics::Add(Bytes value) {
  ++records_;
  Reader check(value);
  Bytes whole;
  if (!check.Skip(&whole) || !check.AtEnd()) {
    ++malformed_;
    return;
  }
  Reader reader(value);
  Value(&reader, root_.get(), 0);
}

// `field` is null where a value is passed over. Recursion ends at kMaxLevels.
void RecordStatistics::Value(Reader* reader, FieldStatistics* field,
                             int level) {
  Bytes whole;
  if (field == nullptr) {
    (void)reader->Skip(&whole);
    return;
  }
  Reader ahead = *reader;
  if (!reader->Skip(&whole)) return;
  Item item;
  if (!ahead.Next(&item)) return;
  while (item.kind == Kind::kShareable) {
    field->has_shared = true;
    if (!ahead.Next(&item)) return;
  }
  if (item.kind == Kind::kReference) field->has_shared = true;
  ++field->seen[static_cast<size_t>(SeenOf(item))];
  NoteScalar(item, field);
  if (item.kind == Kind::kObject) Object(&ahead, item.count, field, level);
  if (item.kind == Kind::kArray) Array(&ahead, item.count, field, level);
}

void RecordStatistics::Object(Reader* reader, uint64_t count,
                              FieldStatistics* field, int level) {
  const uint64_t object = ++objects_;
  field->properties += count;
  for (uint64_t i = 0; i < count; ++i) {
    Item name;
    if (!reader->Next(&name)) return;
    FieldStatistics* child = level < kMaxLevels ? Child(name, field) : nullptr;
    if (child == nullptr) {
      ++field->unseen_properties;
    } else if (child->last_object == object) {
      child->comes_twice = has_twice_ = true;
    } else {
      child->last_object = object;
    }
    Value(reader, child, level + 1);
  }
}

void RecordStatistics::Array(Reader* reader, uint64_t count,
                             FieldStatistics* field, int level) {
  field->item_count += count;
  if (count == 0 || level >= kMaxLevels) return;
  if (field->items == nullptr) {
    if (fields_ == kMaxFields) return;
    ++fields_;
    field->items = std::make_unique<FieldStatistics>();
  }
  for (uint64_t i = 0; i < count && i < kMaxItems; ++i) {
    Value(reader, field->items.get(), level + 1);
  }
}

FieldStatistics* RecordStatistics::Child(const Item& name,
                                         FieldStatistics* field) {
  // A plan is Unicode text: it cannot name what has a lone surrogate.
  if (name.kind != Kind::kString || name.bytes.size() > kMaxName) {
    return nullptr;
  }
  const std::string text(AsText(name.bytes));
  const auto found = field->field_index.find(text);
  if (found != field->field_index.end()) {
    return field->fields[found->second].second.get();
  }
  if (fields_ == kMaxFields || field->fields.size() == kMaxNames) {
    return nullptr;
  }
  ++fields_;
  field->field_index.emplace(text, field->fields.size());
  field->fields.emplace_back(text, std::make_unique<FieldStatistics>());
  return field->fields.back().second.get();
}

}  // namespace ferrite::internal
