#include "preset.h"

#include <algorithm>
#include <utility>

#include "plan_check.h"
#include "preset_condition.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

using Type = JsonValue::Type;

constexpr std::string_view kCertainties[] = {"certain", "likely", "guess"};

// What templates may name: of databases and of entries apart.
struct Scope {
  std::vector<std::string> database = {"database", "store"};
  std::vector<std::string> entry = {"count"};
};

Result<std::string> Text(const JsonValue& parent, std::string_view name,
                         const std::string& path) {
  const JsonValue& value = *parent.Find(name);
  if (auto is = Expect(value, Type::kString, "a text", Below(path, name));
      !is.ok()) {
    return is.error();
  }
  if (value.text.empty()) {
    return Invalid(Below(path, name), "The text is empty.",
                   "Give it at least one character.");
  }
  return value.text;
}

Result<void> CheckTemplate(std::string_view text,
                           const std::vector<std::string>& known,
                           const std::string& path) {
  std::string reason;
  const auto names = TemplateNames(text, &reason);
  if (!names) return Invalid(path, reason, "Write {{ for a brace itself.");
  const std::vector<std::string_view> words(known.begin(), known.end());
  for (const std::string& name : *names) {
    if (std::find(words.begin(), words.end(), name) != words.end()) continue;
    return Invalid(path, "Nothing captures " + Quoted(name) + ".",
                   SuggestHint(name, words));
  }
  return {};
}

Result<void> CheckTemplates(const JsonValue& value,
                            const std::vector<std::string>& known,
                            const std::string& path) {
  if (value.Is(Type::kString)) return CheckTemplate(value.text, known, path);
  for (size_t i = 0; i < value.items.size(); ++i) {
    const std::string at =
        value.Is(Type::kObject) ? Below(path, value.names[i]) : Below(path, i);
    if (auto is = CheckTemplates(value.items[i], known, at); !is.ok())
      return is;
  }
  return {};
}

std::vector<std::string> Known(const Scope& scope,
                               const PresetCondition& from) {
  std::vector<std::string> known =
      IsEntry(from.subject) ? scope.entry : scope.database;
  for (std::string& name : from.Names()) known.push_back(std::move(name));
  return known;
}

// Runs `parse(item, path)` on each item of the member, when it is there.
template <typename Parse>
Result<void> ForEach(const JsonValue& root, std::string_view member,
                     Parse parse) {
  const JsonValue* list = root.Find(member);
  if (list == nullptr) return {};
  const std::string path = Below("", member);
  if (auto is = Expect(*list, Type::kArray, "an array", path); !is.ok())
    return is;
  for (size_t i = 0; i < list->items.size(); ++i) {
    if (Result<void> is = parse(list->items[i], Below(path, i)); !is.ok())
      return is;
  }
  return {};
}

Result<void> ParseMatch(const JsonValue& json, const std::string& path,
                        Preset* preset) {
  static constexpr std::string_view kMembers[] = {"all"};
  if (auto is = ExpectObject(json, "a match", kMembers, kMembers, path);
      !is.ok()) {
    return is;
  }
  const JsonValue& all = *json.Find("all");
  const std::string all_path = Below(path, "all");
  if (auto is = Expect(all, Type::kArray, "an array of conditions", all_path);
      !is.ok()) {
    return is;
  }
  if (all.items.empty()) {
    return Invalid(all_path, "A match has no conditions.",
                   "Give at least one.");
  }
  PresetMatch match;
  for (size_t i = 0; i < all.items.size(); ++i) {
    auto condition = ParsePresetCondition(all.items[i], ConditionUse::kMatch,
                                          Below(all_path, i));
    if (!condition.ok()) return condition.error();
    if (i > 0 && (match.OfEntries() || IsEntry(condition->subject))) {
      return Invalid(Below(all_path, i),
                     "A condition on keys stands among others.",
                     "A match is about one database, or has one condition on "
                     "the keys of localStorage or sessionStorage.");
    }
    match.all.push_back(std::move(condition).value());
  }
  preset->matches.push_back(std::move(match));
  return {};
}

