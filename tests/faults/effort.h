// How much of what could be tried is tried: everything with FERRITE_FAULTS=full
// (scripts/check kill, scripts/check faults), one point with its number, else a
// sample.
#ifndef FERRITE_TESTS_FAULTS_EFFORT_H_
#define FERRITE_TESTS_FAULTS_EFFORT_H_

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string_view>
#include <vector>

namespace ferrite::testing {

// The numbers from `first` to `last`: all of them, or about `most`, one from
// each of as many strata, the same for the same seed.
inline std::vector<uint64_t> Chosen(uint64_t first, uint64_t last,
                                    uint64_t most, uint32_t seed) {
  const char* set = std::getenv("FERRITE_FAULTS");
  const std::string_view effort = set == nullptr ? "" : set;
  if (!effort.empty() && effort != "full") {
    return {std::strtoull(set, nullptr, 10)};
  }
  std::vector<uint64_t> chosen;
  const uint64_t count = last - first + 1;
  const uint64_t stride =
      effort == "full" ? 1 : std::max<uint64_t>(count / most, 1);
  std::mt19937 random(seed);
  for (uint64_t from = first; from <= last; from += stride) {
    chosen.push_back(std::min(from + random() % stride, last));
  }
  return chosen;
}

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_FAULTS_EFFORT_H_
