#include "element_walk.h"

#include <utility>

#include "column_value.h"
#include "json_pointer.h"
#include "path_tree.h"
#include "text_forms.h"
#include "value_path.h"

namespace ferrite::internal {
namespace {

// Whether a property of an array is one of its items.
bool IsIndex(const Item& name) {
  constexpr uint64_t kEnd = UINT32_MAX;  // 2^32 - 1 is no index
  const std::string_view text = AsText(name.bytes);
  if (name.kind != Kind::kString || text.empty() || text.size() > 10) {
    return false;
  }
  if (text.size() > 1 && text[0] == '0') return false;
  uint64_t index = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    index = index * 10 + static_cast<uint64_t>(c - '0');
  }
  return index < kEnd;
}

}  // namespace

ElementWalk::ElementWalk(const std::vector<std::vector<std::string>>& paths)
    : paths_(paths), levels_(paths.size()) {}

Result<void> ElementWalk::Begin(Bytes record, const SharedValues& shared) {
  shared_ = &shared;
  level_ = 0;
  return Open(0, record);
}

Result<bool> ElementWalk::Next() {
  for (;;) {
    if (!Advance(&levels_[level_])) {
      if (level_ == 0) return false;
      --level_;
    } else if (level_ + 1 == levels_.size()) {
      return true;
    } else {
      ++level_;
      Result<void> opened = Open(level_, levels_[level_ - 1].element);
      if (!opened.ok()) return std::move(opened).error();
    }
  }
}

Result<void> ElementWalk::Open(size_t index, Bytes base) {
  Level& level = levels_[index];
  level.left = 0;
  level.index = 0;
  const auto pointer = [&] {
    return PointerTo(index) + ToPointer(paths_[index]);
  };
  switch (Follow(base, paths_[index], *shared_, &level.value)) {
    case Lookup::kAbsent:
      return {};
    case Lookup::kTwice:
      return PropertyTwice(pointer());
    case Lookup::kFound:
      break;
  }
  Item head;
  Bytes length;
  if (!ReadHead(*shared_, &level.value, &level.reader, &head)) return {};
  level.left = head.count;
  switch (head.kind) {
    case Kind::kUndefined:
    case Kind::kNull:
      level.left = 0;
      return {};
    case Kind::kArray:
    case Kind::kSet:
      level.kind = Collection::kItems;
      return {};
    case Kind::kObject:
      level.kind = Collection::kProperties;
      return {};
    case Kind::kMap:
      level.kind = Collection::kEntries;
      return {};
    case Kind::kInstance: {
      // An array with holes or named properties: its length, its entries.
      if (AsText(head.bytes) != "Array" || head.count != 2) break;
      Reader reader = level.reader;
      Item entries;
      if (!reader.Pass(&length)) break;
      Bytes value = level.value.subspan(reader.offset());
      Reader inside(value);
      if (!ReadHead(*shared_, &value, &inside, &entries) ||
          entries.kind != Kind::kObject) {
        break;
      }
      level.value = value;
      level.reader = inside;
      level.left = entries.count;
      level.kind = Collection::kSparse;
      return {};
    }
    default:
      break;
  }
  level.left = 0;
  return Error{
      ErrorCode::kTypeMismatch,
      "Found " + DescribeItem(head, true) + " where elements become rows.",
      "An array, an object, a Map or a Set has elements.", pointer()};
}

bool ElementWalk::Advance(Level* level) {
  Item name;
  while (level->left > 0) {
    --level->left;
    level->name = {};
    const size_t begin = level->reader.offset();
    switch (level->kind) {
      case Collection::kItems:
        break;
      case Collection::kEntries:
        if (!level->reader.Pass(&level->name)) return false;
        break;
      case Collection::kProperties:
      case Collection::kSparse:
        if (!level->reader.Next(&name)) return false;
        level->name =
            level->value.subspan(begin, level->reader.offset() - begin);
        break;
    }
    if (!level->reader.Pass(&level->element)) return false;
    ++level->index;
    if (level->kind != Collection::kSparse) return true;
    if (IsIndex(name)) return true;
  }
  return false;
}

std::string ElementWalk::PointerTo(size_t levels) const {
  std::string pointer;
  for (size_t i = 0; i < levels; ++i) {
    const Level& level = levels_[i];
    pointer += ToPointer(paths_[i]);
    if (level.kind == Collection::kProperties ||
        level.kind == Collection::kSparse) {
      Reader reader(level.name);
      Item name;
      if (!reader.Next(&name)) break;
      AppendToken(WellFormed(AsText(name.bytes)), &pointer);
    } else {
      AppendToken(std::to_string(level.index - 1), &pointer);
      if (level.kind == Collection::kEntries) pointer += "/1";
    }
  }
  return pointer;
}

}  // namespace ferrite::internal
