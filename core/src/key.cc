#include "ferrite/key.h"

#include <cmath>
#include <vector>

#include "malformed.h"
#include "nesting.h"
#include "number.h"

namespace ferrite {
namespace {

using internal::Malformed;

enum Mark : uint8_t {
  kEnd = 0x00,  // of a string, a binary or an array
  kNumberMark = 0x10,
  kDateMark = 0x20,
  kStringMark = 0x30,
  kBinaryMark = 0x40,
  kArrayMark = 0x50,
};
constexpr uint8_t kEscaped = 0xFF;  // behind a 00 that is data
constexpr const char* kNoKey = "no key";

// --- To the sortable form -------------------------------------------------

void AppendNumber(Mark mark, double value, ByteBuffer* out) {
  uint64_t bits = internal::BitsOf(value + 0.0);  // -0 is 0
  const bool negative = bits >> 63 != 0;
  bits = negative ? ~bits : bits | uint64_t{1} << 63;
  uint8_t bytes[9] = {mark};
  internal::StoreBigEndian(bits, 8, bytes + 1);
  out->insert(out->end(), bytes, bytes + 9);
}

void AppendBinary(Bytes bytes, ByteBuffer* out) {
  out->push_back(kBinaryMark);
  for (uint8_t byte : bytes) {
    out->push_back(byte);
    if (byte == 0) out->push_back(kEscaped);
  }
  out->push_back(kEnd);
}

void AppendCodeUnit(uint32_t unit, ByteBuffer* out) {
  const uint8_t bytes[] = {static_cast<uint8_t>(0xE0 | unit >> 12),
                           static_cast<uint8_t>(0x80 | ((unit >> 6) & 0x3F)),
                           static_cast<uint8_t>(0x80 | (unit & 0x3F))};
  out->insert(out->end(), bytes, bytes + 3);
}

// The Reader has checked the text. Only NUL and characters of four bytes differ
// from (W)UTF-8.
void AppendText(Bytes text, ByteBuffer* out) {
  out->push_back(kStringMark);
  for (size_t i = 0; i < text.size(); ++i) {
    const uint8_t byte = text[i];
    if (byte >= 0xF0) {
      const uint32_t point = (byte & 7u) << 18 | (text[i + 1] & 0x3Fu) << 12 |
                             (text[i + 2] & 0x3Fu) << 6 | (text[i + 3] & 0x3Fu);
      AppendCodeUnit(0xD7C0 + (point >> 10), out);
      AppendCodeUnit(0xDC00 | (point & 0x3FF), out);
      i += 3;
      continue;
    }
    out->push_back(byte);
    if (byte == 0) out->push_back(kEscaped);
  }
  out->push_back(kEnd);
}

// False when the item is none that a key may hold.
bool AppendItem(const Item& item, ByteBuffer* out) {
  switch (item.kind) {
    case Kind::kInteger:
    case Kind::kDouble:
      if (std::isnan(item.number)) return false;
      AppendNumber(kNumberMark, item.number, out);
      return true;
    case Kind::kDate:
      if (std::isnan(item.number)) return false;
      AppendNumber(kDateMark, item.number, out);
      return true;
    case Kind::kString:
    case Kind::kWtf8:
      AppendText(item.bytes, out);
      return true;
    case Kind::kBytes:
      AppendBinary(item.bytes, out);
      return true;
    case Kind::kArray:
      out->push_back(kArrayMark);
      return true;
    default:
      return false;
  }
}

Result<void> AppendSortable(Bytes encoded, ByteBuffer* out) {
  Reader reader(encoded);
  uint64_t left[kMaxDepth + 1];  // of the arrays that are open
  int depth = 0;
  left[0] = 1;
  while (true) {
    while (depth > 0 && left[depth] == 0) {
      out->push_back(kEnd);
      --depth;
    }
    if (left[depth] == 0) break;
    --left[depth];
    const size_t offset = reader.offset();
    Item item;
    if (!reader.Next(&item)) return reader.error();
    if (!AppendItem(item, out)) return Malformed(offset, kNoKey);
    if (item.kind == Kind::kArray) {
      if (depth == kMaxDepth) return Malformed(offset, "nested too deep");
      left[++depth] = item.count;
    }
  }
  if (!reader.AtEnd()) {
    return Malformed(reader.offset(), "something behind the key");
  }
  return {};
}

// --- Back from it ---------------------------------------------------------

// Reads a sortable key. Every method is false when the bytes are none.
class SortableReader {
 public:
  explicit SortableReader(Bytes bytes) : bytes_(bytes) {}

  size_t offset() const { return offset_; }
  bool AtEnd() const { return offset_ == bytes_.size(); }

  bool Byte(uint8_t* byte) {
    if (AtEnd()) return false;
    *byte = bytes_[offset_++];
    return true;
  }

  bool Number(double* value) {
    if (bytes_.size() - offset_ < 8) return false;
    uint64_t bits = internal::LoadBigEndian(bytes_.data() + offset_, 8);
    offset_ += 8;
    const bool positive = bits >> 63 != 0;
    *value = internal::DoubleOf(positive ? bits & ~(uint64_t{1} << 63) : ~bits);
    return !std::isnan(*value) && internal::BitsOf(*value) != uint64_t{1} << 63;
  }

