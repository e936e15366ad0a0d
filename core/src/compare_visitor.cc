#include "compare_visitor.h"

#include <optional>
#include <utility>

#include "ferrite/key.h"
#include "row_key.h"
#include "value_preview.h"

namespace ferrite::internal {

Result<void> CompareVisitor::Row(size_t table, const Record& record,
                                 RecordComparer* comparer) {
  Result<RecordComparer::Finding> compared = comparer->Compare();
  if (!compared.ok()) return std::move(compared).error();
  RecordComparer::Finding& finding = *compared;
  TableFindings& found = findings_->tables[table];
  Report::Comparison& counts = found.comparison;
  found.expected.Add(finding.expected);
  if (finding.is_nulled) ++found.orphans.nulled;
  counts.source_bytes += finding.source_bytes;
  counts.store_bytes += finding.store_bytes;
  if (finding.verdict == RecordComparer::Verdict::kMatched) {
    ++counts.matched;
    return {};
  }
  Result<bool> is_settled = IsSettled(table, finding, *comparer);
  if (!is_settled.ok()) return std::move(is_settled).error();
  if (*is_settled) return {};
  Difference difference;
  difference.table = plan_.tables[table].name;
  difference.source_bytes = finding.source_bytes;
  if (finding.verdict == RecordComparer::Verdict::kMissing) {
    ++counts.missing;
  } else {
    ++counts.different;
    if (finding.source_bytes != finding.store_bytes) ++counts.size_different;
    difference.kind = kDifferent;
    difference.store_bytes = finding.store_bytes;
    difference.columns = std::move(finding.columns);
  }
  // A record's own key does not say which of its rows it is.
  if (plan_.tables[table].each.empty()) {
    NameRecord(table, record, &difference);
  } else {
    NameRow(plan_.tables[table], comparer->KeyCells(), &difference);
  }
  return Note(std::move(difference));
}

Result<bool> CompareVisitor::IsSettled(size_t table,
                                       const RecordComparer::Finding& finding,
                                       const RecordComparer& comparer) {
  const Table& of = plan_.tables[table];
  if (of.on_conflict.strategy == Strategy::kLedger ||
      finding.verdict != RecordComparer::Verdict::kDifferent) {
    return false;
  }
  Result<std::optional<Decision>> decision = conflicts_->Find(
      of.name, comparer.RowKey(), finding.expected, finding.stored);
  if (!decision.ok()) return std::move(decision).error();
  if (*decision) findings_->tables[table].conflicts.Count(**decision);
  return decision->has_value();
}

Result<void> CompareVisitor::Unmappable(size_t table, const Record& record) {
  ++findings_->tables[table].comparison.missing;
  Difference difference;
  difference.table = plan_.tables[table].name;
  NameRecord(table, record, &difference);
  return Note(std::move(difference));
}

void CompareVisitor::Failed(size_t table) {
  ++source_->failed;
  ++findings_->tables[table].comparison.failed;
}

void CompareVisitor::NameRecord(size_t table, const Record& record,
                                Difference* out) const {
  out->key.assign(record.sortable.begin(), record.sortable.end());
  out->key_text =
      HidesKey(plan_.tables[table]) ? kRedacted : KeyText(record.key);
}

Result<void> CompareVisitor::Note(Difference difference) {
  return log_->Add(++findings_->differences, difference, now_);
}

void NameRow(const Table& table, const std::vector<Cell>& key,
             Difference* out) {
  out->key = RowKeySortable(table, key);
  out->key_text = HidesKey(table) ? kRedacted : RowKeyText(table, key);
}

}  // namespace ferrite::internal
