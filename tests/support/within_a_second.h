// "Within a second" for input that is meant to take for ever.
#ifndef FERRITE_TESTS_SUPPORT_WITHIN_A_SECOND_H_
#define FERRITE_TESTS_SUPPORT_WITHIN_A_SECOND_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <string>
#include <string_view>

#ifdef __EMSCRIPTEN__
#include <emscripten/em_asm.h>
#endif

namespace ferrite::testing {

// What is over a second would take hours, so a machine that does other work may
// have five, and the sanitizers, which are slow by design, twenty.
#if defined(FERRITE_SANITIZED)
inline constexpr double kSecond = 20;
#else
inline constexpr double kSecond = 5;
#endif

inline double ClockSeconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

// Processor time of this process, all threads.
inline double ProcessorSeconds() {
#ifdef __EMSCRIPTEN__
  return EM_ASM_DOUBLE({
    const used = process.cpuUsage();
    return (used.user + used.system) / 1e6;
  });
#else
  return ClockSeconds();
#endif
}

// Expects of its own life to take less: processor time of this process, since
// what else the machine does does not count. Emscripten's clock() is the
// wall's, and Node's processor time has its compiler threads in it: under Node
// the smaller of the two is nearest.
class WithinASecond {
 public:
  explicit WithinASecond(std::string_view what) : what_(what.substr(0, 100)) {}
  ~WithinASecond() {
    EXPECT_LT(std::min(ClockSeconds() - clock_begin_,
                       ProcessorSeconds() - processor_begin_),
              kSecond)
        << what_;
  }
  WithinASecond(const WithinASecond&) = delete;
  WithinASecond& operator=(const WithinASecond&) = delete;

 private:
  const std::string what_;
  const double clock_begin_ = ClockSeconds();
  const double processor_begin_ = ProcessorSeconds();
};

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_WITHIN_A_SECOND_H_
