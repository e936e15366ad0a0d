#include <algorithm>
#include <cmath>
#include <cstring>

#include "ferrite/encoding.h"
#include "number.h"
#include "tags.h"

namespace ferrite {
namespace {

enum Major : uint8_t {
  kUnsigned = 0,
  kNegative = 1,
  kByteString = 2,
  kTextString = 3,
  kArrayOf = 4,
  kMapOf = 5,
  kTag = 6,
};

constexpr uint8_t kFalse = 0xF4, kTrue = 0xF5, kNull = 0xF6, kUndefined = 0xF7;
constexpr uint8_t kNan[] = {0xF9, 0x7E, 0x00};
constexpr uint8_t kInfinity[] = {0xF9, 0x7C, 0x00};
constexpr uint8_t kNegativeInfinity[] = {0xF9, 0xFC, 0x00};
constexpr uint8_t kNegativeZero[] = {0xF9, 0x80, 0x00};
constexpr uint8_t kDoubleHead = 0xFB;
constexpr size_t kMaxHead = 9;

// Writes the shortest head; its size.
size_t PutHead(uint8_t major, uint64_t argument, uint8_t* out) {
  const auto type = static_cast<uint8_t>(major << 5);
  if (argument < 24) {
    out[0] = static_cast<uint8_t>(type | argument);
    return 1;
  }
  const int width = argument <= UINT8_MAX    ? 0
                    : argument <= UINT16_MAX ? 1
                    : argument <= UINT32_MAX ? 2
                                             : 3;
  out[0] = static_cast<uint8_t>(type | (24 + width));
  internal::StoreBigEndian(argument, 1 << width, out + 1);
  return 1 + (size_t{1} << width);
}

}  // namespace

void Writer::Grow(size_t size) {
  buffer_.resize(std::max(2 * buffer_.size(), size_ + size));
}

void Writer::Byte(uint8_t byte) {
  *Room(1) = byte;
  ++size_;
}

void Writer::Append(Bytes bytes) {
  if (bytes.empty()) return;
  std::memcpy(Room(bytes.size()), bytes.data(), bytes.size());
  size_ += bytes.size();
}

void Writer::Argument(uint8_t major, uint64_t argument) {
  uint8_t* head = Room(kMaxHead);
  size_ += PutHead(major, argument, head);
}

void Writer::Sized(uint8_t major, Bytes bytes) {
  uint8_t* head = Room(kMaxHead + bytes.size());
  const size_t taken = PutHead(major, bytes.size(), head);
  if (!bytes.empty()) std::memcpy(head + taken, bytes.data(), bytes.size());
  size_ += taken + bytes.size();
}

void Writer::Float64(double value) {
  uint8_t* out = Room(kMaxHead);
  out[0] = kDoubleHead;
  internal::StoreBigEndian(internal::BitsOf(value), 8, out + 1);
  size_ += kMaxHead;
}

void Writer::Undefined() { Byte(kUndefined); }
void Writer::Null() { Byte(kNull); }
void Writer::Bool(bool value) { Byte(value ? kTrue : kFalse); }

void Writer::Integer(int64_t value) {
  if (value >= 0) {
    Argument(kUnsigned, static_cast<uint64_t>(value));
  } else {
    Argument(kNegative, static_cast<uint64_t>(-1 - value));
  }
}

void Writer::Double(double value) {
  if (internal::IsInteger(value)) return Integer(static_cast<int64_t>(value));
  if (std::isnan(value)) return Append(kNan);
  if (std::isinf(value)) {
    return Append(value > 0 ? kInfinity : kNegativeInfinity);
  }
  if (value == 0) return Append(kNegativeZero);
  Float64(value);
}

void Writer::String(std::string_view utf8) {
  Sized(kTextString, AsBytes(utf8));
}

void Writer::Wtf8(Bytes wtf8) {
  Argument(kTag, internal::kTagWtf8);
  Blob(wtf8);
}

void Writer::Blob(Bytes bytes) {
  Sized(kByteString, bytes);
}

void Writer::BigInt(Bytes bytes, bool negative) {
  while (!bytes.empty() && bytes[0] == 0) bytes = bytes.subspan(1);
  Argument(kTag,
           negative ? internal::kTagNegativeBigInt : internal::kTagBigInt);
  Blob(bytes);
}

void Writer::BigInt(int64_t value) {
  const bool negative = value < 0;
  uint8_t bytes[8];
  internal::StoreBigEndian(static_cast<uint64_t>(negative ? -1 - value : value),
                           8, bytes);
  BigInt(bytes, negative);
}

void Writer::Date(double milliseconds) {
  const double whole = std::trunc(milliseconds) + 0.0;
  if (!(std::fabs(whole) <= internal::kMaxDateMilliseconds)) {
    Argument(kTag, internal::kTagEpochSeconds);
    return Append(kNan);
  }
  if (std::fabs(whole) >= internal::kMaxSecondsForm) {
    BeginInstance("Date", 1);
    return Integer(static_cast<int64_t>(whole));
  }
  Argument(kTag, internal::kTagEpochSeconds);
  Double(whole / 1000);
}

void Writer::BeginArray(uint64_t count) { Argument(kArrayOf, count); }
void Writer::BeginObject(uint64_t count) { Argument(kMapOf, count); }

void Writer::BeginMap(uint64_t count) {
  Argument(kTag, internal::kTagMap);
  Argument(kMapOf, count);
}

void Writer::BeginSet(uint64_t count) {
  Argument(kTag, internal::kTagSet);
  Argument(kArrayOf, count);
}

void Writer::TypedArray(uint32_t tag, Bytes bytes) {
  Argument(kTag, tag);
  Blob(bytes);
}

void Writer::BeginRegExp() {
  Argument(kTag, internal::kTagRegExp);
  Argument(kArrayOf, 2);
}

void Writer::BeginInstance(std::string_view type, uint64_t count) {
  Argument(kTag, internal::kTagInstance);
  Argument(kArrayOf, count + 1);
  String(type);
}

void Writer::Shareable() { Argument(kTag, internal::kTagShareable); }

void Writer::Reference(uint64_t index) {
  Argument(kTag, internal::kTagReference);
  Argument(kUnsigned, index);
}

void Writer::Raw(Bytes item) { Append(item); }

void Writer::Head(const Item& item) {
  switch (item.kind) {
    case Kind::kUndefined:
      return Undefined();
    case Kind::kNull:
      return Null();
    case Kind::kBool:
      return Bool(item.boolean);
    case Kind::kInteger:
      return Integer(item.integer);
    case Kind::kDouble:
      return Double(item.number);
    case Kind::kString:
      return String(AsText(item.bytes));
    case Kind::kWtf8:
      return Wtf8(item.bytes);
    case Kind::kBytes:
      return Blob(item.bytes);
    case Kind::kBigInt:
      return BigInt(item.bytes, item.negative);
    case Kind::kDate:
      return Date(item.number);
    case Kind::kArray:
      return BeginArray(item.count);
    case Kind::kObject:
      return BeginObject(item.count);
    case Kind::kMap:
      return BeginMap(item.count);
    case Kind::kSet:
      return BeginSet(item.count);
    case Kind::kTypedArray:
      return TypedArray(item.tag, item.bytes);
    case Kind::kRegExp:
      return BeginRegExp();
    case Kind::kInstance:
      return BeginInstance(AsText(item.bytes), item.count);
    case Kind::kShareable:
      return Shareable();
    case Kind::kReference:
      return Reference(item.count);
  }
}

}  // namespace ferrite
