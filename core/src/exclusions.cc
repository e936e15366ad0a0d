#include "exclusions.h"

#include <utility>

namespace ferrite::internal {

Exclusions::Exclusions(const Plan& plan)
    : is_empty_(plan.excluded.empty()),
      plan_(TableOf(plan)),
      mapper_(plan_, 0) {}

Plan Exclusions::TableOf(const Plan& plan) {
  Plan excluded;
  excluded.sources = plan.sources;
  Table& table = excluded.tables.emplace_back();
  for (const Exclusion& exclusion : plan.excluded) {
    table.from.push_back(exclusion.records);
  }
  if (table.from.empty()) table.from.emplace_back();
  Column& key = table.columns.emplace_back();
  key.name = kKeyColumn;
  key.type = ColumnType::kKey;
  key.from = ColumnFrom::kKey;
  table.primary_key = {0};
  return excluded;
}

}  // namespace ferrite::internal