// A name counts as captured when every match of a database captures it.
Scope ScopeOf(const Preset& preset) {
  Scope scope;
  std::optional<std::vector<std::string>> common;
  for (const PresetMatch& match : preset.matches) {
    if (match.OfEntries()) continue;
    std::vector<std::string> names;
    for (const PresetCondition& condition : match.all) {
      for (std::string& name : condition.Names()) {
        if (!common ||
            std::find(common->begin(), common->end(), name) != common->end()) {
          names.push_back(std::move(name));
        }
      }
    }
    common = std::move(names);
  }
  if (common) {
    scope.database.insert(scope.database.end(), common->begin(), common->end());
  }
  return scope;
}

Result<void> CheckEvidence(const Preset& preset) {
  for (size_t i = 0; i < preset.matches.size(); ++i) {
    const PresetMatch& match = preset.matches[i];
    Scope scope;
    for (const PresetCondition& condition : match.all) {
      for (std::string& name : Known(scope, condition)) {
        scope.database.push_back(std::move(name));
      }
    }
    for (size_t j = 0; j < match.all.size(); ++j) {
      const std::string path = "/matches/" + std::to_string(i) + "/all/" +
                               std::to_string(j) + "/evidence";
      const auto known =
          match.OfEntries() ? Known(scope, match.all[j]) : scope.database;
      if (auto is = CheckTemplate(match.all[j].evidence, known, path); !is.ok())
        return is;
    }
  }
  return {};
}

Result<void> ParseTable(const JsonValue& json, const Scope& scope,
                        const std::string& path, Preset* preset) {
  static constexpr std::string_view kMembers[] = {
      "$comment",    "name",    "from",     "as",         "each",
      "when",        "schema",  "columns",  "primaryKey", "unique",
      "foreignKeys", "indexes", "unmapped", "drop"};
  static constexpr std::string_view kRequired[] = {"name", "from"};
  if (auto is = ExpectObject(json, "a table", kMembers, kRequired, path);
      !is.ok()) {
    return is;
  }
  auto name = Text(json, "name", path);
  if (!name.ok()) return name.error();
  if (const JsonValue* columns = json.Find("columns");
      columns != nullptr && !columns->Is(Type::kObject) &&
      !(columns->Is(Type::kString) && columns->text == "infer")) {
    return Invalid(Below(path, "columns"), "Found " + Describe(*columns) + ".",
                   R"(Expected an object of columns, or "infer".)");
  }
  PresetTable table;
  auto from = ParsePresetCondition(*json.Find("from"), ConditionUse::kFrom,
                                   Below(path, "from"));
  if (!from.ok()) return from.error();
  table.from = std::move(from).value();
  table.members.type = Type::kObject;
  for (size_t i = 0; i < json.names.size(); ++i) {
    if (json.names[i] == "from") continue;
    table.members.names.push_back(json.names[i]);
    table.members.items.push_back(json.items[i]);
  }
  if (auto is = CheckTemplates(table.members, Known(scope, table.from), path);
      !is.ok()) {
    return is;
  }
  preset->tables.push_back(std::move(table));
  return {};
}

Result<void> ParseExclusion(const JsonValue& json, const Scope& scope,
                            const std::string& path, Preset* preset) {
  static constexpr std::string_view kMembers[] = {"from", "reason"};
  if (auto is = ExpectObject(json, "an exclusion", kMembers, kMembers, path);
      !is.ok()) {
    return is;
  }
  auto from = ParsePresetCondition(*json.Find("from"), ConditionUse::kFrom,
                                   Below(path, "from"));
  if (!from.ok()) return from.error();
  auto reason = Text(json, "reason", path);
  if (!reason.ok()) return reason.error();
  if (auto is =
          CheckTemplate(*reason, Known(scope, *from), Below(path, "reason"));
      !is.ok()) {
    return is;
  }
  preset->excluded.push_back(
      {std::move(from).value(), std::move(reason).value()});
  return {};
}

