// Reference: a foreign key of a plan, with what its orphans come to.
#ifndef FERRITE_CORE_SRC_REFERENCE_H_
#define FERRITE_CORE_SRC_REFERENCE_H_

#include <string>
#include <vector>

#include "ferrite/plan.h"

namespace ferrite::internal {

struct Reference {
  size_t table = 0;  // the one that refers; index into Plan::tables
  const ForeignKey* key = nullptr;
  // kNull only where the row can have NULL and still holds what was there.
  OnOrphan on_orphan = OnOrphan::kQuarantine;
  // For kNull: the columns that become NULL. Those of the primary key and the
  // NOT NULL ones stay as they are.
  std::vector<size_t> nulled;
};

// All of the plan's, table by table. They point into `plan`.
std::vector<Reference> ReferencesOf(const Plan& plan);

// True for columns that are never NULL.
bool HoldsAlways(const Table& table, size_t column);

// Rows of the referring table `t` with ?1 <= rowid <= ?2 that refer to no row:
//   SELECT <what> FROM …
// `what` sees the table as t.
std::string SelectOrphansSql(const Plan& plan, const Reference& reference,
                             const std::string& what);
// Pairs of rows: the referring one `t` in that range, and the one it refers to,
// `target`.
std::string SelectPairsSql(const Plan& plan, const Reference& reference,
                           const std::string& what);
// SELECT 1 FROM the target; parameters are the referring columns' cells.
std::string SelectTargetSql(const Plan& plan, const Reference& reference);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_REFERENCE_H_
