// From the chain file to a Chain.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "chain_step.h"
#include "ferrite/chain.h"
#include "ferrite/plan.h"
#include "plan_check.h"

namespace ferrite {
namespace {

using internal::Below;
using internal::Describe;
using internal::Expect;
using internal::ExpectObject;
using internal::Invalid;
using internal::JsonValue;
using internal::ParsedStep;
using Json = nlohmann::ordered_json;
using Type = JsonValue::Type;

constexpr double kMaxVersion = 2147483647;
constexpr size_t kMaxVersions = 10'000;

// Members in the order of their names and without comments, except where the
// order is that of a table's columns.
Json Canonical(const Json& value, bool keep_order) {
  if (value.is_array()) {
    Json items = Json::array();
    for (const Json& item : value) items.push_back(Canonical(item, false));
    return items;
  }
  if (!value.is_object()) return value;
  std::vector<std::string> names;
  for (const auto& [name, member] : value.items()) {
    if (keep_order || name != "$comment") names.push_back(name);
  }
  if (!keep_order) std::sort(names.begin(), names.end());
  Json object = Json::object();
  for (const std::string& name : names) {
    object[name] = Canonical(
        value[name], !keep_order && (name == "columns" || name == "set"));
  }
  return object;
}

std::string StepsText(const Json& version) {
  Json steps = Json::object();
  for (const char* name : {"up", "down"}) {
    if (version.contains(name)) {
      steps[name] = Canonical(version[name], false);
    }
  }
  return steps.dump(1);
}

Result<std::vector<ParsedStep>> ParseSteps(const JsonValue& value,
                                           const std::string& path) {
  if (auto is = Expect(value, Type::kArray, "an array of steps", path);
      !is.ok()) {
    return std::move(is).error();
  }
  std::vector<ParsedStep> steps;
  for (size_t i = 0; i < value.items.size(); ++i) {
    Result<ParsedStep> step =
        internal::ParseChainStep(value.items[i], Below(path, i));
    if (!step.ok()) return std::move(step).error();
    steps.push_back(*std::move(step));
  }
  return steps;
}

Result<void> ParseVersionSteps(const JsonValue& value, const std::string& path,
                               ChainVersion* version) {
  std::vector<ChainStep> back;
  bool is_implied = true;
  if (const JsonValue* up = value.Find("up")) {
    Result<std::vector<ParsedStep>> steps = ParseSteps(*up, Below(path, "up"));
    if (!steps.ok()) return std::move(steps).error();
    for (ParsedStep& step : *steps) {
      version->up.push_back(std::move(step.step));
      is_implied = is_implied && step.back.has_value();
      if (step.back) back.insert(back.begin(), *std::move(step.back));
    }
  }
  const JsonValue* down = value.Find("down");
  if (down == nullptr) {
    if (is_implied) version->down = std::move(back);
    return {};
  }
  Result<std::vector<ParsedStep>> steps =
      ParseSteps(*down, Below(path, "down"));
  if (!steps.ok()) return std::move(steps).error();
  version->down.emplace();
  for (ParsedStep& step : *steps) {
    version->down->push_back(std::move(step.step));
  }
  return {};
}

Result<ChainVersion> ParseVersion(const JsonValue& value, const Json& source,
                                  int64_t last, const std::string& path) {
  constexpr std::string_view kAllowed[] = {"version", "name", "plan",
                                           "up",      "down", "$comment"};
  constexpr std::string_view kRequired[] = {"version", "name"};
  if (auto is = ExpectObject(value, "a version", kAllowed, kRequired, path);
      !is.ok()) {
    return std::move(is).error();
  }
  ChainVersion version;
  const JsonValue& number = *value.Find("version");
  const std::string number_path = Below(path, "version");
  if (!number.Is(Type::kNumber) || number.number < 1 ||
      number.number > kMaxVersion ||
      number.number !=
          static_cast<double>(static_cast<int64_t>(number.number))) {
    return Invalid(number_path, "The version is " + Describe(number) + ".",
                   "A whole number from 1 to 2147483647.");
  }
  version.version = static_cast<int64_t>(number.number);
  if (version.version <= last) {
    return Invalid(number_path,
                   "Version " + std::to_string(version.version) +
                       " stands behind version " + std::to_string(last) + ".",
                   "Versions ascend; a new one comes last.");
  }
  const JsonValue& name = *value.Find("name");
  if (!name.Is(Type::kString) || name.text.empty() || name.text.size() > 400) {
    return Invalid(Below(path, "name"),
                   "The version's name is " + Describe(name) + ".",
                   "A text of 1 to 400 bytes.");
  }
  version.name = name.text;
  if (value.Find("plan") != nullptr) {
    version.plan = source["plan"].dump();
    Result<Plan> plan = Plan::Parse(version.plan);
    if (!plan.ok()) {
      Error error = std::move(plan).error();
      error.path = Below(path, "plan") + error.path;
      return error;
    }
  }
  if (auto good = ParseVersionSteps(value, path, &version); !good.ok()) {
    return std::move(good).error();
  }
  version.steps = StepsText(source);
  version.checksum = HashBytes(AsBytes(version.steps));
  return version;
}

}  // namespace

Result<Chain> Chain::Parse(std::string_view json) {
  Result<JsonValue> root = internal::ParsePlanJson(json);
  if (!root.ok()) {
    return std::move(root).error();
  }
  constexpr std::string_view kMembers[] = {"ferrite", "name", "versions",
                                           "$comment"};
  if (auto is = ExpectObject(*root, "a chain", kMembers,
                             std::span(kMembers).first(3), "");
      !is.ok()) {
    return std::move(is).error();
  }
  const JsonValue& format = *root->Find("ferrite");
  if (!format.Is(Type::kNumber) || format.number != 1) {
    return Invalid("/ferrite", "The format is " + Describe(format) + ".",
                   "This version of Ferrite reads format 1.");
  }
  if (const JsonValue& name = *root->Find("name");
      !name.Is(Type::kString) || name.text.empty()) {
    return Invalid("/name", "The chain's name is " + Describe(name) + ".",
                   "A text of at least one character.");
  }
  const JsonValue& versions = *root->Find("versions");
  if (!versions.Is(Type::kArray) || versions.items.empty() ||
      versions.items.size() > kMaxVersions) {
    return Invalid("/versions", "The versions are " + Describe(versions) + ".",
                   "An array of 1 to 10000 versions.");
  }
  // The same text again, with its numbers as they are written.
  const Json source = Json::parse(json);
  Chain chain;
  int64_t last = 0;
  for (size_t i = 0; i < versions.items.size(); ++i) {
    Result<ChainVersion> version = ParseVersion(
        versions.items[i], source["versions"][i], last, Below("/versions", i));
    if (!version.ok()) return std::move(version).error();
    last = version->version;
    chain.versions.push_back(*std::move(version));
  }
  return chain;
}

}  // namespace ferrite
