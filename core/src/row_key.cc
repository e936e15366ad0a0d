#include "row_key.h"

#include "ferrite/key.h"

namespace ferrite::internal {
namespace {

constexpr int64_t kMaxSafe = int64_t{1} << 53;

void WriteCells(const Table& table, const std::vector<Cell>& cells,
                Writer* out) {
  for (size_t i = 0; i < cells.size(); ++i) {
    WriteKeyCell(cells[i], table.columns[table.primary_key[i]].type, out);
  }
}

}  // namespace

void WriteKeyCell(const Cell& cell, ColumnType type, Writer* out) {
  switch (cell.type) {
    case Cell::Type::kNull:
      return out->Null();
    case Cell::Type::kInteger:
      if (cell.integer < -kMaxSafe || cell.integer > kMaxSafe) {
        return out->String(std::to_string(cell.integer));
      }
      return out->Integer(cell.integer);
    case Cell::Type::kReal:
      return out->Double(cell.real);
    case Cell::Type::kText:
      return out->String(cell.text());
    case Cell::Type::kBlob:
      break;
  }
  const size_t before = out->size();
  if (type == ColumnType::kKey && AppendEncodedKey(cell.bytes, out).ok()) {
    return;
  }
  out->Truncate(before);
  out->Blob(cell.bytes);
}

void WriteRowKey(const Table& table, const std::vector<Cell>& cells,
                 Writer* out) {
  out->BeginArray(cells.size());
  WriteCells(table, cells, out);
}

std::string RowKeyText(const Table& table, const std::vector<Cell>& cells) {
  Writer key;
  if (cells.size() != 1) key.BeginArray(cells.size());
  WriteCells(table, cells, &key);
  return KeyText(key.bytes());
}

}  // namespace ferrite::internal
