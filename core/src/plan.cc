#include "ferrite/plan.h"

#include <algorithm>
#include <utility>

#include "plan_changed.h"
#include "plan_check.h"
#include "plan_expression.h"
#include "plan_hash.h"
#include "plan_index.h"
#include "plan_json.h"
#include "plan_relation.h"
#include "plan_source.h"
#include "plan_table.h"

namespace ferrite {
namespace {

using internal::Below;
using internal::Describe;
using internal::Expect;
using internal::ExpectNewName;
using internal::ExpectObject;
using internal::Invalid;
using internal::JsonValue;
using internal::NamesInUse;
using internal::SourceList;
using Type = JsonValue::Type;

constexpr size_t kMaxTables = 1000;
constexpr size_t kMaxPlanName = 100;

size_t CountCharacters(std::string_view utf8) {
  return std::count_if(utf8.begin(), utf8.end(),
                       [](char c) { return (c & 0xc0) != 0x80; });
}

Result<void> ParseHead(const JsonValue& root, std::string* name) {
  static constexpr std::string_view kMembers[] = {"ferrite", "name", "tables",
                                                  "excluded", "changed"};
  static constexpr std::string_view kRequired[] = {"ferrite", "name", "tables"};
  if (auto is = ExpectObject(root, "a plan", kMembers, kRequired, "");
      !is.ok()) {
    return is;
  }
  const JsonValue& version = *root.Find("ferrite");
  if (!version.Is(Type::kNumber) || version.number != 1) {
    return Invalid("/ferrite", "Found " + Describe(version) + ".",
                   "Expected 1, the version of the plan format.");
  }
  const JsonValue& given = *root.Find("name");
  if (auto is = Expect(given, Type::kString, "a name", "/name"); !is.ok())
    return is;
  const size_t characters = CountCharacters(given.text);
  if (characters < 1 || characters > kMaxPlanName) {
    return Invalid(
        "/name",
        "The plan's name has " + std::to_string(characters) + " characters.",
        "Allowed: 1 to " + std::to_string(kMaxPlanName) + ".");
  }
  *name = given.text;
  return {};
}

// Each table by itself, with the names of all.
Result<void> ParseTables(const JsonValue& tables, SourceList* sources,
                         NamesInUse* names, Plan* plan) {
  if (auto is = Expect(tables, Type::kArray, "an array of tables", "/tables");
      !is.ok()) {
    return is;
  }
  if (tables.items.empty() || tables.items.size() > kMaxTables) {
    return Invalid(
        "/tables",
        "The plan has " + std::to_string(tables.items.size()) + " tables.",
        "Allowed: 1 to " + std::to_string(kMaxTables) + ".");
  }
  size_t expressions = 0;
  for (size_t i = 0; i < tables.items.size(); ++i) {
    const std::string path = Below("/tables", i);
    auto table = internal::ParseTable(tables.items[i], path, sources);
    if (!table.ok()) return table.error();
    if (auto is =
            ExpectNewName(table->name, "table", names, Below(path, "name"));
        !is.ok()) {
      return is;
    }
    if (auto is = internal::CheckExpressions(*table, path, &expressions);
        !is.ok()) {
      return is;
    }
    plan->tables.push_back(std::move(table).value());
  }
  return {};
}

// What needs the names and columns of all tables.
Result<void> ParseBetweenTables(const JsonValue& tables, NamesInUse* names,
                                Plan* plan) {
  auto is = internal::ParseRelations(tables, plan);
  if (!is.ok()) return is;
  for (size_t i = 0; i < plan->tables.size(); ++i) {
    const JsonValue* indexes = tables.items[i].Find("indexes");
    if (indexes == nullptr) continue;
    is = internal::ParseIndexes(*indexes, Below(Below("/tables", i), "indexes"),
                                names, &plan->tables[i]);
    if (!is.ok()) return is;
  }
  return {};
}

}  // namespace

Result<Plan> Plan::Parse(std::string_view json) {
  auto root = internal::ParsePlanJson(json);
  if (!root.ok()) return root.error();
  Plan plan;
  if (auto head = ParseHead(*root, &plan.name); !head.ok()) return head.error();
  const JsonValue& tables = *root->Find("tables");
  SourceList sources;
  NamesInUse names;
  if (auto is = ParseTables(tables, &sources, &names, &plan); !is.ok()) {
    return is.error();
  }
  if (auto is = ParseBetweenTables(tables, &names, &plan); !is.ok()) {
    return is.error();
  }
  if (const JsonValue* excluded = root->Find("excluded")) {
    auto parsed = internal::ParseExcluded(*excluded, "/excluded", &sources);
    if (!parsed.ok()) return parsed.error();
    plan.excluded = std::move(parsed).value();
  }
  if (const JsonValue* changed = root->Find("changed")) {
    auto parsed =
        internal::ParseChanged(*changed, "/changed", plan.tables, &sources);
    if (!parsed.ok()) return parsed.error();
    plan.changed = std::move(parsed).value();
  }
  plan.sources = sources.Take();
  plan.hash = internal::HashPlan(plan);
  plan.text = std::make_shared<const std::string>(json);
  return plan;
}

}  // namespace ferrite
