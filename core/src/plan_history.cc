#include "plan_history.h"

#include <algorithm>
#include <string>
#include <utility>

#include "ferrite/mapper.h"
#include "total.h"

namespace ferrite::internal {
namespace {

bool IsSame(const Selection& a, const Selection& b) {
  // Whether a source may be absent says nothing about what came from it.
  return a.source == b.source && a.match == b.match && a.text == b.text;
}

bool IsSame(const Exclusion& a, const Exclusion& b) {
  return IsSame(a.records, b.records);
}

template <typename Item>
bool AreSame(const std::vector<Item>& a, const std::vector<Item>& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(),
      [](const Item& left, const Item& right) { return IsSame(left, right); });
}

// A column keeps the DEFAULT with which its table was made; what a plan says
// later is for records alone.
Plan WithoutDefaults(Plan plan) {
  for (Table& table : plan.tables) {
    for (Column& column : table.columns) column.default_value.reset();
  }
  return plan;
}

bool HasSameTypes(const Table& a, const Table& b) {
  return std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(),
                    b.columns.end(), [](const Column& x, const Column& y) {
                      return x.name == y.name && x.type == y.type;
                    });
}

bool HasSameReferences(const Table& a, const Table& b) {
  return std::equal(a.foreign_keys.begin(), a.foreign_keys.end(),
                    b.foreign_keys.begin(), b.foreign_keys.end(),
                    [](const ForeignKey& x, const ForeignKey& y) {
                      return x.columns == y.columns && x.table == y.table &&
                             x.target == y.target;
                    });
}

Error Changed(const std::string& what, const std::string& path) {
  return {ErrorCode::kPlanChanged,
          what + " differs from the plan that filled the store.",
          "A corrected plan may say otherwise what a value is made of; for "
          "another shape use a new store.",
          path};
}

}  // namespace

Result<void> SavePlan(Store* store, int64_t migration, const Plan& plan,
                      int64_t now) {
  Result<Statement> insert = store->Prepare(
      "INSERT INTO ferrite_plan(migration,number,hash,text,at) SELECT "
      "?1,count(*)+1,?2,?3,?4 FROM ferrite_plan WHERE migration=?1");
  if (!insert.ok()) return std::move(insert).error();
  const auto hash = ToBlob(plan.hash);
  insert->Bind(1, Cell::Integer(migration));
  insert->Bind(2, Cell::Blob(hash));
  insert->Bind(3, Cell::Text(plan.text ? *plan.text : std::string_view()));
  insert->Bind(4, Cell::Integer(now));
  return insert->Run();
}

Result<std::vector<Plan>> OtherPlans(Store* store, int64_t migration,
                                     const Plan& plan) {
  Result<Statement> select = store->Prepare(
      "SELECT text FROM ferrite_plan WHERE migration=?1 AND hash<>?2 "
      "ORDER BY number DESC");
  if (!select.ok()) return std::move(select).error();
  const auto hash = ToBlob(plan.hash);
  select->Bind(1, Cell::Integer(migration));
  select->Bind(2, Cell::Blob(hash));
  std::vector<Plan> plans;
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return plans;
    Result<Plan> parsed = Plan::Parse(select->Column(0).text());
    if (parsed.ok()) plans.push_back(std::move(parsed).value());
  }
}

Result<Plan> FirstPlan(Store* store, int64_t migration) {
  Result<Statement> select = store->Prepare(
      "SELECT text FROM ferrite_plan WHERE migration=?1 AND number=1");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Integer(migration));
  Result<bool> row = select->Step();
  if (!row.ok()) return std::move(row).error();
  if (*row) {
    Result<Plan> plan = Plan::Parse(select->Column(0).text());
    if (plan.ok()) return plan;
  }
  return Error{ErrorCode::kPlanChanged,
               "The plan that filled the store cannot be read any more.",
               "Use a new store.", ""};
}

Result<void> CheckSameShape(const Plan& before, const Plan& after) {
  if (before.sources != after.sources) {
    return Changed("The list of sources", "");
  }
  if (!AreSame(before.excluded, after.excluded)) {
    return Changed("What is excluded", "/excluded");
  }
  const Plan shape_before = WithoutDefaults(before);
  const Plan shape_after = WithoutDefaults(after);
  for (size_t i = 0; i < after.tables.size(); ++i) {
    const Table& table = after.tables[i];
    const std::string name = "The table " + QuoteIdentifier(table.name);
    const std::string path = "/tables/" + std::to_string(i);
    if (i >= before.tables.size()) return Changed(name, path);
    const Table& old = before.tables[i];
    if (CreateTableSql(shape_before, i) != CreateTableSql(shape_after, i) ||
        !HasSameTypes(old, table) || old.primary_key != table.primary_key ||
        !HasSameReferences(old, table)) {
      return Changed(name, path);
    }
    if (!AreSame(old.from, table.from)) return Changed(name, path + "/from");
    if (old.each != table.each) return Changed(name, path + "/each");
    // What the store says about its conflicts is said by one rule.
    if (old.on_conflict != table.on_conflict) {
      return Changed(name, path + "/onConflict");
    }
  }
  if (before.tables.size() != after.tables.size()) {
    return Changed(
        "The table " +
            QuoteIdentifier(before.tables[after.tables.size()].name) +
            ", which is missing,",
        "/tables");
  }
  return {};
}

}  // namespace ferrite::internal
