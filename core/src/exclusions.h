// Exclusions: tells which records a plan leaves where they are.
#ifndef FERRITE_CORE_SRC_EXCLUSIONS_H_
#define FERRITE_CORE_SRC_EXCLUSIONS_H_

#include <algorithm>

#include "ferrite/plan.h"
#include "selection.h"

namespace ferrite::internal {

// Whether the plan excludes the record with this (encoded) key of a source.
inline bool IsExcluded(const Plan& plan, size_t source, Bytes key) {
  return std::any_of(plan.excluded.begin(), plan.excluded.end(),
                     [&](const Exclusion& exclusion) {
                       return exclusion.records.source == source &&
                              Selects(exclusion.records, key);
                     });
}

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_EXCLUSIONS_H_
