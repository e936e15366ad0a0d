#include "pace.h"

#include <algorithm>
#include <cmath>

namespace ferrite::internal {

Pace::Pace(double target_ms, uint32_t most)
    : target_ms_(target_ms),
      most_(std::max(most, 1u)),
      least_(std::min(kLeast, most_)),
      budget_(target_ms > 0 ? std::min(kFirst, most_) : most_) {}

void Pace::Applied(size_t bytes, bool is_ok) {
  applied_ = is_ok ? bytes : 0;
  if (is_ok) return;
  // What was measured before led here.
  count_ = 0;
  budget_ = std::max(least_, budget_ / 2);
}

void Pace::Took(double ms) {
  const size_t bytes = applied_;
  applied_ = 0;
  if (target_ms_ <= 0 || bytes == 0 || bytes < budget_ / 2) return;
  if (!std::isfinite(ms) || ms < 0) return;
  costs_[count_++ % kRemembered] = ms / static_cast<double>(bytes);
  const double cost = MedianCost();
  // Faster than the clock can tell.
  Limit(cost > 0 ? target_ms_ / cost : 2.0 * budget_);
}

void Pace::Limit(double wanted) {
  const double now = budget_;
  const double next = std::clamp(wanted, now / 2, now * 2);
  budget_ = static_cast<uint32_t>(std::clamp(next, static_cast<double>(least_),
                                             static_cast<double>(most_)));
}

double Pace::MedianCost() const {
  std::array<double, kRemembered> sorted = costs_;
  const size_t known = std::min(count_, kRemembered);
  // Of an even number the lower one: the first batch of all is a slow one.
  const size_t middle = (known - 1) / 2;
  std::nth_element(sorted.begin(), sorted.begin() + middle,
                   sorted.begin() + known);
  return sorted[middle];
}

}  // namespace ferrite::internal
