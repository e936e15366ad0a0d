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

bool ReadSize(Reader* inside, uint64_t* size) {
  Item item;
  if (!inside->Next(&item) || item.kind != Kind::kInteger || item.integer < 0) {
    return false;
  }
  *size = static_cast<uint64_t>(item.integer);
  return true;
}

// `has_length`: a view that follows its buffer's length is written without.
bool ReadView(Reader* inside, uint64_t element, bool has_length,
              const SharedValues* shared, Bytes* bytes) {
  Bytes buffer;
  uint64_t first = 0;
  if (!ReadBuffer(inside, shared, &buffer) || !ReadSize(inside, &first) ||
      first > buffer.size()) {
    return false;
  }
  uint64_t length = (buffer.size() - first) / element;
  if (has_length && !ReadSize(inside, &length)) return false;
  // Both are at most 2^53, so that the product stays below 2^64.
  const uint64_t size = length * element;
  if (size > buffer.size() - first) return false;
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
  return view != std::end(kViews) &&
         (instance.count == 2 || instance.count == 3) &&
         ReadView(&inside, view->element, instance.count == 3, shared, bytes);
}

}  // namespace ferrite::internal