Result<void> ParseNote(const JsonValue& json, const Scope& scope,
                       const std::string& path, Preset* preset) {
  static constexpr std::string_view kMembers[] = {"text", "when"};
  PresetNote note;
  std::vector<std::string> known = scope.database;
  std::string text_path = path;
  if (json.Is(Type::kString)) {
    note.text = json.text;
  } else {
    if (auto is = ExpectObject(json, "a note", kMembers, kMembers, path);
        !is.ok()) {
      return is;
    }
    auto text = Text(json, "text", path);
    if (!text.ok()) return text.error();
    note.text = std::move(text).value();
    text_path = Below(path, "text");
    auto when = ParsePresetCondition(*json.Find("when"), ConditionUse::kFrom,
                                     Below(path, "when"));
    if (!when.ok()) return when.error();
    known = Known(scope, *when);
    note.when = std::move(when).value();
  }
  if (auto is = CheckTemplate(note.text, known, text_path); !is.ok()) return is;
  preset->notes.push_back(std::move(note));
  return {};
}

Result<void> ParseHead(const JsonValue& root, Preset* preset) {
  static constexpr std::string_view kMembers[] = {
      "$schema",   "$comment", "preset", "name",     "library", "homepage",
      "certainty", "matches",  "tables", "excluded", "notes"};
  static constexpr std::string_view kRequired[] = {"preset", "name", "library",
                                                   "matches"};
  if (auto is = ExpectObject(root, "a preset", kMembers, kRequired, "");
      !is.ok()) {
    return is;
  }
  const JsonValue& version = *root.Find("preset");
  if (!version.Is(Type::kNumber) || version.number != 1) {
    return Invalid("/preset", "Found " + Describe(version) + ".",
                   "Expected 1, the version of the preset format.");
  }
  auto name = Text(root, "name", "");
  if (!name.ok()) return name.error();
  preset->name = std::move(name).value();
  auto library = Text(root, "library", "");
  if (!library.ok()) return library.error();
  preset->library = std::move(library).value();
  for (const std::string_view member : {"$schema", "$comment", "homepage"}) {
    if (root.Find(member) == nullptr) continue;
    if (auto text = Text(root, member, ""); !text.ok()) return text.error();
  }
  if (const JsonValue* certainty = root.Find("certainty")) {
    auto word =
        ExpectWord(*certainty, kCertainties, "a certainty", "/certainty");
    if (!word.ok()) return word.error();
    preset->certainty = static_cast<Certainty>(*word);
  }
  return {};
}

}  // namespace

std::vector<std::string> PresetCondition::Names() const {
  std::vector<std::string> names;
  const auto add = [&names](const Pattern& pattern) {
    for (std::string& name : pattern.Names()) names.push_back(std::move(name));
  };
  std::for_each(patterns.begin(), patterns.end(), add);
  for (const auto* pattern : {&key, &index, &value}) {
    if (*pattern) add(**pattern);
  }
  return names;
}

bool PresetMatch::IsExact() const {
  return std::any_of(all.begin(), all.end(), [](const PresetCondition& c) {
    return c.subject == Subject::kDatabase && c.patterns.front().IsExact();
  });
}

Result<Preset> Preset::Parse(std::string_view json) {
  auto root = ParsePlanJson(json);
  if (!root.ok()) return root.error();
  Preset preset;
  if (auto head = ParseHead(*root, &preset); !head.ok()) return head.error();
  auto is = ForEach(*root, "matches", [&](const auto& item, const auto& path) {
    return ParseMatch(item, path, &preset);
  });
  if (!is.ok()) return is.error();
  if (preset.matches.empty()) {
    return Invalid("/matches", "The preset matches nothing.",
                   "Give at least one match.");
  }
  if (is = CheckEvidence(preset); !is.ok()) return is.error();
  const Scope scope = ScopeOf(preset);
  is = ForEach(*root, "tables", [&](const auto& item, const auto& path) {
    return ParseTable(item, scope, path, &preset);
  });
  if (!is.ok()) return is.error();
  is = ForEach(*root, "excluded", [&](const auto& item, const auto& path) {
    return ParseExclusion(item, scope, path, &preset);
  });
  if (!is.ok()) return is.error();
  is = ForEach(*root, "notes", [&](const auto& item, const auto& path) {
    return ParseNote(item, scope, path, &preset);
  });
  if (!is.ok()) return is.error();
  return preset;
}

}  // namespace ferrite::internal
