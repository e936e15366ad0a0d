// LoadOrder: what a migration fills first, by the plan's references.
#ifndef FERRITE_LOAD_ORDER_H_
#define FERRITE_LOAD_ORDER_H_

#include <cstddef>
#include <vector>

#include "ferrite/plan.h"

namespace ferrite {

struct LoadOrder {
  // Indexes into Plan::tables: a table comes behind those it refers to, but
  // within a cycle, where the plan's order holds and the references are looked
  // at behind the load, as they all are.
  std::vector<size_t> tables;
  // The cycles among them. A table that refers to itself is a cycle of one.
  std::vector<std::vector<size_t>> cycles;
  // Indexes into Plan::sources, as the tables want them. The plan's own order
  // where two sources of one table would change places otherwise: which of them
  // comes first may decide which row stays.
  std::vector<size_t> sources;
};

LoadOrder OrderTables(const Plan& plan);

}  // namespace ferrite

#endif  // FERRITE_LOAD_ORDER_H_
