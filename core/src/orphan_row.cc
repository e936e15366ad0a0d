#include "orphan_row.h"

#include <algorithm>
#include <utility>

#include "ferrite/key.h"
#include "row_key.h"

namespace ferrite::internal {
namespace {

constexpr int64_t kMaxSafe = int64_t{1} << 53;
// The number 0: some key, for columns whose cells are not looked at.
constexpr uint8_t kAnyKey[] = {0x00};

bool BeginsWith(const std::vector<std::string>& path,
                const std::vector<std::string>& begin) {
  return path.size() >= begin.size() &&
         std::equal(begin.begin(), begin.end(), path.begin());
}

// Whether one has a path that leads to, above or below one of the other's.
bool Overlap(const Column& a, const Column& b) {
  for (const auto& path : a.paths) {
    for (const auto& other : b.paths) {
      if (BeginsWith(path, other) || BeginsWith(other, path)) return true;
    }
  }
  return false;
}

// Whether the column holds something that the record does not say.
bool IsBesideRecord(const Column& column) {
  return column.from == ColumnFrom::kKey || column.from == ColumnFrom::kName ||
         column.from == ColumnFrom::kSource ||
         column.from == ColumnFrom::kPosition;
}

bool HoldsAll(const Table& table) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (IsBesideRecord(table.columns[i]) &&
        std::count(table.primary_key.begin(), table.primary_key.end(), i) ==
            0) {
      return false;
    }
  }
  return true;
}

void WriteCell(const Cell& cell, ColumnType type, Writer* out) {
  switch (cell.type) {
    case Cell::Type::kInteger:
      if (cell.integer < -kMaxSafe || cell.integer > kMaxSafe) {
        return out->BigInt(cell.integer);
      }
      break;
    case Cell::Type::kBlob:
      // A text with lone surrogates.
      if (type != ColumnType::kBlob && type != ColumnType::kKey) {
        return out->Wtf8(cell.bytes);
      }
      break;
    default:
      break;
  }
  WriteKeyCell(cell, type, out);
}

}  // namespace

OrphanRow::OrphanRow(const Plan& plan, size_t table)
    : plan_(plan),
      table_(plan.tables[table]),
      mapper_(plan, table),
      holds_all_(mapper_.is_lossless() && HoldsAll(table_)) {
  if (table_.unmapped == Unmapped::kKeep) whole_ = MakeVariant({});
}

std::unique_ptr<OrphanRow::Variant> OrphanRow::MakeVariant(
    const std::vector<size_t>& columns) const {
  Plan plan;
  plan.sources = plan_.sources;
  Table table = table_;
  // What a row of such a table stands for is the element.
  if (!table.each.empty()) table.form = RecordForm::kValue;
  table.each.clear();
  table.when.clear();
  table.when_sql.clear();
  table.schema.reset();
  table.drop.clear();
  table.foreign_keys.clear();
  std::vector<bool> is_mapped(table.columns.size());
  for (size_t i = 0; i < table.columns.size(); ++i) {
    Column& column = table.columns[i];
    column.not_null = false;
    is_mapped[i] = column.from == ColumnFrom::kPath;
    for (const size_t gone : columns) {
      // One that overlaps would take what the other must leave.
      if (Overlap(table_.columns[i], table_.columns[gone])) {
        is_mapped[i] = false;
      }
    }
    if (is_mapped[i] || columns.empty()) continue;
    // Takes nothing out of the record; its cell is not looked at.
    column = {};
    column.name = table_.columns[i].name;
    column.type = ColumnType::kKey;
    column.from = ColumnFrom::kKey;
  }
  table.primary_key.clear();
  plan.tables.push_back(std::move(table));
  auto variant = std::make_unique<Variant>(std::move(plan));
  variant->is_mapped = std::move(is_mapped);
  return variant;
}

Result<std::span<const Cell>> OrphanRow::Without(
    std::span<const Cell> row, const std::vector<size_t>& columns) {
  row_.assign(row.begin(), row.end());
  for (const size_t column : columns) row_[column] = Cell::Null();
  if (table_.unmapped != Unmapped::kKeep) return std::span<const Cell>(row_);

  record_.Clear();
  Result<void> rebuilt = whole_->mapper.Rebuild(row, &record_);
  if (!rebuilt.ok()) return std::move(rebuilt).error();
  const Result<Hash128> record = canonicalizer_.Hash(record_.bytes());
  // A record that names a property twice has no canonical form to compare.
  const bool is_comparable = record.ok();
  // Columns that only show what the lossless column holds.
  if (is_comparable && StandsFor(row_, *record)) {
    return std::span<const Cell>(row_);
  }
  std::unique_ptr<Variant>& variant = variants_[columns];
  if (!variant) variant = MakeVariant(columns);
  std::span<const Cell> mapped;
  Result<void> begun = variant->mapper.Begin(table_.from.front().source,
                                             kAnyKey, record_.bytes());
  if (!begun.ok()) return std::move(begun).error();
  Result<bool> next = variant->mapper.Next(&mapped);
  if (!next.ok()) return std::move(next).error();
  row_.back() = mapped.back();
  if (is_comparable && !StandsFor(row_, *record)) {
    return Error{ErrorCode::kConstraint,
                 "The row does not hold its record without the reference.", "",
                 ""};
  }
  return std::span<const Cell>(row_);
}

bool OrphanRow::StandsFor(std::span<const Cell> row, const Hash128& record) {
  again_.Clear();
  if (!whole_->mapper.Rebuild(row, &again_).ok()) return false;
  const Result<Hash128> hash = canonicalizer_.Hash(again_.bytes());
  return hash.ok() && *hash == record;
}

void OrphanRow::WriteValue(std::span<const Cell> row, Writer* out) {
  const size_t before = out->size();
  if (holds_all_ && mapper_.Rebuild(row, out).ok()) return;
  out->Truncate(before);
  out->BeginObject(row.size());
  for (size_t i = 0; i < table_.columns.size(); ++i) {
    out->String(table_.columns[i].name);
    WriteCell(row[i], table_.columns[i].type, out);
  }
  if (row.size() == table_.columns.size()) return;
  out->String(kUnmappedColumn);
  WriteCell(row.back(), ColumnType::kBlob, out);
}

}  // namespace ferrite::internal
