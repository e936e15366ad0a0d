#include "layout_answer.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "source_state.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::ordered_json;

// Of the sources that can be read the one that the plan's `from` names.
std::optional<size_t> Find(const Source& source,
                           const std::vector<SourceState>& sources) {
  for (size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].source == source &&
        sources[i].status == SourceState::Status::kReady) {
      return i;
    }
  }
  return std::nullopt;
}

Result<Plan> PlanOf(const Json& tables, const Json& excluded) {
  Json plan = {{"ferrite", 1}, {"name", "layout"}, {"tables", tables}};
  if (!excluded.empty()) plan["excluded"] = excluded;
  return Plan::Parse(plan.dump(-1, ' ', false, Json::error_handler_t::replace));
}

// A plan has a table; this one has the records of `from` that are not excluded.
Json AnyTable(const Json& from) {
  return Json::array({{{"name", "any"}, {"from", from}}});
}

void ReadTable(Json table, const std::string& library,
               const std::vector<SourceState>& sources, LayoutAnswer* answer) {
  // The source, whatever becomes of the rest.
  Result<Plan> named = PlanOf(AnyTable(table["from"]), Json::array());
  if (!named.ok() || named->sources.size() != 1) return;
  const std::optional<size_t> source = Find(named->sources.front(), sources);
  if (!source) return;
  LayoutTable result;
  result.library = library;
  result.name = table["name"].get<std::string>();
  result.source = *source;
  result.infers = table.contains("columns") && table["columns"].is_string();
  if (result.infers) table.erase("columns");
  result.json = table.dump(-1, ' ', false, Json::error_handler_t::replace);
  Result<Plan> plan = PlanOf(Json::array({std::move(table)}), Json::array());
  if (!plan.ok()) {
    result.why_not = plan.error().message;
  } else if (auto keys = CheckKeys(*plan, {sources[*source]}); !keys.ok()) {
    result.why_not = keys.error().message;
  } else {
    result.plan = std::make_unique<Plan>(std::move(plan).value());
  }
  answer->tables.push_back(std::move(result));
}

void ReadExclusion(const Json& exclusion,
                   const std::vector<SourceState>& sources,
                   LayoutAnswer* answer) {
  Result<Plan> plan =
      PlanOf(AnyTable(exclusion["from"]), Json::array({exclusion}));
  if (!plan.ok() || plan->excluded.size() != 1) return;
  const Selection& records = plan->excluded.front().records;
  const std::optional<size_t> source =
      Find(plan->sources[records.source], sources);
  if (!source) return;
  answer->exclusions.push_back(
      {exclusion.dump(-1, ' ', false, Json::error_handler_t::replace), *source,
       records});
}

}  // namespace

LayoutAnswer LayoutAnswer::Read(std::string_view answer,
                                const std::vector<SourceState>& sources) {
  LayoutAnswer result;
  const Json json = Json::parse(answer);
  Json layouts = Json::array();
  for (const Json& layout : json["layouts"]) {
    const std::string library = layout["library"].get<std::string>();
    for (const Json& table : layout["tables"]) {
      ReadTable(table, library, sources, &result);
    }
    for (const Json& exclusion : layout["excluded"]) {
      ReadExclusion(exclusion, sources, &result);
    }
    for (const Json& note : layout["notes"]) {
      result.notes.push_back(library + ": " + note.get<std::string>());
    }
    layouts.push_back({{"preset", layout["preset"]},
                       {"library", library},
                       {"certainty", layout["certainty"]},
                       {"evidence", layout["evidence"]}});
  }
  result.layouts = layouts.dump(-1, ' ', false, Json::error_handler_t::replace);
  return result;
}

}  // namespace ferrite::internal
