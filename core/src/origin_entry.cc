#include "origin_entry.h"

#include <algorithm>
#include <optional>

#include "batch_reader.h"
#include "kept_row.h"
#include "row_cells.h"
#include "total.h"

namespace ferrite::internal {
namespace {

constexpr size_t kHashSize = 16;

void AppendNumber(uint64_t number, ByteBuffer* out) {
  for (; number >= 0x80; number >>= 7) {
    out->push_back(static_cast<uint8_t>(number | 0x80));
  }
  out->push_back(static_cast<uint8_t>(number));
}

bool TakeNumber(Bytes* bytes, uint64_t* number) {
  *number = 0;
  for (int shift = 0; shift < 64 && !bytes->empty(); shift += 7) {
    const uint8_t byte = bytes->front();
    *bytes = bytes->subspan(1);
    *number |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool TakeRow(Bytes* bytes, OriginRow* row) {
  uint64_t table = 0;
  uint64_t size = 0;
  if (!TakeNumber(bytes, &table) || bytes->size() < kHashSize) return false;
  row->table = static_cast<size_t>(table);
  row->hash = FromBlob(bytes->first(kHashSize));
  *bytes = bytes->subspan(kHashSize);
  if (!TakeNumber(bytes, &size) || bytes->size() < size) return false;
  row->key = bytes->first(static_cast<size_t>(size));
  *bytes = bytes->subspan(static_cast<size_t>(size));
  return true;
}

bool IsBefore(const OriginRow& a, const OriginRow& b) {
  if (a.table != b.table) return a.table < b.table;
  return ComesBefore(a.key, b.key);
}

Error Corrupt() {
  return {ErrorCode::kStoreCorrupt,
          "What the store keeps of a record's rows cannot be read.",
          "Migrate into a new store; the sources are untouched.", ""};
}

// The cell that a column has that holds just the record's key.
std::optional<Cell> PlainCell(Bytes record_key) {
  Reader reader(record_key);
  Item item;
  if (!reader.Next(&item)) return std::nullopt;
  if (item.kind == Kind::kString) return Cell::Text(AsText(item.bytes));
  if (item.kind == Kind::kInteger) return Cell::Integer(item.integer);
  return std::nullopt;
}

}  // namespace

void OriginEntry::Clear() {
  before_.clear();
  made_.clear();
  filtered = 0;
}

Result<void> OriginEntry::Load(Bytes rows) {
  Clear();
  loaded_.assign(rows.begin(), rows.end());
  Bytes rest = loaded_;
  while (!rest.empty()) {
    OriginRow row;
    if (!TakeRow(&rest, &row)) return Corrupt();
    before_.push_back(row);
  }
  if (!std::is_sorted(before_.begin(), before_.end(), IsBefore)) {
    std::sort(before_.begin(), before_.end(), IsBefore);
  }
  return {};
}

std::span<OriginRow> OriginEntry::Before(size_t table) {
  const auto begin = std::lower_bound(
      before_.begin(), before_.end(), table,
      [](const OriginRow& row, size_t at) { return row.table < at; });
  const auto end = std::upper_bound(
      begin, before_.end(), table,
      [](size_t at, const OriginRow& row) { return at < row.table; });
  return std::span(before_).subspan(
      static_cast<size_t>(begin - before_.begin()),
      static_cast<size_t>(end - begin));
}

OriginRow* OriginEntry::Find(size_t table, Bytes key) {
  const OriginRow wanted{table, {}, key, false};
  const auto found =
      std::lower_bound(before_.begin(), before_.end(), wanted, IsBefore);
  if (found == before_.end() || IsBefore(wanted, *found)) return nullptr;
  return &*found;
}

void OriginEntry::Add(size_t table, const Hash128& hash, Bytes key) {
  AppendNumber(table, &made_);
  const auto blob = ToBlob(hash);
  made_.insert(made_.end(), blob.begin(), blob.end());
  AppendNumber(key.size(), &made_);
  made_.insert(made_.end(), key.begin(), key.end());
}

void OriginEntry::KeepOthers(size_t table) {
  for (const OriginRow& row : before_) {
    if (row.table != table) Add(row.table, row.hash, row.key);
  }
}

Bytes OriginKey::Of(const Table& table, std::span<const Cell> row,
                    Bytes record_key) {
  if (table.primary_key.size() == 1) {
    const std::optional<Cell> plain = PlainCell(record_key);
    if (plain && IsSameCell(*plain, row[table.primary_key.front()])) return {};
  }
  return All(table, row);
}

Bytes OriginKey::All(const Table& table, std::span<const Cell> row) {
  cells_.clear();
  for (const size_t column : table.primary_key) cells_.push_back(row[column]);
  bytes_.Clear();
  WriteKeptRow(cells_, &bytes_);
  return bytes_.bytes();
}

Result<std::vector<Cell>> OriginKey::CellsOf(Bytes key, Bytes record_key) {
  if (!key.empty()) return ReadKeptRow(key);
  const std::optional<Cell> plain = PlainCell(record_key);
  if (!plain) return Corrupt();
  return std::vector<Cell>{*plain};
}

}  // namespace ferrite::internal
