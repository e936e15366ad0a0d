#include "ferrite/layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "layout_facts.h"
#include "layout_names.h"
#include "preset.h"
#include "preset_condition.h"
#include "preset_tables.h"

namespace ferrite {
namespace {

using internal::Captures;
using internal::Certainty;
using internal::DatabaseFacts;
using internal::EntryFacts;
using internal::Fill;
using internal::Holds;
using internal::JsonValue;
using internal::LayoutFacts;
using internal::Preset;
using internal::PresetCondition;
using internal::PresetMatch;
using internal::StoreFacts;
using internal::Subject;
using Json = nlohmann::ordered_json;

constexpr const char* kCertainties[] = {"certain", "likely", "guess"};

// One way to recognise a layout. They are tried in order.
struct Candidate {
  const Preset* preset;
  const PresetMatch* match;
  bool built_in;
};

bool Before(const Candidate& a, const Candidate& b) {
  const auto rank = [](const Candidate& c) {
    return std::array<size_t, 4>{
        c.built_in, static_cast<size_t>(c.preset->certainty),
        !c.match->IsExact(), SIZE_MAX - c.match->all.size()};
  };
  return rank(a) < rank(b);
}

struct Area {
  Subject subject;
  const char* name;
  std::vector<EntryFacts> left;  // entries that no layout has yet
};

Json FillAll(const JsonValue& value, const Captures& captures) {
  switch (value.type) {
    case JsonValue::Type::kNull:
      return nullptr;
    case JsonValue::Type::kBool:
      return value.boolean;
    case JsonValue::Type::kNumber:
      if (std::floor(value.number) == value.number &&
          std::abs(value.number) < 9e15) {
        return static_cast<int64_t>(value.number);
      }
      return value.number;
    case JsonValue::Type::kString:
      return Fill(value.text, captures);
    case JsonValue::Type::kArray: {
      Json array = Json::array();
      for (const JsonValue& item : value.items)
        array.push_back(FillAll(item, captures));
      return array;
    }
    case JsonValue::Type::kObject: {
      Json object = Json::object();
      for (size_t i = 0; i < value.items.size(); ++i)
        object[value.names[i]] = FillAll(value.items[i], captures);
      return object;
    }
  }
  return nullptr;
}

Json StoreSource(const DatabaseFacts& database, const StoreFacts& store) {
  return {{"indexedDB", database.name}, {"store", store.name}};
}

Json EntrySource(const Area& area, const PresetCondition& from,
                 const Captures& captures) {
  const auto form = from.patterns.front().ToPlan(captures);
  if (form.member.empty()) return {{area.name, true}};
  return {{area.name, {{std::string(form.member), form.text}}}};
}

class Recognizer {
 public:
  Recognizer(LayoutFacts facts, std::vector<Candidate> candidates)
      : facts_(std::move(facts)), candidates_(std::move(candidates)) {}

