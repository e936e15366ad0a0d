#include "row_cells.h"

#include <algorithm>
#include <cmath>

#include "utf8.h"

namespace ferrite::internal {
namespace {

constexpr char kReal[] = "Real";
constexpr char kText[] = "Text";
// Of the Numbers that are written as integers.
constexpr int64_t kMaxSafe = int64_t{1} << 53;

bool IsReal(const Table& table, size_t index) {
  return index < table.columns.size() &&
         table.columns[index].type == ColumnType::kReal;
}

void WriteReal(double value, bool is_known, Writer* out) {
  const bool looks_integer =
      std::trunc(value) == value && std::fabs(value) <= kMaxSafe;
  if (looks_integer && !is_known) out->BeginInstance(kReal, 1);
  out->Double(value);
}

void WriteCell(const Cell& cell, bool is_real, Writer* out) {
  switch (cell.type) {
    case Cell::Type::kNull:
      return out->Null();
    case Cell::Type::kInteger:
      if (cell.integer >= -kMaxSafe && cell.integer <= kMaxSafe) {
        return out->Integer(cell.integer);
      }
      return out->BigInt(cell.integer);
    case Cell::Type::kReal:
      return WriteReal(cell.real, is_real, out);
    case Cell::Type::kText:
      if (IsUtf8(cell.bytes)) return out->String(cell.text());
      out->BeginInstance(kText, 1);
      return out->Blob(cell.bytes);
    case Cell::Type::kBlob:
      return out->Blob(cell.bytes);
  }
}

bool ReadInstance(const Item& head, Reader* reader, Cell* cell) {
  Item inner;
  if (head.count != 1 || !reader->Next(&inner)) return false;
  if (AsText(head.bytes) == kReal) {
    *cell = Cell::Real(inner.number);
    return inner.kind == Kind::kInteger || inner.kind == Kind::kDouble;
  }
  *cell = Cell::Blob(inner.bytes);
  cell->type = Cell::Type::kText;
  return AsText(head.bytes) == kText && inner.kind == Kind::kBytes;
}

bool ReadCell(Reader* reader, Cell* cell) {
  Item item;
  if (!reader->Next(&item)) return false;
  switch (item.kind) {
    case Kind::kNull:
      *cell = Cell::Null();
      return true;
    case Kind::kInteger:
      *cell = Cell::Integer(item.integer);
      return true;
    case Kind::kBigInt: {
      const std::optional<int64_t> value = BigIntToInt64(item);
      if (value) *cell = Cell::Integer(*value);
      return value.has_value();
    }
    case Kind::kDouble:
      *cell = Cell::Real(item.number);
      return true;
    case Kind::kString:
      *cell = Cell::Text(AsText(item.bytes));
      return true;
    case Kind::kBytes:
      *cell = Cell::Blob(item.bytes);
      return true;
    case Kind::kInstance:
      return ReadInstance(item, reader, cell);
    default:
      return false;
  }
}

}  // namespace

size_t CellCount(const Table& table) {
  return table.columns.size() + (table.unmapped == Unmapped::kKeep ? 1 : 0);
}

std::string_view CellName(const Table& table, size_t index) {
  return index < table.columns.size() ? table.columns[index].name
                                      : kUnmappedColumn;
}

bool IsSameCell(const Cell& a, const Cell& b) {
  if (a.type != b.type) return false;
  switch (a.type) {
    case Cell::Type::kNull:
      return true;
    case Cell::Type::kInteger:
      return a.integer == b.integer;
    case Cell::Type::kReal:
      return a.real == b.real;
    default:
      return std::equal(a.bytes.begin(), a.bytes.end(), b.bytes.begin(),
                        b.bytes.end());
  }
}

void WriteRowCells(const Table& table, std::span<const Cell> row, Writer* out) {
  out->BeginObject(row.size());
  for (size_t i = 0; i < row.size(); ++i) {
    out->String(CellName(table, i));
    WriteCell(row[i], IsReal(table, i), out);
  }
}

Result<std::vector<Cell>> ReadRowCells(const Table& table, Bytes item) {
  std::vector<Cell> row(CellCount(table));
  Reader reader(item);
  Item head;
  bool is_row = reader.Next(&head) && head.kind == Kind::kObject;
  for (uint64_t i = 0; is_row && i < head.count; ++i) {
    Item name;
    Cell cell;
    is_row = reader.Next(&name) && name.kind == Kind::kString &&
             ReadCell(&reader, &cell);
    for (size_t j = 0; is_row && j < row.size(); ++j) {
      if (CellName(table, j) != AsText(name.bytes)) continue;
      if (IsReal(table, j) && cell.type == Cell::Type::kInteger) {
        cell = Cell::Real(static_cast<double>(cell.integer));
      }
      row[j] = cell;
    }
  }
  if (is_row && reader.AtEnd()) return row;
  return Error{ErrorCode::kStoreCorrupt,
               "A row that ferrite_conflict keeps cannot be read.",
               "Somebody else wrote to Ferrite's tables.", ""};
}

}  // namespace ferrite::internal
