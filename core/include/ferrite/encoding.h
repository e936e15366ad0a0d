// The record encoding: every value that the structured-clone algorithm can
// hold, as CBOR (RFC 8949) with registered tags. core/doc/record-encoding.md
// is the format; this header reads and writes it.
//
// Reader walks one buffer forward, item by item, and copies nothing: strings
// and byte strings are views into the buffer, so that they can be bound to a
// statement as they lie there. Writer appends to a buffer it owns and whose
// memory is kept between records by Clear().
//
// Neither trusts its input: a malformed or too deep item is kRecordMalformed,
// never an out-of-bounds read. Not thread-safe; use one per thread.
#ifndef FERRITE_ENCODING_H_
#define FERRITE_ENCODING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "ferrite/bytes.h"
#include "ferrite/error.h"

namespace ferrite {

// Deepest nesting of arrays, objects, maps, sets and tags in one record.
inline constexpr int kMaxDepth = 512;

enum class Kind : uint8_t {
  kUndefined,
  kNull,
  kBool,
  kInteger,     // Number with an integral value within ±2^53, not -0;
                // `number` has it too
  kDouble,      // every other Number: fractions, -0, NaN, ±Infinity, large
  kString,      // well-formed text; `bytes` is its UTF-8
  kWtf8,        // text with lone surrogates; `bytes` is its WTF-8
  kBytes,       // ArrayBuffer
  kBigInt,      // `bytes` is a magnitude, big-endian, without leading zeros,
                // n when the value is n, n - 1 when the value is -n
                // (`negative`): CBOR's own form, since nothing is copied
  kDate,        // `number` is milliseconds since the epoch, NaN when invalid
  kArray,       // `count` items follow
  kObject,      // `count` pairs follow: key (kString or kWtf8), value
  kMap,         // `count` pairs follow: key, value
  kSet,         // `count` items follow
  kTypedArray,  // `tag` is the RFC 8746 tag; `bytes` are the elements
  kRegExp,      // two strings follow: source, flags
  kInstance,    // tag 27: `bytes` is the type's name; `count` items follow
  kShareable,   // tag 28: one item follows, which references may name
  kReference,   // tag 29: `count` is the index of the shareable item
};

// One value, whatever form it came in: a float of 1 is kInteger, both forms of
// Date are kDate.
struct Item {
  Kind kind = Kind::kUndefined;
  bool boolean = false;
  bool negative = false;
  // True when these bytes (not those of the items inside) are the one form
  // that the document gives for the value.
  bool canonical = true;
  uint32_t tag = 0;
  int64_t integer = 0;
  double number = 0;
  uint64_t count = 0;
  Bytes bytes;
};

class Reader {
 public:
  explicit Reader(Bytes buffer) : buffer_(buffer) {}

  bool AtEnd() const { return offset_ == buffer_.size(); }
  size_t offset() const { return offset_; }

  // Reads the next item's head. For a container the items inside come next.
  // False when the input is malformed; see error(). The offset then stays.
  [[nodiscard]] bool Next(Item* item);

  // Passes over one whole item, checked for form and depth, and gives its
  // bytes. References are not followed: their target may lie outside.
  [[nodiscard]] bool Skip(Bytes* whole);

  // Passes over the next item when it consists of just these bytes, which must
  // be one valid item without others inside.
  [[nodiscard]] bool PassIf(Bytes item) {
    if (buffer_.size() - offset_ < item.size() ||
        !IsEqual(buffer_.data() + offset_, item.data(), item.size())) {
      return false;
    }
    offset_ += item.size();
    return true;
  }

  // As Skip, but by the lengths alone: what is inside is not looked at, and
  // whoever reads it must check it.
  [[nodiscard]] bool Pass(Bytes* whole);

  // kRecordMalformed with the offset, after a call returned false.
  Error error() const;

 private:
  bool ReadNext(Item* item);
  bool ReadHead(uint8_t* initial, uint64_t* argument, Item* item);
  bool ReadArgument(uint8_t initial, uint64_t* argument, Item* item);
  bool ReadSimple(uint8_t initial, uint64_t argument, Item* item);
  bool ReadText(uint64_t size, Item* item);
  bool ReadTagged(uint64_t tag, Item* item);
  bool ReadTaggedBytes(uint64_t tag, uint64_t size, Item* item);
  bool ReadInstance(uint64_t count, Item* item);
  bool ReadTime(Item* item);
  bool ReadSecondsDate(Item* item);
  bool ReadMillisecondsDate(Item* item);
  bool Contain(Kind kind, uint64_t count, uint64_t per_entry, Item* item);
  bool Take(uint64_t size, Bytes* bytes);
  bool Fail(const char* reason);

  Bytes buffer_;
  size_t offset_ = 0;
  const char* reason_ = nullptr;
};

// The value of a kBigInt, when it fits.
std::optional<int64_t> BigIntToInt64(const Item& item);

// Trusts its caller: counts are kept, text is well-formed.
class Writer {
 public:
  Writer() = default;
  Writer(Writer&& other) noexcept
      : buffer_(std::move(other.buffer_)),
        size_(std::exchange(other.size_, 0)) {}
  Writer& operator=(Writer&& other) noexcept {
    std::swap(buffer_, other.buffer_);
    std::swap(size_, other.size_);
    return *this;
  }

  void Undefined();
  void Null();
  void Bool(bool value);
  // |value| <= 2^53 in a record; the cells of a row's canonical form use all
  // 64 bits.
  void Integer(int64_t value);
  void Double(double value);  // writes an integral value as Integer does
  void String(std::string_view utf8);
  void Wtf8(Bytes wtf8);
  void Blob(Bytes bytes);  // an untagged byte string: ArrayBuffer
  void BigInt(Bytes bytes, bool negative);  // as in Item
  void BigInt(int64_t value);
  void Date(double milliseconds);  // as JavaScript's new Date() clips it
  void BeginArray(uint64_t count);
  void BeginObject(uint64_t count);
  void BeginMap(uint64_t count);
  void BeginSet(uint64_t count);
  void TypedArray(uint32_t tag, Bytes bytes);
  void BeginRegExp();
  void BeginInstance(std::string_view type, uint64_t count);
  void Shareable();
  void Reference(uint64_t index);
  void Raw(Bytes item);  // one item that is encoded already
  // What Reader::Next gave, in canonical form. The items inside come next.
  void Head(const Item& item);

  Bytes bytes() const { return {buffer_.data(), size_}; }
  size_t size() const { return size_; }
  void Clear() { size_ = 0; }
  // Cuts back to an earlier size().
  void Truncate(size_t size) { size_ = size; }
  ByteBuffer Take() {
    buffer_.resize(std::exchange(size_, 0));
    return std::exchange(buffer_, {});
  }

 private:
  // `size` bytes behind the end that may be written.
  uint8_t* Room(size_t size) {
    if (buffer_.size() - size_ < size) Grow(size);
    return buffer_.data() + size_;
  }
  void Grow(size_t size);
  void Byte(uint8_t byte);
  void Argument(uint8_t major, uint64_t argument);
  // A head and what it is the length of.
  void Sized(uint8_t major, Bytes bytes);
  void Float64(double value);
  void Append(Bytes bytes);

  // All of its size may be written; size_ is what was. A vector's own insert
  // and push_back take more time than the few bytes that they add.
  ByteBuffer buffer_;
  size_t size_ = 0;
};

}  // namespace ferrite

#endif  // FERRITE_ENCODING_H_
