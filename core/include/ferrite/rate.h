// Rate: how fast something goes and how long the rest will take.
//
// Told from time to time how far it is. The rate is that of the last kWindowMs
// of measured work. While nothing moves, nothing changes; when it moves again,
// the wait counts at most as kStall, or three times the usual wait where that
// is longer: a stall (a disk that hangs, a tab that slept) does not turn
// minutes into hours, and a source that is slow throughout is told as it is.
// Who pauses stops the clock given here, and the pause does not count at all.
//
// Not thread-safe. The clock is the host's: milliseconds from any beginning.
#ifndef FERRITE_RATE_H_
#define FERRITE_RATE_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace ferrite {

class Rate {
 public:
  static constexpr double kWindowMs = 5000;
  static constexpr double kStallMs = 1000;

  // `current` things of the stage are done. Another stage, or fewer things
  // than before, begins anew.
  void Update(std::string_view stage, uint64_t current, double now_ms);

  // 0 while unknown.
  double per_second() const;

  // Nullopt while unknown.
  std::optional<double> SecondsFor(uint64_t things) const;

 private:
  struct Advance {
    double ms;
    uint64_t things;
  };

  // The longest wait that counts in full.
  double Usual() const;

  std::string stage_;
  uint64_t current_ = 0;
  double moved_at_ = 0;
  bool has_begun_ = false;
  std::deque<Advance> window_;
  double window_ms_ = 0;
  uint64_t window_things_ = 0;
};

}  // namespace ferrite

#endif  // FERRITE_RATE_H_
