#include "ferrite/pass.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "exclusions.h"
#include "left_out.h"
#include "reference.h"
#include "source_state.h"

namespace ferrite {
namespace {

using Json = nlohmann::json;

constexpr std::pair<SourceState::Status, std::string_view> kStatuses[] = {
    {SourceState::Status::kReady, "ready"},
    {SourceState::Status::kEmpty, "empty"},
    {SourceState::Status::kAbsent, "absent"},
    {SourceState::Status::kBlocked, "blocked"},
    {SourceState::Status::kUnreadable, "unreadable"},
};

Json Parse(std::string_view text) {
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

std::optional<std::string> StringMember(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<Source> ToSource(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  Source source;
  for (const auto& [member, kind] :
       {std::pair("localStorage", SourceKind::kLocalStorage),
        std::pair("sessionStorage", SourceKind::kSessionStorage)}) {
    const auto storage = json.find(member);
    if (storage == json.end()) continue;
    if (json.size() != 1 || *storage != true) return std::nullopt;
    source.kind = kind;
    return source;
  }
  std::optional<std::string> database = StringMember(json, "indexedDB");
  std::optional<std::string> store = StringMember(json, "store");
  if (json.size() != 2 || !database || !store) return std::nullopt;
  source.database = *std::move(database);
  source.store = *std::move(store);
  return source;
}

Error Wrong(const std::string& path, const std::string& what) {
  return {ErrorCode::kInvalidArgument, "The sources: " + what, "", path};
}

Result<SourceState> ToState(const Json& json, const std::string& path) {
  if (!json.is_object()) return Wrong(path, "an entry is no object.");
  SourceState state;
  const auto source = json.find("source");
  std::optional<Source> parsed =
      source == json.end() ? std::nullopt : ToSource(*source);
  if (!parsed) return Wrong(path + "/source", "this names no source.");
  state.source = *std::move(parsed);

  const auto status =
      internal::StatusFromText(StringMember(json, "status").value_or(""));
  if (!status) {
    return Wrong(path + "/status",
                 "the status is none of ready, empty, absent, blocked and "
                 "unreadable.");
  }
  state.status = *status;

  if (const auto records = json.find("records"); records != json.end()) {
    if (!records->is_number_unsigned()) {
      return Wrong(path + "/records", "this is no count.");
    }
    state.records = records->get<uint64_t>();
  }
  if (const auto info = json.find("info"); info != json.end()) {
    if (!info->is_object()) return Wrong(path + "/info", "this is no object.");
    state.info = info->dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  state.message = StringMember(json, "message").value_or("");
  state.watermark = StringMember(json, "watermark").value_or("");
  return state;
}

bool HasKeyPath(const SourceState& state) {
  if (state.source.kind != SourceKind::kIndexedDb) return false;
  const Json info = Parse(state.info);
  if (!info.is_object()) return false;
  const auto key_path = info.find("keyPath");
  return key_path != info.end() && !key_path->is_null();
}

// In a column whose value stays there.
bool KeepsKey(const Table& table) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].from != ColumnFrom::kKey) continue;
    const bool may_be_nulled = std::any_of(
        table.foreign_keys.begin(), table.foreign_keys.end(),
        [&](const ForeignKey& key) {
          return key.on_orphan == OnOrphan::kNull &&
                 std::count(key.columns.begin(), key.columns.end(), i) != 0;
        });
    if (!may_be_nulled || internal::HoldsAlways(table, i)) return true;
  }
  return false;
}

// Whether every record of the selection is one row of the table, with its key.
bool KeepsKeysOf(const Selection& wanted, const Table& table) {
  if (!table.each.empty() || !table.when.empty() || !table.when_sql.empty() ||
      !KeepsKey(table)) {
    return false;
  }
  return std::any_of(
      table.from.begin(), table.from.end(), [&](const Selection& from) {
        return from.source == wanted.source &&
               (from.match == Match::kAll ||
                (from.match == wanted.match && from.text == wanted.text));
      });
}

// A source may be absent when no table insists on it.
bool IsOptional(const Plan& plan, size_t source) {
  for (const Table& table : plan.tables) {
    for (const Selection& from : table.from) {
      if (from.source == source && !from.optional) return false;
    }
  }
  return true;
}

Result<void> CheckReadable(const SourceState& state) {
  ErrorCode code;
  const char* hint = "";
  switch (state.status) {
    case SourceState::Status::kReady:
    case SourceState::Status::kEmpty:
      return {};
    case SourceState::Status::kAbsent:
      code = ErrorCode::kSourceMissing;
      hint = "If it need not exist, say \"optional\": true in the plan.";
      break;
    case SourceState::Status::kBlocked:
      code = ErrorCode::kSourceBlocked;
      hint = "Close the app's other tabs and try again.";
      break;
    default:
      code = ErrorCode::kSourceUnreadable;
      hint = "Try again; the source is untouched.";
      break;
  }
  std::string message = state.source.Label() + ": ";
  message +=
      state.message.empty() ? std::string(ErrorSentence(code)) : state.message;
  return Error{code, std::move(message), hint, ""};
}

}  // namespace

