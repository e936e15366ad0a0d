#include "tests/support/references.h"

#include <stdexcept>

namespace ferrite::testing {
namespace {

template <typename Items>
size_t Named(const Items& items, const std::string& name) {
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i].name == name) return i;
  }
  throw std::runtime_error(name + " is not there");
}

std::vector<size_t> ColumnsNamed(const Table& table,
                                 const std::vector<std::string>& names) {
  std::vector<size_t> columns;
  for (const std::string& name : names) {
    columns.push_back(ColumnNamed(table, name));
  }
  return columns;
}

}  // namespace

size_t TableNamed(const Plan& plan, const std::string& name) {
  return Named(plan.tables, name);
}

size_t ColumnNamed(const Table& table, const std::string& name) {
  return Named(table.columns, name);
}

void Refer(Plan* plan, const std::string& table,
           const std::vector<std::string>& columns, const std::string& target,
           OnOrphan on_orphan) {
  Table& from = plan->tables[TableNamed(*plan, table)];
  ForeignKey& key = from.foreign_keys.emplace_back();
  key.columns = ColumnsNamed(from, columns);
  key.table = TableNamed(*plan, target);
  key.target = plan->tables[key.table].primary_key;
  key.on_orphan = on_orphan;
}

Plan Referring(size_t tables,
               const std::vector<std::pair<size_t, size_t>>& references) {
  Plan plan;
  plan.name = "references";
  for (size_t i = 0; i < tables; ++i) {
    Table& table = plan.tables.emplace_back();
    table.name = std::string(1, static_cast<char>('a' + i));
    table.from.emplace_back();
    table.columns.resize(2);
    table.columns[0].name = "id";
    table.columns[1].name = "other";
    table.primary_key = {0};
  }
  for (const auto& [from, to] : references) {
    ForeignKey& key = plan.tables[from].foreign_keys.emplace_back();
    key.columns = {1};
    key.table = to;
    key.target = {0};
  }
  plan.sources.push_back({SourceKind::kLocalStorage, "", ""});
  return plan;
}

void AddIndex(Plan* plan, const std::string& table, const std::string& name,
              const std::vector<std::string>& columns) {
  Table& on = plan->tables[TableNamed(*plan, table)];
  on.indexes.push_back({name, ColumnsNamed(on, columns)});
}

}  // namespace ferrite::testing