  std::string Run() {
    for (const DatabaseFacts& database : facts_.databases)
      RecognizeDatabase(database);
    Area areas[] = {
        {Subject::kLocalStorage, "localStorage", facts_.local_storage},
        {Subject::kSessionStorage, "sessionStorage", facts_.session_storage}};
    std::vector<const Preset*> seen;
    for (const Candidate& candidate : candidates_) {
      if (!candidate.match->OfEntries() ||
          std::find(seen.begin(), seen.end(), candidate.preset) != seen.end()) {
        continue;
      }
      seen.push_back(candidate.preset);
      RecognizeEntries(*candidate.preset, areas);
    }
    for (const Area& area : areas) {
      for (const EntryFacts& entry : area.left)
        unknown_.push_back({{area.name, {{"key", entry.key}}}});
    }
    return Json{{"layouts", std::move(layouts_)},
                {"unknown", std::move(unknown_)}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
  }

 private:
  static Json Begin(const Preset& preset) {
    return {{"preset", preset.name},
            {"library", preset.library},
            {"certainty", kCertainties[static_cast<size_t>(preset.certainty)]},
            {"evidence", Json::array()},
            {"tables", Json::array()},
            {"excluded", Json::array()},
            {"notes", Json::array()}};
  }

  void AddTable(const internal::PresetTable& table, const Captures& captures,
                Json from, Json* layout) {
    Json json = FillAll(table.members, captures);
    // The name first, then where it is from, as people write plans.
    Json result = {{"name", names_.Take(json["name"].get<std::string>())},
                   {"from", std::move(from)}};
    for (auto& [name, value] : json.items()) {
      if (name != "name") result[name] = std::move(value);
    }
    (*layout)["tables"].push_back(std::move(result));
  }

  void RecognizeDatabase(const DatabaseFacts& database) {
    for (const Candidate& candidate : candidates_) {
      Captures captures = {{"database", database.name}};
      Json layout = Begin(*candidate.preset);
      const auto& all = candidate.match->all;
      const bool matches =
          std::all_of(all.begin(), all.end(), [&](const PresetCondition& c) {
            if (!Holds(c, database, &captures)) return false;
            layout["evidence"].push_back(Fill(c.evidence, captures));
            return true;
          });
      if (!matches) continue;
      captures.erase("store");
      AddStores(*candidate.preset, database, captures, &layout);
      AddNotes(*candidate.preset, database, captures, &layout);
      layouts_.push_back(std::move(layout));
      return;
    }
    for (const StoreFacts& store : database.stores)
      unknown_.push_back(StoreSource(database, store));
  }

  // A note on a store once for each that it holds for.
  static void AddNotes(const Preset& preset, const DatabaseFacts& database,
                       const Captures& captures, Json* layout) {
    for (const internal::PresetNote& note : preset.notes) {
      if (!note.when) {
        (*layout)["notes"].push_back(Fill(note.text, captures));
      } else if (note.when->subject == Subject::kStore) {
        for (const StoreFacts& store : database.stores) {
          Captures noted = captures;
          if (Holds(*note.when, store, &noted))
            (*layout)["notes"].push_back(Fill(note.text, noted));
        }
      }
    }
  }

  // Exclusions first: what is not to be moved is in no table.
  void AddStores(const Preset& preset, const DatabaseFacts& database,
                 const Captures& captures, Json* layout) {
    for (const StoreFacts& store : database.stores) {
      bool known = false;
      for (const auto& exclusion : preset.excluded) {
        Captures found = captures;
        if (known || exclusion.from.subject != Subject::kStore ||
            !Holds(exclusion.from, store, &found)) {
          continue;
        }
        known = true;
        (*layout)["excluded"].push_back(
            {{"from", StoreSource(database, store)},
             {"reason", Fill(exclusion.reason, found)}});
      }
      if (!known) known = AddTables(preset, database, store, captures, layout);
      if (!known) unknown_.push_back(StoreSource(database, store));
    }
  }

  // A store is in all tables that name it, else in all whose pattern fits.
  bool AddTables(const Preset& preset, const DatabaseFacts& database,
                 const StoreFacts& store, const Captures& captures,
                 Json* layout) {
    for (const bool exact : {true, false}) {
      bool known = false;
      for (const auto& table : preset.tables) {
        Captures found = captures;
        if (table.from.subject != Subject::kStore ||
            table.from.patterns.front().IsExact() != exact ||
            !Holds(table.from, store, &found)) {
          continue;
        }
        known = true;
        AddTable(table, found, StoreSource(database, store), layout);
      }
      if (known) return true;
    }
    return false;
  }

  void RecognizeEntries(const Preset& preset, Area (&areas)[2]) {
    Json layout = Begin(preset);
    for (const PresetMatch& match : preset.matches) {
      if (match.OfEntries()) AddEvidence(match.all.front(), areas, &layout);
    }
    if (layout["evidence"].empty()) return;
    std::vector<EntryFacts> before;
    for (const Area& area : areas)
      before.insert(before.end(), area.left.begin(), area.left.end());
    for (const auto& exclusion : preset.excluded) {
      ForEachGroup(exclusion.from, areas,
                   [&](Json from, const Captures& found) {
                     layout["excluded"].push_back(
                         {{"from", std::move(from)},
                          {"reason", Fill(exclusion.reason, found)}});
                   });
    }
    // Entries are in all tables with the first pattern that they fit.
    for (auto table = preset.tables.begin(); table != preset.tables.end();
         ++table) {
      ForEachGroup(table->from, areas, [&](Json from, const Captures& found) {
        for (auto same = table; same != preset.tables.end(); ++same) {
          if (same->from.subject == table->from.subject &&
              same->from.patterns == table->from.patterns) {
            AddTable(*same, found, from, &layout);
          }
        }
      });
    }
    if (layout["tables"].empty() && layout["excluded"].empty()) return;
    for (const internal::PresetNote& note : preset.notes) {
      Captures noted;
      if (!note.when ||
          std::any_of(before.begin(), before.end(), [&](const auto& entry) {
            return IsEntry(note.when->subject) &&
                   Holds(*note.when, entry, &noted);
          })) {
        layout["notes"].push_back(Fill(note.text, noted));
      }
    }
    layouts_.push_back(std::move(layout));
  }

  static void AddEvidence(const PresetCondition& condition, Area (&areas)[2],
                          Json* layout) {
    for (const Area& area : areas) {
      if (area.subject != condition.subject) continue;
      size_t count = 0;
      Captures first;
      for (const EntryFacts& entry : area.left) {
        Captures found;
        if (!Holds(condition, entry, &found)) continue;
        if (count++ == 0) first = std::move(found);
      }
      if (count == 0) continue;
      first["count"] = std::to_string(count);
      (*layout)["evidence"].push_back(Fill(condition.evidence, first));
    }
  }

  // `use(source, captures)` once for each way in which the condition's
  // pattern is filled by entries that are left; they are then taken.
  template <typename Use>
  static void ForEachGroup(const PresetCondition& condition, Area (&areas)[2],
                           Use use) {
    for (Area& area : areas) {
      if (area.subject != condition.subject) continue;
      std::vector<Captures> groups;
      std::erase_if(area.left, [&](const EntryFacts& entry) {
        Captures found;
        if (!Holds(condition, entry, &found)) return false;
        if (std::find(groups.begin(), groups.end(), found) == groups.end())
          groups.push_back(std::move(found));
        return true;
      });
      for (const Captures& group : groups)
        use(EntrySource(area, condition, group), group);
    }
  }

  const LayoutFacts facts_;
  const std::vector<Candidate> candidates_;
  internal::TableNames names_;
  Json layouts_ = Json::array();
  Json unknown_ = Json::array();
};

Error InPreset(Error error, size_t number) {
  error.code = ErrorCode::kPlanInvalid;
  error.message = "Preset " + std::to_string(number + 1) + ": " + error.message;
  return error;
}

void AddCandidates(const Preset& preset, bool built_in,
                   std::vector<Candidate>* candidates) {
  for (const PresetMatch& match : preset.matches)
    candidates->push_back({&preset, &match, built_in});
}

}  // namespace

Result<std::string> RecognizeLayouts(std::string_view facts) {
  return RecognizeLayouts(facts, {});
}

Result<std::string> RecognizeLayouts(std::string_view facts,
                                     const std::vector<std::string>& presets) {
  Result<LayoutFacts> parsed = LayoutFacts::Parse(facts);
  if (!parsed.ok()) return parsed.error();
  std::vector<Preset> all;
  for (size_t i = 0; i < presets.size(); ++i) {
    Result<Preset> preset = Preset::Parse(presets[i]);
    if (!preset.ok()) return InPreset(preset.error(), i);
    if (auto is = internal::CheckPresetTables(*preset); !is.ok())
      return InPreset(is.error(), i);
    all.push_back(std::move(preset).value());
  }
  for (const std::string_view text : internal::BuiltInPresets()) {
    Result<Preset> preset = Preset::Parse(text);
    if (!preset.ok()) return preset.error();
    all.push_back(std::move(preset).value());
  }
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < all.size(); ++i)
    AddCandidates(all[i], i >= presets.size(), &candidates);
  std::stable_sort(candidates.begin(), candidates.end(), Before);
  return Recognizer(std::move(parsed).value(), std::move(candidates)).Run();
}

}  // namespace ferrite
