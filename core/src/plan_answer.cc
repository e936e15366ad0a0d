#include "ferrite/plan_answer.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "ferrite/load_order.h"
#include "left_out.h"
#include "migration_row.h"
#include "plan_answer_advice.h"
#include "plan_answer_blockers.h"
#include "plan_answer_numbers.h"
#include "source_state.h"

namespace ferrite {
namespace {

using namespace internal;  // NOLINT: our own, in our own .cc
using Json = nlohmann::ordered_json;

Json Rounded(double number) { return std::llround(number); }

Json EstimateJson(const HostFacts& facts, const AnswerNumbers& numbers) {
  Json json = {{"basis", !numbers.ms            ? "none"
                         : numbers.records == 0 ? "empty"
                                                : "probe"}};
  if (numbers.ms) json["ms"] = Rounded(*numbers.ms);
  if (numbers.records_per_second) {
    json["recordsPerSecond"] = *numbers.records_per_second;
  }
  if (numbers.tried > 0) {
    json["probe"] = {{"records", numbers.tried},
                     {"ms", Rounded(facts.probe_ms)}};
  }
  return json;
}

Json TableJson(const Plan& plan, size_t index, const AnswerNumbers& numbers) {
  const Table& table = plan.tables[index];
  const AnswerNumbers::Table& counted = numbers.tables[index];
  Json json = {{"name", table.name},
               {"rows", counted.rows},
               {"isExact", counted.is_exact}};
  if (counted.bytes) json["bytes"] = Rounded(*counted.bytes);
  json["share"] = std::round(counted.share * 1000) / 1000;
  json["columns"] =
      table.columns.size() + (table.unmapped == Unmapped::kKeep ? 1 : 0);
  std::set<size_t> targets;
  for (const ForeignKey& key : table.foreign_keys) targets.insert(key.table);
  Json& depends = json["dependsOn"] = Json::array();
  for (const size_t target : targets) {
    depends.push_back(plan.tables[target].name);
  }
  return json;
}

Json SourceJson(const SourceState& state, const AnswerNumbers::Source& source) {
  Json json = {{"source", Json::parse(state.source.ToJson())},
               {"label", state.source.Label()},
               {"status", StatusText(state.status)},
               {"records", state.records + CountOf(state.left_out)},
               {"excluded", source.excluded},
               {"tried", source.tried}};
  if (source.bytes) json["bytes"] = Rounded(*source.bytes);
  if (!state.message.empty()) json["message"] = state.message;
  return json;
}

Json NamesOf(const Plan& plan, const std::vector<size_t>& tables) {
  Json names = Json::array();
  for (const size_t table : tables) names.push_back(plan.tables[table].name);
  return names;
}

Json ExcludedJson(const Plan& plan, const Exclusion& exclusion) {
  return {{"records", SelectionText(plan, exclusion.records)},
          {"reason", exclusion.reason}};
}

// The answer of a store that has everything already.
Json Migrated() {
  return Json::array(
      {"The store holds this plan's completed migration: migrate() gives its "
       "report and does nothing."});
}

template <typename Items, typename ToJson>
Json ListJson(const Items& items, ToJson to_json) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(to_json(item));
  return list;
}

Json ToAnswer(const Plan& plan, const std::vector<SourceState>& sources,
              const HostFacts& facts, const AnswerNumbers& numbers,
              const std::vector<Error>& blockers) {
  Json answer = {{"answer", 1},
                 {"plan", {{"name", plan.name}, {"hash", plan.hash.ToHex()}}},
                 {"canProceed", blockers.empty()}};
  answer["blockers"] = ListJson(
      blockers, [](const Error& error) { return Json::parse(error.ToJson()); });
  answer["recommendations"] = RecommendationsOf(plan, facts, numbers);
  answer["warnings"] = WarningsOf(plan, sources, facts, numbers);
  answer["records"] = numbers.records;
  if (numbers.bytes) answer["bytes"] = Rounded(*numbers.bytes);
  answer["estimate"] = EstimateJson(facts, numbers);
  Json& tables = answer["tables"] = Json::array();
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    tables.push_back(TableJson(plan, i, numbers));
  }
  const LoadOrder order = OrderTables(plan);
  answer["order"] = NamesOf(plan, order.tables);
  answer["cycles"] = ListJson(
      order.cycles, [&](const auto& cycle) { return NamesOf(plan, cycle); });
  Json& states = answer["sources"] = Json::array();
  for (size_t i = 0; i < sources.size(); ++i) {
    states.push_back(SourceJson(sources[i], numbers.sources[i]));
  }
  answer["excluded"] = ListJson(plan.excluded, [&](const Exclusion& each) {
    return ExcludedJson(plan, each);
  });
  answer["unsupported"] =
      ListJson(numbers.unsupported, [](const AnswerNumbers::Unsupported& each) {
        return Json{{"source", each.source},
                    {"kind", each.kind},
                    {"count", each.count}};
      });
  Json& space = answer["space"] = Json::object();
  if (numbers.space) space["needed"] = *numbers.space;
  if (facts.bytes_available) space["available"] = *facts.bytes_available;
  return answer;
}

}  // namespace

Result<std::string> AnswerPlan(Store* store, const Plan& plan,
                               const std::vector<SourceState>& sources,
                               const HostFacts& facts) {
  if (sources.size() != plan.sources.size()) {
    return CheckSources(plan, sources).error();
  }
  for (size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].source != plan.sources[i]) {
      return CheckSource(plan, i, sources[i]).error();
    }
  }
  const AnswerNumbers numbers = CountForAnswer(plan, sources, facts);
  std::vector<Error> blockers;
  bool is_migrated = false;
  if (store != nullptr) {
    Result<std::optional<MigrationRow>> completed =
        CompletedMigration(store, plan.hash);
    if (!completed.ok()) return std::move(completed).error();
    is_migrated = completed->has_value();
  }
  // What is in the store already needs no source and no room.
  if (!is_migrated) {
    Result<std::vector<Error>> found =
        FindBlockers(store, plan, sources, facts, numbers);
    if (!found.ok()) return std::move(found).error();
    blockers = std::move(found).value();
  }
  Json answer = ToAnswer(plan, sources, facts, numbers, blockers);
  if (is_migrated) answer["recommendations"] = Migrated();
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ferrite
