// Whether the tables of a preset are ones that a plan can have.
#ifndef FERRITE_SRC_PRESET_TABLES_H_
#define FERRITE_SRC_PRESET_TABLES_H_

#include "ferrite/error.h"
#include "preset.h"

namespace ferrite::internal {

// Parses the preset's tables as those of a plan, with "1" for whatever is
// captured and no columns where they are inferred. kPlanInvalid with the path
// in the preset.
Result<void> CheckPresetTables(const Preset& preset);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PRESET_TABLES_H_
