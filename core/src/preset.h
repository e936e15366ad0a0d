// Preset: one known library's layout, as its file says; core/doc/presets.md.
#ifndef FERRITE_SRC_PRESET_H_
#define FERRITE_SRC_PRESET_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/error.h"
#include "plan_json.h"
#include "preset_pattern.h"

namespace ferrite::internal {

enum class Subject {
  kDatabase,
  kVersion,
  kStore,
  kOnlyStores,
  kWithout,
  kLocalStorage,
  kSessionStorage,
};

inline bool IsEntry(Subject subject) {
  return subject == Subject::kLocalStorage ||
         subject == Subject::kSessionStorage;
}

// Something that holds, or does not, for a database or for an entry's key.
struct PresetCondition {
  Subject subject = Subject::kDatabase;
  std::vector<Pattern> patterns;  // one, but for kOnlyStores
  // kVersion
  uint64_t multiple_of = 1;
  uint64_t at_least = 0;
  // kStore
  std::optional<std::string> key_path;  // as JSON text
  std::optional<bool> auto_increment;
  std::optional<bool> filled;
  std::optional<Pattern> key;    // of one of the sample keys
  std::optional<Pattern> index;  // of one of the indexes' names
  // kLocalStorage, kSessionStorage
  std::optional<Pattern> value;

  std::string evidence;  // template; in matches only

  // What its patterns capture.
  std::vector<std::string> Names() const;
};

struct PresetMatch {
  std::vector<PresetCondition> all;  // at least one

  bool OfEntries() const { return IsEntry(all.front().subject); }
  // Names its database without any wildcard.
  bool IsExact() const;
};

struct PresetTable {
  PresetCondition from;
  JsonValue members;  // the table's, but for `from`; strings are templates
};

struct PresetExclusion {
  PresetCondition from;
  std::string reason;  // template
};

struct PresetNote {
  std::optional<PresetCondition> when;
  std::string text;  // template
};

enum class Certainty { kCertain, kLikely, kGuess };

struct Preset {
  std::string name;
  std::string library;
  Certainty certainty = Certainty::kCertain;
  std::vector<PresetMatch> matches;
  std::vector<PresetTable> tables;
  std::vector<PresetExclusion> excluded;
  std::vector<PresetNote> notes;

  // kPlanSyntax when the text is not JSON, kPlanInvalid with the path of what
  // is wrong.
  static Result<Preset> Parse(std::string_view json);
};

// The texts of core/presets/*.json, by file name. Static lifetime.
std::span<const std::string_view> BuiltInPresets();

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PRESET_H_
