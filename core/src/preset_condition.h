// Conditions of presets: how they are written and when they hold.
#ifndef FERRITE_SRC_PRESET_CONDITION_H_
#define FERRITE_SRC_PRESET_CONDITION_H_

#include <string>

#include "ferrite/error.h"
#include "layout_facts.h"
#include "plan_json.h"
#include "preset.h"

namespace ferrite::internal {

enum class ConditionUse {
  kMatch,  // any condition, with the sentence of evidence it gives
  kFrom,   // a store, or keys
};

// kPlanInvalid with the path.
Result<PresetCondition> ParsePresetCondition(const JsonValue& json,
                                             ConditionUse use,
                                             const std::string& path);

// Whether it holds for the store. What was captured, with {store}, is added.
bool Holds(const PresetCondition& condition, const StoreFacts& store,
           Captures* captures);

// Whether it holds for the database, by whichever store it is about.
bool Holds(const PresetCondition& condition, const DatabaseFacts& database,
           Captures* captures);

// Whether it holds for the entry.
bool Holds(const PresetCondition& condition, const EntryFacts& entry,
           Captures* captures);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PRESET_CONDITION_H_
