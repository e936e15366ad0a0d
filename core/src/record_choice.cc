#include "record_choice.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "plan_history.h"

namespace ferrite::internal {

Result<std::unique_ptr<RecordChoice>> RecordChoice::Open(Store* store,
                                                         const Plan& plan,
                                                         int64_t migration) {
  Result<Corrections> corrections = Corrections::Open(store, migration);
  if (!corrections.ok()) return std::move(corrections).error();
  Result<Ledger> ledger = Ledger::Open(store, migration);
  if (!ledger.ok()) return std::move(ledger).error();
  std::unique_ptr<RecordChoice> choice(new RecordChoice(
      plan, std::move(corrections).value(), std::move(ledger).value()));
  Result<bool> any = choice->corrections_.Any();
  if (!any.ok()) return std::move(any).error();
  choice->has_corrections_ = *any;
  Result<std::vector<Plan>> others = OtherPlans(store, migration, plan);
  if (!others.ok()) return std::move(others).error();
  choice->others_ = std::move(others).value();
  if (!*any && choice->others_.empty()) return std::unique_ptr<RecordChoice>();
  for (const Plan& other : choice->others_) {
    std::vector<RecordComparer>& comparers = choice->comparers_.emplace_back();
    for (size_t i = 0; i < other.tables.size(); ++i) {
      Result<RecordComparer> comparer = RecordComparer::Open(store, other, i);
      if (!comparer.ok()) return std::move(comparer).error();
      comparers.push_back(std::move(comparer).value());
    }
  }
  return choice;
}

Result<RecordChoice::Choice> RecordChoice::Choose(size_t table, size_t source,
                                                  const Record& record,
                                                  RecordComparer* newest) {
  Choice choice{newest, record.value};
  if (auto done = Correct(table, source, record, &choice); !done.ok()) {
    return std::move(done).error();
  }
  if (choice.is_discarded || comparers_.empty()) return choice;
  Record subject = record;
  subject.value = choice.value;
  Result<bool> matches = Matches(table, source, subject, newest);
  if (!matches.ok()) return std::move(matches).error();
  if (*matches) return choice;
  for (std::vector<RecordComparer>& comparers : comparers_) {
    matches = Matches(table, source, subject, &comparers[table]);
    if (!matches.ok()) return std::move(matches).error();
    if (!*matches) continue;
    choice.comparer = &comparers[table];
    return choice;
  }
  return choice;
}

// Whether every row that the comparer's plan makes of the record is there.
Result<bool> RecordChoice::Matches(size_t table, size_t source,
                                   const Record& record,
                                   RecordComparer* comparer) {
  if (!comparer->Begin(source, record).ok()) return false;
  for (;;) {
    Result<bool> next = comparer->Next();
    if (!next.ok()) return false;
    if (!*next) return true;
    Result<RecordComparer::Finding> finding = comparer->Compare();
    if (!finding.ok()) return std::move(finding).error();
    if (finding->verdict == RecordComparer::Verdict::kMatched) continue;
    Result<bool> left = HasLeft(table, comparer->RowKey());
    if (!left.ok()) return std::move(left).error();
    if (!*left) return false;
  }
}

// Whether the row with this key is in the ledger, or was discarded from it.
Result<bool> RecordChoice::HasLeft(size_t table, Bytes row_key) {
  Result<bool> kept =
      ledger_.Contains(plan_.tables[table].name, Ledger::kRow, row_key);
  if (!kept.ok() || *kept) return kept;
  return IsDiscardedRow(table, row_key);
}

Result<void> RecordChoice::Correct(size_t table, size_t source,
                                   const Record& record, Choice* choice) {
  if (!has_corrections_) return {};
  Result<std::optional<Correction>> found = corrections_.Find(
      plan_.tables[table].name, static_cast<int64_t>(source), record.sortable);
  if (!found.ok()) return std::move(found).error();
  // The app changed it since: what it has now counts.
  if (!found->has_value() ||
      !HasSameContent(record.value, (*found)->original)) {
    return {};
  }
  correction_ = **std::move(found);
  choice->is_discarded = correction_.is_discarded;
  choice->is_corrected = !correction_.is_discarded;
  if (choice->is_corrected) choice->value = correction_.value;
  return {};
}

bool RecordChoice::HasSameContent(Bytes a, Bytes b) {
  if (std::equal(a.begin(), a.end(), b.begin(), b.end())) return true;
  const Result<Hash128> hash = canonicalizer_.Hash(a);
  if (!hash.ok()) return false;
  const Result<Hash128> other = canonicalizer_.Hash(b);
  return other.ok() && *hash == *other;
}

Result<bool> RecordChoice::IsDiscardedRow(size_t table, Bytes row_key) {
  if (!has_corrections_) return false;
  Result<std::optional<Correction>> found =
      corrections_.Find(plan_.tables[table].name, Ledger::kRow, row_key);
  if (!found.ok()) return std::move(found).error();
  return found->has_value() && (*found)->is_discarded;
}

}  // namespace ferrite::internal
