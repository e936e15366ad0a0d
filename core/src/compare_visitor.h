// CompareVisitor: the walk of a verification that counts and notes what
// differs.
#ifndef FERRITE_CORE_SRC_COMPARE_VISITOR_H_
#define FERRITE_CORE_SRC_COMPARE_VISITOR_H_

#include <cstdint>
#include <vector>

#include "conflict_log.h"
#include "difference.h"
#include "record_tour.h"
#include "report.h"
#include "source_walk.h"
#include "total.h"

namespace ferrite::internal {

struct TableFindings {
  Report::Comparison comparison;
  OrphanCounts orphans;
  ConflictCounts conflicts;
  Total expected;  // of the rows that the plan makes of the records
  uint64_t corrected = 0;
  uint64_t discarded = 0;
};

// What was found so far; it grows with each batch.
struct Findings {
  std::vector<TableFindings> tables;  // as Plan::tables
  uint64_t differences = 0;           // entries of the log
};

// Says in `out` which row of the table it is, by its primary key.
void NameRow(const Table& table, const std::vector<Cell>& key, Difference* out);

class CompareVisitor final : public RecordVisitor {
 public:
  // Counts into `source` and `findings`; all must outlive it.
  CompareVisitor(const Plan& plan, int64_t now, SourceCounts* source,
                 Findings* findings, DifferenceLog* log, ConflictLog* conflicts)
      : plan_(plan),
        now_(now),
        source_(source),
        findings_(findings),
        log_(log),
        conflicts_(conflicts) {}

  Result<void> Row(size_t table, const Record& record,
                   RecordComparer* comparer) override;
  Result<void> Unmappable(size_t table, const Record& record) override;
  void Unclaimed() override { ++source_->unclaimed; }
  void Failed(size_t table) override;
  void Quarantined(size_t table) override {
    ++findings_->tables[table].orphans.quarantined;
  }
  void Filtered(uint64_t rows) override { source_->filtered += rows; }
  void Corrected(size_t table) override {
    ++findings_->tables[table].corrected;
  }
  void Discarded(size_t table) override {
    ++findings_->tables[table].discarded;
  }

 private:
  void NameRecord(size_t table, const Record& record, Difference* out) const;
  Result<void> Note(Difference difference);
  // Whether the record's row is not there because a conflict left another.
  Result<bool> IsSettled(size_t table, const RecordComparer::Finding& finding,
                         const RecordComparer& comparer);

  const Plan& plan_;
  const int64_t now_;
  SourceCounts* source_;
  Findings* findings_;
  DifferenceLog* log_;
  ConflictLog* conflicts_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_COMPARE_VISITOR_H_
