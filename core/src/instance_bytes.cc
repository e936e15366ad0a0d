#include <algorithm>
#include <iterator>

#include "json_text.h"

namespace ferrite::internal {
namespace {

struct View {
  std::string_view name;
  uint64_t element;
};

constexpr View kViews[] = {
    {"Int8Array", 1},     {"Uint8Array", 1},     {"Uint8ClampedArray", 1},
    {"Int16Array", 2},    {"Uint16Array", 2},    {"Float16Array", 2},
    {"Int32Array", 4},    {"Uint32Array", 4},    {"Float32Array", 4},
    {"BigInt64Array", 8}, {"BigUint64Array", 8}, {"Float64Array", 8},
    {"DataView", 1},
};

bool ReadBytes(Reader* inside, Bytes* bytes) {
  Item item;
  if (!inside->Next(&item) || item.kind != Kind::kBytes) return false;
  *bytes = item.bytes;
  return true;
}

bool SkipItems(Reader* inside, int count) {
  Bytes skipped;
  for (; count > 0; --count) {
    if (!inside->Skip(&skipped)) return false;
  }
  return true;
}

// A view's buffer, wherever it stands.
bool ReadBuffer(Reader* inside, const SharedValues* shared, Bytes* bytes) {
  Item item;
  if (!inside->Next(&item)) return false;
  if (item.kind == Kind::kShareable && !inside->Next(&item)) return false;
  if (item.kind == Kind::kReference) {
    if (shared == nullptr || item.count >= shared->size()) return false;
    Reader target((*shared)[item.count]);
    return ReadBuffer(&target, nullptr, bytes);
  }
  *bytes = item.bytes;
  if (item.kind == Kind::kBytes) return true;
  return item.kind == Kind::kInstance && item.count == 2 &&
         AsText(item.bytes) == "ArrayBuffer" && ReadBytes(inside, bytes) &&
         SkipItems(inside, 1);
}

bool ReadView(Reader* inside, uint64_t element, const SharedValues* shared,
              Bytes* bytes) {
  Bytes buffer;
  Item offset, length;
  if (!ReadBuffer(inside, shared, &buffer) || !inside->Next(&offset) ||
      !inside->Next(&length)) {
    return false;
  }
  if (offset.kind != Kind::kInteger || length.kind != Kind::kInteger ||
      offset.integer < 0 || length.integer < 0) {
    return false;
  }
  // Both are at most 2^53, so that the product stays below 2^64.
  const auto first = static_cast<uint64_t>(offset.integer);
  const uint64_t size = static_cast<uint64_t>(length.integer) * element;
  if (first > buffer.size() || size > buffer.size() - first) return false;
  *bytes =
      buffer.subspan(static_cast<size_t>(first), static_cast<size_t>(size));
  return true;
}

}  // namespace

bool InstanceBytes(Reader inside, const Item& instance,
                   const SharedValues* shared, Bytes* bytes) {
  const std::string_view name = AsText(instance.bytes);
  if (name == "Blob" && instance.count == 2) {
    return SkipItems(&inside, 1) && ReadBytes(&inside, bytes);
  }
  if (name == "File" && instance.count == 4) {
    return SkipItems(&inside, 3) && ReadBytes(&inside, bytes);
  }
  if (name == "ArrayBuffer" && instance.count == 2) {
    return ReadBytes(&inside, bytes);
  }
  const auto view =
      std::find_if(std::begin(kViews), std::end(kViews),
                   [&](const View& known) { return known.name == name; });
  return view != std::end(kViews) && instance.count == 3 &&
         ReadView(&inside, view->element, shared, bytes);
}

}  // namespace ferrite::internal
