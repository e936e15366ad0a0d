#include "kept_row.h"

#include <cstring>

namespace ferrite::internal {
namespace {

constexpr uint32_t kFloat64 = 86;  // RFC 8746, little-endian

Error NoRow() {
  return {ErrorCode::kStoreCorrupt,
          "A row that the ledger keeps cannot be read.",
          "Its record is in the entry's value.", ""};
}

}  // namespace

void WriteKeptRow(std::span<const Cell> row, Writer* out) {
  out->BeginArray(row.size());
  for (const Cell& cell : row) {
    switch (cell.type) {
      case Cell::Type::kNull:
        out->Null();
        break;
      case Cell::Type::kInteger:
        out->BigInt(cell.integer);
        break;
      case Cell::Type::kReal: {
        uint64_t bits = 0;
        std::memcpy(&bits, &cell.real, sizeof bits);
        uint8_t bytes[8];
        for (int i = 0; i < 8; ++i) {
          bytes[i] = static_cast<uint8_t>(bits >> (8 * i));
        }
        out->TypedArray(kFloat64, bytes);
        break;
      }
      case Cell::Type::kText:
        out->String(cell.text());
        break;
      case Cell::Type::kBlob:
        out->Blob(cell.bytes);
        break;
    }
  }
}

Result<std::vector<Cell>> ReadKeptRow(Bytes kept) {
  Reader reader(kept);
  Item item;
  if (!reader.Next(&item) || item.kind != Kind::kArray) return NoRow();
  std::vector<Cell> row;
  for (uint64_t left = item.count; left > 0; --left) {
    if (!reader.Next(&item)) return NoRow();
    switch (item.kind) {
      case Kind::kNull:
        row.push_back(Cell::Null());
        break;
      case Kind::kBigInt: {
        const std::optional<int64_t> integer = BigIntToInt64(item);
        if (!integer) return NoRow();
        row.push_back(Cell::Integer(*integer));
        break;
      }
      case Kind::kTypedArray: {
        if (item.bytes.size() != 8) return NoRow();
        uint64_t bits = 0;
        for (int i = 0; i < 8; ++i) bits |= uint64_t{item.bytes[i]} << (8 * i);
        double real = 0;
        std::memcpy(&real, &bits, sizeof real);
        row.push_back(Cell::Real(real));
        break;
      }
      case Kind::kString:
        row.push_back(Cell::Text(AsText(item.bytes)));
        break;
      case Kind::kBytes:
        row.push_back(Cell::Blob(item.bytes));
        break;
      default:
        return NoRow();
    }
  }
  return row;
}

}  // namespace ferrite::internal
