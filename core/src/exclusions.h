// Exclusions: tells which records a plan leaves where they are.
#ifndef FERRITE_CORE_SRC_EXCLUSIONS_H_
#define FERRITE_CORE_SRC_EXCLUSIONS_H_

#include <algorithm>
#include <vector>

#include "ferrite/plan.h"
#include "selection.h"

namespace ferrite::internal {

// The first exclusion that names the record with this (encoded) key of a
// source; their number when none does.
inline size_t FindExclusion(const std::vector<Exclusion>& excluded,
                            size_t source, Bytes key) {
  const auto found = std::find_if(excluded.begin(), excluded.end(),
                                  [&](const Exclusion& exclusion) {
                                    return exclusion.records.source == source &&
                                           Selects(exclusion.records, key);
                                  });
  return static_cast<size_t>(found - excluded.begin());
}

inline bool IsExcluded(const Plan& plan, size_t source, Bytes key) {
  return FindExclusion(plan.excluded, source, key) < plan.excluded.size();
}

// Whether all of a source is excluded, whatever its keys.
inline bool IsWhollyExcluded(const std::vector<Exclusion>& excluded,
                             size_t source) {
  return std::any_of(excluded.begin(), excluded.end(),
                     [&](const Exclusion& exclusion) {
                       return exclusion.records.source == source &&
                              exclusion.records.match == Match::kAll;
                     });
}

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_EXCLUSIONS_H_
