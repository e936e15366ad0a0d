#include "left_out.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "selection.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::pair<Match, const char*> kWays[] = {
    {Match::kAll, "all"},
    {Match::kKey, "key"},
    {Match::kPrefix, "prefix"},
    {Match::kPattern, "pattern"},
};

const char* WayOf(Match match) {
  return std::find_if(std::begin(kWays), std::end(kWays),
                      [&](const auto& way) { return way.first == match; })
      ->second;
}

Json ToJson(Match match, const std::string& text) {
  Json json = Json::object();
  json[WayOf(match)] = match == Match::kAll ? Json(true) : Json(text);
  return json;
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Whether no record can be among what was left out and not in `selection`.
bool Covers(const Selection& selection, const LeftOut& left_out) {
  if (selection.match == Match::kAll) return true;
  if (selection.match == left_out.match && selection.text == left_out.text) {
    return true;
  }
  switch (left_out.match) {
    case Match::kKey:
      return (selection.match == Match::kPrefix &&
              left_out.text.starts_with(selection.text)) ||
             (selection.match == Match::kPattern &&
              MatchesPattern(left_out.text, selection.text));
    case Match::kPrefix:
      return selection.match == Match::kPrefix &&
             left_out.text.starts_with(selection.text);
    default:
      return false;
  }
}

bool IsExcludedBy(const Plan& plan, size_t source, const LeftOut& left_out) {
  return std::any_of(plan.excluded.begin(), plan.excluded.end(),
                     [&](const Exclusion& exclusion) {
                       return exclusion.records.source == source &&
                              Covers(exclusion.records, left_out);
                     });
}

}  // namespace

uint64_t CountOf(const std::vector<LeftOut>& left_out) {
  uint64_t count = 0;
  for (const LeftOut& each : left_out) count += each.records;
  return count;
}

std::string SelectionToJson(Match match, const std::string& text) {
  return Dump(ToJson(match, text));
}

bool SelectionFromJson(std::string_view text, LeftOut* left_out) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || json.size() != 1) return false;
  const std::string& name = json.begin().key();
  const Json& value = json.begin().value();
  for (const auto& [match, way] : kWays) {
    if (name != way) continue;
    left_out->match = match;
    if (match == Match::kAll) return value == true;
    if (!value.is_string()) return false;
    left_out->text = value.get<std::string>();
    return true;
  }
  return false;
}

std::string FromJson(const Source& source, Match match,
                     const std::string& text) {
  Json from = Json::parse(source.ToJson());
  if (match == Match::kAll) return Dump(from);
  const Json way = ToJson(match, text);
  if (source.kind == SourceKind::kIndexedDb) {
    from.update(way);
  } else {
    from.begin().value() = way;
  }
  return Dump(from);
}

std::string ExclusionJson(const Source& source, const LeftOut& left_out) {
  const Json from =
      Json::parse(FromJson(source, left_out.match, left_out.text));
  return Dump({{"from", from}, {"reason", left_out.reason}});
}

Result<void> CheckLeftOut(const Plan& plan,
                          const std::vector<SourceState>& sources) {
  for (size_t i = 0; i < sources.size(); ++i) {
    for (const LeftOut& each : sources[i].left_out) {
      if (each.records == 0 || IsExcludedBy(plan, i, each)) continue;
      return Error{ErrorCode::kSourceMissing,
                   "The bundle leaves out " + std::to_string(each.records) +
                       " of the records of " + sources[i].source.Label() +
                       " (" + SelectionToJson(each.match, each.text) + ", " +
                       each.reason + "), and the plan does not exclude them.",
                   "Exclude them in the plan as well, or export the bundle "
                   "again with this plan.",
                   "/excluded"};
    }
  }
  return {};
}

}  // namespace ferrite::internal
