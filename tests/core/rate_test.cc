#include "ferrite/rate.h"

#include <gtest/gtest.h>

namespace ferrite {
namespace {

// Work whose clock is the test's.
struct Work {
  Rate rate;
  double now = 100;
  uint64_t current = 0;

  Work() { rate.Update("copy", 0, now); }
  void Run(int steps, double ms, uint64_t things) {
    for (int i = 0; i < steps; ++i) {
      now += ms;
      current += things;
      rate.Update("copy", current, now);
    }
  }
};

TEST(Rate, IsUnknownUntilSomethingMoved) {
  Work work;
  EXPECT_EQ(work.rate.per_second(), 0);
  EXPECT_FALSE(work.rate.SecondsFor(10).has_value());
  work.now += 500;
  work.rate.Update("copy", 0, work.now);
  EXPECT_FALSE(work.rate.SecondsFor(10).has_value());
}

TEST(Rate, TellsASteadyPace) {
  Work work;
  work.Run(50, 100, 500);
  EXPECT_DOUBLE_EQ(work.rate.per_second(), 5000);
  EXPECT_DOUBLE_EQ(*work.rate.SecondsFor(20000), 4);
}

TEST(Rate, DoesNotChangeWhileNothingMoves) {
  Work work;
  work.Run(50, 100, 500);
  for (int i = 0; i < 600; ++i) {
    work.now += 100;
    work.rate.Update("copy", work.current, work.now);
  }
  EXPECT_DOUBLE_EQ(*work.rate.SecondsFor(20000), 4);
}

TEST(Rate, AStallDoesNotMakeHoursOfMinutes) {
  Work work;
  work.Run(50, 100, 500);
  work.Run(1, 600000, 500);  // ten minutes of nothing
  EXPECT_LT(*work.rate.SecondsFor(20000), 6);
  work.Run(60, 100, 500);
  EXPECT_DOUBLE_EQ(*work.rate.SecondsFor(20000), 4);
}

TEST(Rate, TellsSlowWorkAsItIs) {
  Work work;
  work.Run(6, 4500, 10);
  EXPECT_NEAR(work.rate.per_second(), 10 / 4.5, 0.01);
}

TEST(Rate, FollowsWorkThatBecomesSlower) {
  Work work;
  work.Run(100, 100, 1000);
  work.Run(100, 100, 100);
  EXPECT_DOUBLE_EQ(work.rate.per_second(), 1000);
}

TEST(Rate, TakesTogetherWhatIsToldTooOften) {
  Work work;
  work.Run(5000, 1, 5);
  EXPECT_NEAR(work.rate.per_second(), 5000, 1);
}

TEST(Rate, BeginsAnewWithAStage) {
  Work work;
  work.Run(50, 100, 500);
  work.rate.Update("index", 0, work.now);
  EXPECT_EQ(work.rate.per_second(), 0);
  work.rate.Update("index", 100, work.now + 100);
  EXPECT_DOUBLE_EQ(work.rate.per_second(), 1000);
}

}  // namespace
}  // namespace ferrite
