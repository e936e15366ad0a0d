#include "ferrite/encoding.h"

#include <cmath>

#include "malformed.h"
#include "nesting.h"
#include "number.h"
#include "tags.h"
#include "utf8.h"

namespace ferrite {
namespace {

using internal::kMaxInteger;

constexpr uint8_t kHalf = 25, kSingle = 26, kDouble = 27;  // of major type 7
constexpr std::string_view kDateName = "Date";
constexpr const char* kCutShort = "nothing: it is cut short";
constexpr const char* kReservedForm = "an indefinite length or a reserved form";
constexpr const char* kLengthBeyond = "a length beyond the end";
constexpr const char* kCountBeyond = "a count beyond the end";

double HalfToDouble(uint64_t bits) {
  const int exponent = (bits >> 10) & 0x1F;
  const auto fraction = static_cast<double>(bits & 0x3FF);
  const double sign = (bits & 0x8000) != 0 ? -1 : 1;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  if (exponent < 31) return sign * std::ldexp(fraction + 1024, exponent - 25);
  return fraction == 0 ? sign * HUGE_VAL : std::nan("");
}

double SingleToDouble(uint64_t bits) {
  const auto narrow = static_cast<uint32_t>(bits);
  float value;
  std::memcpy(&value, &narrow, sizeof value);
  return value;
}

bool IsCanonicalHalf(uint64_t bits) {
  return bits == 0x7E00 || bits == 0x7C00 || bits == 0xFC00 || bits == 0x8000;
}

void SetInteger(int64_t value, Item* item) {
  item->kind = Kind::kInteger;
  item->integer = value;
  item->number = static_cast<double>(value);
}

// As Math.round, but never -0.
double RoundHalfUp(double value) {
  const double floor = std::floor(value);
  return (value - floor >= 0.5 ? floor + 1 : floor) + 0.0;
}

Bytes WithoutLeadingZeros(Bytes bytes) {
  while (!bytes.empty() && bytes[0] == 0) bytes = bytes.subspan(1);
  return bytes;
}

}  // namespace

// --- Reader ---------------------------------------------------------------

bool Reader::Next(Item* item) {
  const size_t start = offset_;
  *item = Item();
  if (ReadNext(item)) return true;
  offset_ = start;
  return false;
}

bool Reader::Skip(Bytes* whole) {
  const size_t start = offset_;
  internal::Nesting nesting;
  Item item;
  do {
    if (!Next(&item)) {
      offset_ = start;
      return false;
    }
    if (const char* reason = nesting.Enter(item); reason != nullptr) {
      offset_ = start;
      return Fail(reason);
    }
  } while (nesting.depth() > 0);
  *whole = buffer_.subspan(start, offset_ - start);
  return true;
}

// In locals alone: it meets every item of every record, for its length only.
bool Reader::Pass(Bytes* whole) {
  const uint8_t* const begin = buffer_.data() + offset_;
  const uint8_t* const end = buffer_.data() + buffer_.size();
  const uint8_t* at = begin;
  for (uint64_t left = 1; left > 0; --left) {
    if (at == end) return Fail(kCutShort);
    const uint8_t major = *at >> 5;
    uint64_t argument = *at++ & 0x1F;
    if (argument >= 24) {
      if (argument > 27) return Fail(kReservedForm);
      const size_t size = size_t{1} << (argument - 24);
      if (size > static_cast<size_t>(end - at)) return Fail(kLengthBeyond);
      argument = internal::LoadBigEndian(at, size);
      at += size;
    }
    if (major < 2 || major == 7) continue;
    if (major == 6) {
      ++left;
      continue;
    }
    // Bounded before it is multiplied and added, so that nothing overflows.
    if (argument > static_cast<size_t>(end - at)) {
      return Fail(major < 4 ? kLengthBeyond : kCountBeyond);
    }
    if (major < 4) {
      at += argument;
    } else {
      left += major == 4 ? argument : 2 * argument;
    }
  }
  const auto size = static_cast<size_t>(at - begin);
  *whole = buffer_.subspan(offset_, size);
  offset_ += size;
  return true;
}

Error Reader::error() const {
  return internal::Malformed(offset_,
                             reason_ == nullptr ? "nothing wrong" : reason_);
}

bool Reader::Fail(const char* reason) {
  reason_ = reason;
  return false;
}

bool Reader::Take(uint64_t size, Bytes* bytes) {
  if (size > buffer_.size() - offset_) {
    return Fail(kLengthBeyond);
  }
  *bytes = buffer_.subspan(offset_, static_cast<size_t>(size));
  offset_ += static_cast<size_t>(size);
  return true;
}

inline bool Reader::ReadHead(uint8_t* initial, uint64_t* argument, Item* item) {
  if (AtEnd()) return Fail(kCutShort);
  *initial = buffer_[offset_++];
  *argument = *initial & 0x1F;
  if (*argument < 24) return true;
  const bool is_byte = *argument == 24 && *initial >> 5 != 7 && !AtEnd();
  if (!is_byte) return ReadArgument(*initial, argument, item);
  *argument = buffer_[offset_++];
  item->canonical &= *argument >= 24;
  return true;
}

bool Reader::ReadArgument(uint8_t initial, uint64_t* argument, Item* item) {
  const uint8_t info = initial & 0x1F;
  if (info > 27) return Fail(kReservedForm);
  const size_t size = size_t{1} << (info - 24);
  Bytes bytes;
  if (!Take(size, &bytes)) return false;
  *argument = internal::LoadBigEndian(bytes.data(), size);
  if (initial >> 5 != 7) {
    // The shorter form of the same argument would have done.
    const uint64_t least = size == 1 ? 24 : uint64_t{1} << (4 * size);
    item->canonical &= *argument >= least;
  }
  return true;
}

bool Reader::ReadNext(Item* item) {
  uint8_t initial;
  uint64_t argument;
  if (!ReadHead(&initial, &argument, item)) return false;
  switch (initial >> 5) {
    case 0:
    case 1:
    case 7:
      return ReadSimple(initial, argument, item);
    case 2:
      item->kind = Kind::kBytes;
      return Take(argument, &item->bytes);
    case 3:
      return ReadText(argument, item);
    case 4:
      return Contain(Kind::kArray, argument, 1, item);
    case 5:
      return Contain(Kind::kObject, argument, 2, item);
    default:
      return ReadTagged(argument, item);
  }
}

bool Reader::ReadSimple(uint8_t initial, uint64_t argument, Item* item) {
  const uint8_t major = initial >> 5;
  if (major < 2) {
    const auto limit = static_cast<uint64_t>(kMaxInteger) - major;
    if (argument > limit) return Fail("an integer beyond 2^53");
    const auto value = static_cast<int64_t>(argument);
    SetInteger(major == 0 ? value : -1 - value, item);
    return true;
  }
  switch (initial & 0x1F) {
    case 20:
    case 21:
      item->kind = Kind::kBool;
      item->boolean = argument == 21;
      return true;
    case 22:
      item->kind = Kind::kNull;
      return true;
    case 23:
      item->kind = Kind::kUndefined;
      return true;
    case kHalf:
      item->canonical &= IsCanonicalHalf(argument);
      item->number = HalfToDouble(argument);
      break;
    case kSingle:
      item->canonical = false;
      item->number = SingleToDouble(argument);
      break;
    case kDouble:
      item->number = internal::DoubleOf(argument);
      item->canonical &= std::isfinite(item->number) && item->number != 0;
      break;
    default:
      return Fail("an unknown simple value");
  }
  if (internal::IsInteger(item->number)) {
    item->canonical = false;
    SetInteger(static_cast<int64_t>(item->number), item);
  } else {
    item->kind = Kind::kDouble;
  }
  return true;
}

bool Reader::ReadText(uint64_t size, Item* item) {
  item->kind = Kind::kString;
  if (!Take(size, &item->bytes)) return false;
  return internal::IsUtf8(item->bytes) || Fail("text that is no UTF-8");
}

// Every item takes a byte at least, so that a count which the buffer cannot
// hold is refused before anybody reserves memory for it.
bool Reader::Contain(Kind kind, uint64_t count, uint64_t per_entry,
                     Item* item) {
  if (count > (buffer_.size() - offset_) / per_entry) {
    return Fail(kCountBeyond);
  }
  item->kind = kind;
  item->count = count;
  return true;
}

bool Reader::ReadTagged(uint64_t tag, Item* item) {
  item->tag = static_cast<uint32_t>(tag);
  if (tag == internal::kTagShareable) {
    item->kind = Kind::kShareable;
    return true;
  }
  if (tag == internal::kTagEpochSeconds) return ReadSecondsDate(item);
  uint8_t initial;
  uint64_t argument;
  if (!ReadHead(&initial, &argument, item)) return false;
  const uint8_t major = initial >> 5;
  if (major == 2) return ReadTaggedBytes(tag, argument, item);
  if (major == 4 && tag == internal::kTagInstance) {
    return ReadInstance(argument, item);
  }
  if (major == 4 && tag == internal::kTagSet) {
    return Contain(Kind::kSet, argument, 1, item);
  }
  if (major == 5 && tag == internal::kTagMap) {
    return Contain(Kind::kMap, argument, 2, item);
  }
  if (major == 4 && tag == internal::kTagRegExp && argument == 2) {
    return Contain(Kind::kRegExp, 2, 1, item);
  }
  if (major == 0 && tag == internal::kTagReference) {
    item->kind = Kind::kReference;
    item->count = argument;
    return true;
  }
  return Fail("an unknown tag, or a tag around another type");
}

bool Reader::ReadTaggedBytes(uint64_t tag, uint64_t size, Item* item) {
  if (!Take(size, &item->bytes)) return false;
  if (tag == internal::kTagBigInt || tag == internal::kTagNegativeBigInt) {
    item->kind = Kind::kBigInt;
    item->negative = tag == internal::kTagNegativeBigInt;
    item->bytes = WithoutLeadingZeros(item->bytes);
    item->canonical &= item->bytes.size() == size;
    return true;
  }
  if (tag == internal::kTagWtf8) {
    item->kind = Kind::kWtf8;
    return internal::IsWtf8(item->bytes) ||
           Fail("text that is no WTF-8 with a lone surrogate");
  }
  const size_t element = internal::ElementSize(tag);
  if (element == 0) return Fail("an unknown tag");
  item->kind = Kind::kTypedArray;
  return size % element == 0 || Fail("a typed array with a broken element");
}

bool Reader::ReadTime(Item* item) {
  uint8_t initial;
  uint64_t argument;
  if (!ReadHead(&initial, &argument, item)) return false;
  const uint8_t major = initial >> 5;
  if ((major != 0 && major != 1 && major != 7) ||
      !ReadSimple(initial, argument, item) ||
      (item->kind != Kind::kInteger && item->kind != Kind::kDouble)) {
    return Fail("a date that is no number");
  }
  item->kind = Kind::kDate;
  item->integer = 0;
  return true;
}

bool Reader::ReadSecondsDate(Item* item) {
  if (!ReadTime(item)) return false;
  const double seconds = item->number;
  if (std::isnan(seconds)) return true;
  const double milliseconds = RoundHalfUp(seconds * 1000);
  if (!internal::IsTimeValue(milliseconds)) {
    return Fail("a date out of range");
  }
  item->number = milliseconds;
  item->canonical &= std::fabs(milliseconds) < internal::kMaxSecondsForm &&
                     milliseconds / 1000 == seconds &&
                     std::signbit(milliseconds) == std::signbit(seconds);
  return true;
}

bool Reader::ReadInstance(uint64_t count, Item* item) {
  if (!Contain(Kind::kInstance, count, 1, item)) return false;
  uint8_t initial;
  uint64_t argument;
  if (count == 0 || !ReadHead(&initial, &argument, item) || initial >> 5 != 3 ||
      !ReadText(argument, item)) {
    return Fail("an instance without the name of its type");
  }
  item->kind = Kind::kInstance;
  item->count = count - 1;
  if (AsText(item->bytes) != kDateName) return true;
  return item->count == 1 ? ReadMillisecondsDate(item)
                          : Fail("a date without its time");
}

bool Reader::ReadMillisecondsDate(Item* item) {
  if (!ReadTime(item)) return false;
  if (!internal::IsTimeValue(item->number)) return Fail("a date out of range");
  item->number += 0.0;  // -0 is 0
  item->count = 0;
  item->bytes = {};
  item->canonical &= std::fabs(item->number) >= internal::kMaxSecondsForm;
  return true;
}

std::optional<int64_t> BigIntToInt64(const Item& item) {
  if (item.bytes.size() > 8) return std::nullopt;
  const uint64_t value =
      internal::LoadBigEndian(item.bytes.data(), item.bytes.size());
  if (value > static_cast<uint64_t>(INT64_MAX)) return std::nullopt;
  const auto magnitude = static_cast<int64_t>(value);
  return item.negative ? -1 - magnitude : magnitude;
}

}  // namespace ferrite
