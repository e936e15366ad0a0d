#include "ferrite/rate.h"

#include <algorithm>
#include <vector>

namespace ferrite {
namespace {

// Hosts that tell more often than that are taken together.
constexpr double kLeastMs = 20;
// Of waits, before one of them can be called unusual.
constexpr size_t kFew = 3;

}  // namespace

void Rate::Update(std::string_view stage, uint64_t current, double now_ms) {
  if (!has_begun_ || stage != stage_ || current < current_) {
    has_begun_ = true;
    stage_ = stage;
    current_ = current;
    moved_at_ = now_ms;
    window_.clear();
    window_ms_ = 0;
    window_things_ = 0;
    return;
  }
  const double waited = now_ms - moved_at_;
  if (current == current_ || waited < kLeastMs) return;
  const Advance advance{std::min(waited, Usual()), current - current_};
  current_ = current;
  moved_at_ = now_ms;
  window_.push_back(advance);
  window_ms_ += advance.ms;
  window_things_ += advance.things;
  while (window_.size() > kFew && window_ms_ - window_.front().ms > kWindowMs) {
    window_ms_ -= window_.front().ms;
    window_things_ -= window_.front().things;
    window_.pop_front();
  }
}

double Rate::per_second() const {
  return window_ms_ > 0
             ? static_cast<double>(window_things_) * 1000 / window_ms_
             : 0;
}

std::optional<double> Rate::SecondsFor(uint64_t things) const {
  const double rate = per_second();
  if (rate <= 0) return std::nullopt;
  return static_cast<double>(things) / rate;
}

double Rate::Usual() const {
  if (window_.size() < kFew) return kWindowMs;
  std::vector<double> waits;
  for (const Advance& advance : window_) waits.push_back(advance.ms);
  const auto middle = waits.begin() + static_cast<ptrdiff_t>(waits.size() / 2);
  std::nth_element(waits.begin(), middle, waits.end());
  return std::max(kStallMs, 3 * *middle);
}

}  // namespace ferrite
