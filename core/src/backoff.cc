#include "ferrite/backoff.h"

#include <algorithm>
#include <utility>

namespace ferrite {

Backoff::Backoff(const Options& options, std::function<double()> random)
    : options_(options), random_(std::move(random)) {}

std::optional<int64_t> Backoff::Next(int64_t asked_for_ms) {
  if (failures_ >= options_.retries) return std::nullopt;
  const int doublings = std::min(failures_++, 30);
  ++total_;
  const double longest =
      std::min(static_cast<double>(options_.longest_ms),
               static_cast<double>(options_.first_ms) *
                   static_cast<double>(int64_t{1} << doublings));
  const auto wait = static_cast<int64_t>(longest * random_());
  return std::min(std::max(wait, asked_for_ms), options_.longest_ms);
}

}  // namespace ferrite
