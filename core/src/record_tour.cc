#include "record_tour.h"

namespace ferrite::internal {

Result<RecordTour> RecordTour::Open(Store* store, const Plan& plan,
                                    std::vector<bool> chosen,
                                    int64_t migration) {
  Result<Ledger> ledger = Ledger::Open(store, migration);
  if (!ledger.ok()) return std::move(ledger).error();
  RecordTour tour(plan, std::move(chosen), std::move(ledger).value());
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    Result<RecordComparer> comparer = RecordComparer::Open(store, plan, i);
    if (!comparer.ok()) return std::move(comparer).error();
    tour.comparers_.push_back(std::move(comparer).value());
  }
  Result<uint64_t> failed = tour.ledger_.Count();
  if (!failed.ok()) return std::move(failed).error();
  tour.has_failed_ = *failed != 0;
  auto choice = RecordChoice::Open(store, plan, migration);
  if (!choice.ok()) return std::move(choice).error();
  tour.choice_ = std::move(choice).value();
  return tour;
}

Result<void> RecordTour::Visit(size_t source, const Record& record,
                               RecordVisitor* visitor) {
  bool is_claimed = false;
  for (size_t i = 0; i < plan_.tables.size(); ++i) {
    if (!comparers_[i].Takes(source, record.key)) continue;
    is_claimed = true;
    if (!chosen_[i]) continue;
    Result<void> visited = VisitTable(i, source, record, visitor);
    if (!visited.ok()) return visited;
  }
  if (!is_claimed) visitor->Unclaimed();
  return {};
}

Result<bool> RecordTour::IsInLedger(size_t table, int64_t source,
                                    Bytes sortable) {
  if (!has_failed_) return false;
  return ledger_.Contains(plan_.tables[table].name, source, sortable);
}

Result<void> RecordTour::VisitTable(size_t table, size_t source,
                                    const Record& record,
                                    RecordVisitor* visitor) {
  // Its primary key may be another record's, so its row is not looked at.
  Result<bool> failed =
      IsInLedger(table, static_cast<int64_t>(source), record.sortable);
  if (!failed.ok()) return std::move(failed).error();
  if (*failed) {
    visitor->Failed(table);
    return {};
  }
  Record subject = record;
  RecordComparer* comparer = &comparers_[table];
  if (choice_ != nullptr) {
    auto choice = choice_->Choose(table, source, record, comparer);
    if (!choice.ok()) return std::move(choice).error();
    if (choice->is_discarded) {
      visitor->Discarded(table);
      return {};
    }
    if (choice->is_corrected) visitor->Corrected(table);
    subject.value = choice->value;
    comparer = choice->comparer;
  }
  return VisitRows(table, source, subject, comparer, visitor);
}

Result<void> RecordTour::VisitRows(size_t table, size_t source,
                                   const Record& record,
                                   RecordComparer* comparer,
                                   RecordVisitor* visitor) {
  Result<void> begun = comparer->Begin(source, record);
  Result<bool> next =
      begun.ok() ? comparer->Next() : Result<bool>(std::move(begun).error());
  for (; next.ok() && *next; next = comparer->Next()) {
    Result<void> visited = VisitRow(table, record, comparer, visitor);
    if (!visited.ok()) return visited;
  }
  visitor->Filtered(comparer->filtered());
  return next.ok() ? Result<void>() : visitor->Unmappable(table, record);
}

Result<void> RecordTour::VisitRow(size_t table, const Record& record,
                                  RecordComparer* comparer,
                                  RecordVisitor* visitor) {
  if (choice_ != nullptr) {
    auto discarded = choice_->IsDiscardedRow(table, comparer->RowKey());
    if (!discarded.ok()) return std::move(discarded).error();
    if (*discarded) {
      visitor->Discarded(table);
      return {};
    }
  }
  if (has_failed_) {
    Result<bool> orphan = IsInLedger(table, Ledger::kRow, comparer->RowKey());
    if (!orphan.ok()) return std::move(orphan).error();
    if (*orphan) {
      visitor->Quarantined(table);
      return {};
    }
  }
  return visitor->Row(table, record, comparer);
}

}  // namespace ferrite::internal
