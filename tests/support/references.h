// Foreign keys and indexes for plans that tests parse.
#ifndef FERRITE_TESTS_SUPPORT_REFERENCES_H_
#define FERRITE_TESTS_SUPPORT_REFERENCES_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "ferrite/plan.h"

namespace ferrite::testing {

size_t TableNamed(const Plan& plan, const std::string& name);
size_t ColumnNamed(const Table& table, const std::string& name);

// Lets the columns of `table` refer to the primary key of `target`.
void Refer(Plan* plan, const std::string& table,
           const std::vector<std::string>& columns, const std::string& target,
           OnOrphan on_orphan);

// A plan of tables that refer to one another, each by its second column to the
// first one of another: pairs of from and to.
Plan Referring(size_t tables,
               const std::vector<std::pair<size_t, size_t>>& references);

void AddIndex(Plan* plan, const std::string& table, const std::string& name,
              const std::vector<std::string>& columns);

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_REFERENCES_H_