Result<std::vector<SourceState>> SourceState::ParseList(std::string_view json) {
  const Json list = Parse(json);
  if (!list.is_array()) return Wrong("", "they are no JSON array.");
  std::vector<SourceState> states;
  for (size_t i = 0; i < list.size(); ++i) {
    Result<SourceState> state = ToState(list[i], "/" + std::to_string(i));
    if (!state.ok()) return std::move(state).error();
    states.push_back(std::move(state).value());
  }
  return states;
}

namespace internal {

std::string_view StatusText(SourceState::Status status) {
  for (const auto& [value, text] : kStatuses) {
    if (value == status) return text;
  }
  return "";
}

std::optional<SourceState::Status> StatusFromText(std::string_view wanted) {
  for (const auto& [value, text] : kStatuses) {
    if (text == wanted) return value;
  }
  return std::nullopt;
}

std::optional<Source> SourceFromJson(std::string_view json) {
  return ToSource(Parse(json));
}

bool IsReadable(const SourceState& state) {
  return state.status == SourceState::Status::kReady ||
         state.status == SourceState::Status::kEmpty;
}

Result<void> CheckKeys(const Plan& plan,
                       const std::vector<SourceState>& sources) {
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    if (KeepsKey(plan.tables[i])) continue;
    for (const Selection& from : plan.tables[i].from) {
      const SourceState& state = sources[from.source];
      if (state.status == SourceState::Status::kAbsent || HasKeyPath(state) ||
          std::any_of(plan.tables.begin(), plan.tables.end(),
                      [&](const Table& other) {
                        return KeepsKeysOf(from, other);
                      })) {
        continue;
      }
      return Error{ErrorCode::kPlanInvalid,
                   "The keys of " + state.source.Label() +
                       " lie outside its records, and no column takes them: "
                       "they would be lost.",
                   "Give a column the path \"$key\", or leave out primaryKey.",
                   "/tables/" + std::to_string(i) + "/columns"};
    }
  }
  return {};
}

Result<void> CheckSource(const Plan& plan, size_t source,
                         const SourceState& state) {
  if (state.source != plan.sources[source]) {
    return Wrong("/" + std::to_string(source),
                 "this is not " + plan.sources[source].Label() + ".");
  }
  if (state.status == SourceState::Status::kAbsent &&
      IsOptional(plan, source)) {
    return {};
  }
  return CheckReadable(state);
}

Result<void> CheckSources(const Plan& plan,
                          const std::vector<SourceState>& sources) {
  if (sources.size() != plan.sources.size()) {
    return Error{ErrorCode::kInvalidArgument,
                 "The plan has " + std::to_string(plan.sources.size()) +
                     " sources, " + std::to_string(sources.size()) +
                     " states were given.",
                 "", ""};
  }
  for (size_t i = 0; i < sources.size(); ++i) {
    if (auto checked = CheckSource(plan, i, sources[i]); !checked.ok()) {
      return checked;
    }
  }
  if (auto held = CheckLeftOut(plan, sources); !held.ok()) return held;
  return CheckKeys(plan, sources);
}

void TreatUnreadableAsAbsent(std::vector<SourceState>* sources) {
  for (SourceState& state : *sources) {
    if (!IsReadable(state)) state.status = SourceState::Status::kAbsent;
  }
}

std::vector<bool> SourcesToRead(const Plan& plan,
                                const std::vector<SourceState>& sources) {
  std::vector<bool> wanted(sources.size());
  for (const Table& table : plan.tables) {
    for (const Selection& from : table.from) {
      wanted[from.source] = IsReadable(sources[from.source]);
    }
  }
  // To count them; all of a source is counted by its state.
  for (const Exclusion& exclusion : plan.excluded) {
    const size_t source = exclusion.records.source;
    if (IsWhollyExcluded(plan.excluded, source)) continue;
    wanted[source] = IsReadable(sources[source]);
  }
  return wanted;
}

}  // namespace internal
}  // namespace ferrite
