// "Within a second" for input that is meant to take for ever.
#ifndef FERRITE_TESTS_SUPPORT_WITHIN_A_SECOND_H_
#define FERRITE_TESTS_SUPPORT_WITHIN_A_SECOND_H_

#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <string_view>

namespace ferrite::testing {

// What is over a second would take hours, so the sanitizers, which are slow by
// design, may have ten.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr double kSecond = 10;
#else
inline constexpr double kSecond = 1;
#endif

// Expects of its own life to take less: processor time of this process, since
// what else the machine does does not count.
class WithinASecond {
 public:
  explicit WithinASecond(std::string_view what) : what_(what.substr(0, 100)) {}
  ~WithinASecond() {
    EXPECT_LT(static_cast<double>(std::clock() - begin_) / CLOCKS_PER_SEC,
              kSecond)
        << what_;
  }
  WithinASecond(const WithinASecond&) = delete;
  WithinASecond& operator=(const WithinASecond&) = delete;

 private:
  const std::string what_;
  const std::clock_t begin_ = std::clock();
};

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_WITHIN_A_SECOND_H_
