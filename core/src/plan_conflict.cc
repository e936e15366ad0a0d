#include "plan_conflict.h"

#include <algorithm>

#include "plan_check.h"
#include "plan_table.h"

namespace ferrite::internal {
namespace {

using Type = JsonValue::Type;

// In the order of Strategy and of MergeRule.
constexpr std::string_view kStrategies[] = {
    "ledger", "skip", "overwrite", "keepNewest", "keepOldest", "merge", "ask"};
constexpr std::string_view kRules[] = {"source", "store", "newest",
                                       "oldest", "min",   "max"};
constexpr std::span<const std::string_view> kSides(kRules, 4);

Result<void> ParseStrategy(const JsonValue& value, const std::string& path,
                           ConflictPolicy* policy) {
  auto word = ExpectWord(value, kStrategies, "a conflict strategy", path);
  if (!word.ok()) return word.error();
  policy->strategy = static_cast<Strategy>(*word);
  return {};
}

bool HoldsTime(ColumnType type) {
  switch (type) {
    case ColumnType::kInteger:
    case ColumnType::kReal:
    case ColumnType::kDatetime:
    case ColumnType::kDatetimeText:
    case ColumnType::kText:
      return true;
    default:
      return false;
  }
}

Result<void> ParseTime(const JsonValue& value, const std::string& path,
                       const Table& table, ConflictPolicy* policy) {
  auto column =
      ExpectWord(value, ColumnNames(table), "a column of this table", path);
  if (!column.ok()) return column.error();
  if (!HoldsTime(table.columns[*column].type)) {
    return Invalid(path, "A column of this type holds no time.",
                   "Types that do: datetime, datetime-text, integer, real, "
                   "text (ISO 8601).");
  }
  policy->time = *column;
  return {};
}

Result<void> ParseColumnRules(const JsonValue& value, const std::string& path,
                              const Table& table, ConflictPolicy* policy) {
  if (auto is = Expect(value, Type::kObject,
                       "an object of columns and merge rules", path);
      !is.ok()) {
    return is;
  }
  const std::vector<std::string_view> names = ColumnNames(table);
  for (size_t i = 0; i < value.items.size(); ++i) {
    const std::string rule_path = Below(path, value.names[i]);
    if (IsComment(value.names[i])) {
      if (auto is = ExpectComment(value.items[i], rule_path); !is.ok()) {
        return is;
      }
      continue;
    }
    JsonValue name;
    name.type = Type::kString;
    name.text = value.names[i];
    auto column = ExpectWord(name, names, "a column of this table", rule_path);
    if (!column.ok()) return column.error();
    const auto& key = table.primary_key;
    if (std::find(key.begin(), key.end(), *column) != key.end()) {
      return Invalid(rule_path, "The primary key is the same on both sides.",
                     "Leave it out.");
    }
    auto rule = ExpectWord(value.items[i], kRules, "a merge rule", rule_path);
    if (!rule.ok()) return rule.error();
    policy->columns.emplace_back(*column, static_cast<MergeRule>(*rule));
  }
  std::sort(policy->columns.begin(), policy->columns.end());
  return {};
}

bool AsksForTime(const ConflictPolicy& policy) {
  const auto asks = [](MergeRule rule) {
    return rule == MergeRule::kNewest || rule == MergeRule::kOldest;
  };
  switch (policy.strategy) {
    case Strategy::kKeepNewest:
    case Strategy::kKeepOldest:
      return true;
    case Strategy::kMerge:
      return asks(policy.rest) ||
             std::any_of(policy.columns.begin(), policy.columns.end(),
                         [&](const auto& rule) { return asks(rule.second); });
    default:
      return false;
  }
}

Result<void> ParsePolicy(const JsonValue& value, const std::string& path,
                         const Table& table, ConflictPolicy* policy) {
  static constexpr std::string_view kMembers[] = {"strategy", "time", "columns",
                                                  "rest"};
  static constexpr std::string_view kRequired[] = {"strategy"};
  if (auto is =
          ExpectObject(value, "a conflict strategy", kMembers, kRequired, path);
      !is.ok()) {
    return is;
  }
  if (auto is = ParseStrategy(*value.Find("strategy"), Below(path, "strategy"),
                              policy);
      !is.ok()) {
    return is;
  }
  if (policy->strategy != Strategy::kMerge) {
    for (const std::string_view name : {"columns", "rest"}) {
      if (value.Find(name) == nullptr) continue;
      return Invalid(Below(path, name), "Only \"merge\" goes by columns.",
                     "Leave it out.");
    }
  }
  if (const JsonValue* rest = value.Find("rest")) {
    auto rule = ExpectWord(*rest, kSides, "a side", Below(path, "rest"));
    if (!rule.ok()) return rule.error();
    policy->rest = static_cast<MergeRule>(*rule);
  }
  if (const JsonValue* columns = value.Find("columns")) {
    auto is = ParseColumnRules(*columns, Below(path, "columns"), table, policy);
    if (!is.ok()) return is;
  }
  const JsonValue* time = value.Find("time");
  if (time == nullptr) return {};
  if (!AsksForTime(*policy)) {
    return Invalid(Below(path, "time"), "Nothing here goes by time.",
                   "Leave it out.");
  }
  return ParseTime(*time, Below(path, "time"), table, policy);
}

}  // namespace

Result<void> ParseOnConflict(const JsonValue& value, const std::string& path,
                             Table* table) {
  ConflictPolicy policy;
  auto parsed = value.Is(Type::kObject)
                    ? ParsePolicy(value, path, *table, &policy)
                    : ParseStrategy(value, path, &policy);
  if (!parsed.ok()) return parsed;
  if (AsksForTime(policy) && !policy.time) {
    return Invalid(path, "It is not said which column holds the time.",
                   R"(Write {"strategy": …, "time": "a column"}.)");
  }
  table->on_conflict = std::move(policy);
  return {};
}

void WriteConflictPolicy(const ConflictPolicy& policy, Writer* out) {
  out->BeginArray(4);
  out->Integer(static_cast<int64_t>(policy.strategy));
  if (policy.time) {
    out->Integer(static_cast<int64_t>(*policy.time));
  } else {
    out->Null();
  }
  out->Integer(static_cast<int64_t>(policy.rest));
  out->BeginArray(policy.columns.size() * 2);
  for (const auto& [column, rule] : policy.columns) {
    out->Integer(static_cast<int64_t>(column));
    out->Integer(static_cast<int64_t>(rule));
  }
}

}  // namespace ferrite::internal
