// The wall clock, which the core does not have.
#ifndef FERRITE_NATIVE_CLOCK_H_
#define FERRITE_NATIVE_CLOCK_H_

#include <chrono>
#include <cstdint>

namespace ferrite {

// Milliseconds since the epoch.
inline int64_t Now() {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  using std::chrono::system_clock;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch())
      .count();
}

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLOCK_H_