  // Undoes the escape of 00, up to and with the end.
  bool Unescape(ByteBuffer* data) {
    data->clear();
    uint8_t byte;
    while (Byte(&byte)) {
      if (byte == kEnd) {
        if (AtEnd() || bytes_[offset_] != kEscaped) return true;
        ++offset_;
      }
      data->push_back(byte);
    }
    return false;
  }

 private:
  Bytes bytes_;
  size_t offset_ = 0;
};

bool IsSurrogate(const uint8_t* at, uint8_t first, uint8_t last) {
  return at[0] == 0xED && at[1] >= first && at[1] <= last;
}

// Joins surrogate pairs in place, three bytes and three to four.
void JoinPairs(ByteBuffer* text, bool* has_lone) {
  ByteBuffer& bytes = *text;
  size_t to = 0;
  *has_lone = false;
  for (size_t i = 0; i < bytes.size();) {
    const uint8_t* at = bytes.data() + i;
    const size_t left = bytes.size() - i;
    if (left >= 6 && IsSurrogate(at, 0xA0, 0xAF) &&
        IsSurrogate(at + 3, 0xB0, 0xBF)) {
      const uint32_t high = (at[1] & 0x0Fu) << 6 | (at[2] & 0x3Fu);
      const uint32_t low = (at[4] & 0x0Fu) << 6 | (at[5] & 0x3Fu);
      const uint32_t point = 0x10000 + (high << 10) + low;
      bytes[to++] = static_cast<uint8_t>(0xF0 | point >> 18);
      bytes[to++] = static_cast<uint8_t>(0x80 | ((point >> 12) & 0x3F));
      bytes[to++] = static_cast<uint8_t>(0x80 | ((point >> 6) & 0x3F));
      bytes[to++] = static_cast<uint8_t>(0x80 | (point & 0x3F));
      i += 6;
      continue;
    }
    *has_lone |= left >= 3 && IsSurrogate(at, 0xA0, 0xBF);
    bytes[to++] = bytes[i++];
  }
  bytes.resize(to);
}

// Code units as one to three bytes each: no character of four bytes.
bool IsCodeUnits(const ByteBuffer& text) {
  for (size_t i = 0; i < text.size();) {
    const uint8_t lead = text[i];
    const size_t length = lead < 0x80   ? 1
                          : lead < 0xC2 ? 0
                          : lead < 0xE0 ? 2
                          : lead < 0xF0 ? 3
                                        : 0;
    if (length == 0 || text.size() - i < length) return false;
    for (size_t k = 1; k < length; ++k) {
      if ((text[i + k] & 0xC0) != 0x80) return false;
    }
    if (lead == 0xE0 && text[i + 1] < 0xA0) return false;
    i += length;
  }
  return true;
}

// The number of members of every array, in the order in which they begin.
// False when the bytes are not exactly one key.
bool CountMembers(Bytes sortable, std::vector<uint64_t>* counts) {
  SortableReader reader(sortable);
  std::vector<size_t> open;
  ByteBuffer data;
  do {
    uint8_t mark;
    double number;
    if (!reader.Byte(&mark)) return false;
    if (mark == kEnd) {
      if (open.empty()) return false;
      open.pop_back();
      continue;
    }
    if (!open.empty()) ++(*counts)[open.back()];
    if (mark == kArrayMark) {
      if (open.size() == kMaxDepth) return false;
      open.push_back(counts->size());
      counts->push_back(0);
    } else if (mark == kNumberMark || mark == kDateMark) {
      if (!reader.Number(&number)) return false;
    } else if (!reader.Unescape(&data)) {
      return false;
    }
  } while (!open.empty());
  return reader.AtEnd();
}

bool WriteText(SortableReader* reader, ByteBuffer* data, Writer* out) {
  if (!reader->Unescape(data) || !IsCodeUnits(*data)) return false;
  bool has_lone;
  JoinPairs(data, &has_lone);
  if (has_lone) {
    out->Wtf8(*data);
  } else {
    out->String(AsText(*data));
  }
  return true;
}

bool WriteEncoded(Bytes sortable, Writer* out) {
  std::vector<uint64_t> counts;
  if (!CountMembers(sortable, &counts)) return false;
  SortableReader reader(sortable);
  size_t arrays = 0;
  ByteBuffer data;
  while (!reader.AtEnd()) {
    uint8_t mark;
    double number;
    if (!reader.Byte(&mark)) return false;
    switch (mark) {
      case kEnd:
        continue;
      case kNumberMark:
        if (!reader.Number(&number)) return false;
        out->Double(number);
        break;
      case kDateMark:
        if (!reader.Number(&number) || !internal::IsTimeValue(number)) {
          return false;
        }
        out->Date(number);
        break;
      case kStringMark:
        if (!WriteText(&reader, &data, out)) return false;
        break;
      case kBinaryMark:
        if (!reader.Unescape(&data)) return false;
        out->Blob(data);
        break;
      case kArrayMark:
        out->BeginArray(counts[arrays++]);
        break;
      default:
        return false;
    }
  }
  return true;
}

}  // namespace

Result<void> AppendSortableKey(Bytes encoded, ByteBuffer* out) {
  const size_t size = out->size();
  Result<void> result = AppendSortable(encoded, out);
  if (!result.ok()) out->resize(size);
  return result;
}

Result<void> AppendEncodedKey(Bytes sortable, Writer* out) {
  const size_t size = out->size();
  if (WriteEncoded(sortable, out)) return {};
  out->Truncate(size);
  return Malformed(0, "no sortable key");
}

}  // namespace ferrite
