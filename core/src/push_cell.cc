// One SQLite value in a push, and the check that its text is UTF-8.
#include <array>
#include <cmath>
#include <cstring>

#include "ferrite/push.h"
#include "utf8.h"

namespace ferrite {
namespace {

constexpr int64_t kLargestInteger = int64_t{1} << 53;
constexpr uint32_t kTagInt64 = 79;    // RFC 8746, little-endian
constexpr uint32_t kTagFloat64 = 86;  // RFC 8746, little-endian
constexpr std::string_view kRawText = "Text";

std::array<uint8_t, 8> LittleEndian(uint64_t value) {
  std::array<uint8_t, 8> bytes;
  for (uint8_t& byte : bytes) {
    byte = static_cast<uint8_t>(value);
    value >>= 8;
  }
  return bytes;
}

uint64_t FromLittleEndian(Bytes bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

Error NoCell(std::string_view what) {
  return {ErrorCode::kInvalidArgument, std::string(what), "", ""};
}

Result<Cell> ReadRawText(const Item& instance, Reader* in) {
  if (AsText(instance.bytes) != kRawText || instance.count != 1) {
    return NoCell("A cell holds a value that SQLite has no storage class for.");
  }
  Item item;
  if (!in->Next(&item)) return in->error();
  if (item.kind != Kind::kBytes) {
    return NoCell("A text that is not UTF-8 must be given as bytes.");
  }
  return Cell::Text(AsText(item.bytes));
}

}  // namespace

void WriteCell(const Cell& cell, Writer* out) {
  switch (cell.type) {
    case Cell::Type::kNull:
      return out->Null();
    case Cell::Type::kInteger:
      if (cell.integer >= -kLargestInteger && cell.integer <= kLargestInteger) {
        return out->Integer(cell.integer);
      }
      return out->TypedArray(kTagInt64,
                             LittleEndian(static_cast<uint64_t>(cell.integer)));
    case Cell::Type::kReal: {
      uint64_t bits;
      std::memcpy(&bits, &cell.real, sizeof bits);
      return out->TypedArray(kTagFloat64, LittleEndian(bits));
    }
    case Cell::Type::kText:
      if (internal::IsUtf8(cell.bytes)) return out->String(cell.text());
      out->BeginInstance(kRawText, 1);
      return out->Blob(cell.bytes);
    case Cell::Type::kBlob:
      return out->Blob(cell.bytes);
  }
}

Result<Cell> ReadCell(Reader* in) {
  Item item;
  if (!in->Next(&item)) return in->error();
  switch (item.kind) {
    case Kind::kNull:
      return Cell::Null();
    case Kind::kInteger:
      return Cell::Integer(item.integer);
    case Kind::kString:
      return Cell::Text(AsText(item.bytes));
    case Kind::kBytes:
      return Cell::Blob(item.bytes);
    case Kind::kInstance:
      return ReadRawText(item, in);
    case Kind::kTypedArray: {
      if (item.bytes.size() != 8) break;
      const uint64_t bits = FromLittleEndian(item.bytes);
      if (item.tag == kTagInt64) {
        return Cell::Integer(static_cast<int64_t>(bits));
      }
      double real;
      std::memcpy(&real, &bits, sizeof real);
      if (item.tag == kTagFloat64 && !std::isnan(real)) return Cell::Real(real);
      break;
    }
    default:
      break;
  }
  return NoCell("A cell holds a value that SQLite has no storage class for.");
}

}  // namespace ferrite
