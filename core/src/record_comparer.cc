#include "record_comparer.h"

#include <algorithm>
#include <set>

#include "ferrite/key.h"
#include "row_cells.h"
#include "row_key.h"
#include "value_preview.h"

namespace ferrite::internal {
Result<RecordComparer> RecordComparer::Open(Store* store, const Plan& plan,
                                            size_t table) {
  Result<Statement> select = store->Prepare(SelectByKeySql(plan.tables[table]));
  if (!select.ok()) return std::move(select).error();
  RecordComparer comparer(plan, table, std::move(select).value());
  Result<void> opened = comparer.OpenNullings(store, plan, table);
  if (!opened.ok()) return std::move(opened).error();
  return comparer;
}

Result<void> RecordComparer::OpenNullings(Store* store, const Plan& plan,
                                          size_t table) {
  for (Reference& reference : ReferencesOf(plan)) {
    if (reference.table != table || reference.on_orphan != OnOrphan::kNull) {
      continue;
    }
    Result<Statement> target = store->Prepare(SelectTargetSql(plan, reference));
    if (!target.ok()) return std::move(target).error();
    nullings_.push_back({std::move(reference), std::move(target).value()});
  }
  if (!nullings_.empty()) orphan_ = std::make_unique<OrphanRow>(plan, table);
  return {};
}

Result<void> RecordComparer::Begin(size_t source, const Record& record) {
  return mapper_.Begin(source, record.key, record.value);
}

Result<bool> RecordComparer::Next() { return mapper_.Next(&wanted_); }

std::vector<Cell> RecordComparer::KeyCells() const {
  std::vector<Cell> cells;
  for (const size_t column : table_.primary_key) {
    cells.push_back(wanted_[column]);
  }
  return cells;
}

ByteBuffer RecordComparer::RowKey() const {
  Writer key;
  WriteRowKey(table_, KeyCells(), &key);
  ByteBuffer sortable;
  if (!AppendSortableKey(key.bytes(), &sortable).ok()) sortable.clear();
  return sortable;
}

Result<RecordComparer::Finding> RecordComparer::Compare() {
  Finding finding;
  finding.expected = mapper_.HashRow(wanted_);
  finding.source_bytes = RowBytes(wanted_);
  int parameter = 0;
  for (const size_t column : table_.primary_key) {
    select_.Bind(++parameter, wanted_[column]);
  }
  Result<void> compared = CompareRow(&finding);
  select_.Reset();
  if (!compared.ok()) return std::move(compared).error();
  return finding;
}

Result<void> RecordComparer::CompareRow(Finding* finding) {
  Result<bool> found = select_.Step();
  if (!found.ok()) return std::move(found).error();
  if (!*found) return {};
  finding->rowid = select_.Column(0).integer;
  stored_.resize(wanted_.size());
  for (size_t i = 0; i < wanted_.size(); ++i) {
    stored_[i] = select_.Column(static_cast<int>(i) + 1);
  }
  finding->store_bytes = RowBytes(stored_);
  std::vector<size_t> columns = Differences(wanted_);
  if (!columns.empty()) {
    Result<bool> nulled = IsNulled(finding);
    if (!nulled.ok()) return std::move(nulled).error();
    if (*nulled) columns.clear();
  }
  if (columns.empty() && mapper_.is_lossless() &&
      !RebuildsTo(mapper_.row_value())) {
    columns.push_back(table_.columns.size());
  }
  for (const size_t column : columns) {
    finding->columns.push_back(Describe(column));
  }
  finding->verdict = columns.empty() ? Verdict::kMatched : Verdict::kDifferent;
  if (!columns.empty()) finding->stored = mapper_.HashRow(stored_);
  return {};
}

ColumnDifference RecordComparer::Describe(size_t column) const {
  const bool is_lossless = column == table_.columns.size();
  ColumnDifference difference;
  difference.column = CellName(table_, column);
  // The lossless column may hold what did not fit into a sensitive one.
  if (is_lossless ? hides_ : table_.columns[column].sensitive) {
    difference.source = difference.store = kRedacted;
    return difference;
  }
  const auto preview = is_lossless ? LosslessPreview : ValuePreview;
  difference.source = preview(wanted_[column]);
  difference.store = preview(stored_[column]);
  return difference;
}

std::vector<size_t> RecordComparer::Differences(
    std::span<const Cell> wanted) const {
  std::vector<size_t> columns;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (!IsSameCell(stored_[i], wanted[i])) columns.push_back(i);
  }
  return columns;
}

// Whether the stored row is what the migration makes of one whose references
// lead nowhere, and they do.
Result<bool> RecordComparer::IsNulled(Finding* finding) {
  std::set<size_t> nulled;
  for (Nulling& nulling : nullings_) {
    const std::vector<size_t>& columns = nulling.reference.nulled;
    const bool is_null =
        std::all_of(columns.begin(), columns.end(), [&](size_t column) {
          return stored_[column].type == Cell::Type::kNull;
        });
    if (!is_null) continue;
    Result<bool> nowhere = LeadsNowhere(&nulling);
    if (!nowhere.ok()) return nowhere;
    if (*nowhere) nulled.insert(columns.begin(), columns.end());
  }
  if (nulled.empty()) return false;
  Result<std::span<const Cell>> without =
      orphan_->Without(wanted_, {nulled.begin(), nulled.end()});
  if (!without.ok() || !Differences(*without).empty()) return false;
  finding->is_nulled = true;
  finding->expected = mapper_.HashRow(*without);
  finding->source_bytes = RowBytes(*without);
  return true;
}

Result<bool> RecordComparer::LeadsNowhere(Nulling* nulling) const {
  int parameter = 0;
  for (const size_t column : nulling->reference.key->columns) {
    // NULL leads nowhere and is no orphan.
    if (wanted_[column].type == Cell::Type::kNull) return false;
    nulling->target.Bind(++parameter, wanted_[column]);
  }
  Result<bool> found = nulling->target.Step();
  nulling->target.Reset();
  if (!found.ok()) return found;
  return !*found;
}

// Whether the stored row stands for a record (or element) of this content.
bool RecordComparer::RebuildsTo(Bytes value) {
  rebuilt_.Clear();
  if (!mapper_.Rebuild(stored_, &rebuilt_).ok()) return false;
  const Result<Hash128> wanted = canonicalizer_.Hash(value);
  // A record that names a property twice has no canonical form; that its cells
  // are what the plan makes of it was seen before.
  if (!wanted.ok()) return true;
  const Result<Hash128> rebuilt = canonicalizer_.Hash(rebuilt_.bytes());
  return rebuilt.ok() && *wanted == *rebuilt;
}

}  // namespace ferrite::internal
