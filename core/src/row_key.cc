#include "row_key.h"

#include <algorithm>

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

// A key of one column without the array.
void WriteShortKey(const Table& table, const std::vector<Cell>& cells,
                   Writer* out) {
  if (cells.size() != 1) out->BeginArray(cells.size());
  WriteCells(table, cells, out);
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
  WriteShortKey(table, cells, &key);
  return KeyText(key.bytes());
}

ByteBuffer RowKeySortable(const Table& table, const std::vector<Cell>& cells) {
  Writer key;
  WriteShortKey(table, cells, &key);
  ByteBuffer sortable;
  if (!AppendSortableKey(key.bytes(), &sortable).ok()) sortable.clear();
  return sortable;
}

bool HidesColumns(const Table& table) {
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [](const Column& column) { return column.sensitive; });
}

bool HidesKey(const Table& table) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (!column.sensitive) continue;
    if (column.from == ColumnFrom::kKey ||
        std::count(table.primary_key.begin(), table.primary_key.end(), i) > 0) {
      return true;
    }
  }
  return false;
}

}  // namespace ferrite::internal
