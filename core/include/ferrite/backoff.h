// Backoff: how long to wait before what failed is tried again.
//
// The longest wait doubles with each failure, and the wait lies anywhere below
// it (full jitter), so that clients cut off together do not come back
// together. The randomness is the host's. Not thread-safe.
#ifndef FERRITE_BACKOFF_H_
#define FERRITE_BACKOFF_H_

#include <cstdint>
#include <functional>
#include <optional>

namespace ferrite {

class Backoff {
 public:
  struct Options {
    int retries = 3;          // in a row
    int64_t first_ms = 1000;  // the longest wait after the first failure
    int64_t longest_ms = 30000;
  };

  // `random` gives numbers from 0 to 1.
  Backoff(const Options& options, std::function<double()> random);

  // It went on.
  void Reset() { failures_ = 0; }

  // The wait before the next attempt, in ms; nullopt when there were enough.
  // `asked_for_ms`: what the other side asked for, which is the least, up to
  // longest_ms.
  std::optional<int64_t> Next(int64_t asked_for_ms = 0);

  // Of all waits so far.
  int total() const { return total_; }

 private:
  const Options options_;
  const std::function<double()> random_;
  int failures_ = 0;
  int total_ = 0;
};

}  // namespace ferrite

#endif  // FERRITE_BACKOFF_H_
