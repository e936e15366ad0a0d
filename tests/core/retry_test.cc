// Backoff and CircuitBreaker, by a clock and a die of the test's.
#include <gtest/gtest.h>

#include "ferrite/backoff.h"
#include "ferrite/circuit_breaker.h"

namespace ferrite {
namespace {

TEST(Backoff, DoublesTheLongestWaitUpToItsLimitAndThenGivesUp) {
  Backoff backoff({6, 100, 1000}, [] { return 1.0; });
  for (const int64_t wait : {100, 200, 400, 800, 1000, 1000}) {
    EXPECT_EQ(backoff.Next(), wait);
  }
  EXPECT_EQ(backoff.Next(), std::nullopt);
  backoff.Reset();
  EXPECT_EQ(backoff.Next(), 100);
  EXPECT_EQ(backoff.total(), 7);
}

TEST(Backoff, WaitsAnywhereBelowTheLongestWait) {
  double die = 0;
  Backoff backoff({100, 100, 1000}, [&] { return die; });
  EXPECT_EQ(backoff.Next(), 0);
  die = 0.25;
  EXPECT_EQ(backoff.Next(), 50);
}

TEST(Backoff, WaitsAsLongAsItIsAskedToWithinItsLimit) {
  Backoff backoff({10, 100, 1000}, [] { return 0.5; });
  EXPECT_EQ(backoff.Next(700), 700);
  EXPECT_EQ(backoff.Next(10), 100);
  EXPECT_EQ(backoff.Next(90000), 1000);
}

TEST(Backoff, SurvivesAnyNumberOfRetries) {
  Backoff backoff({1000, 100, 1000}, [] { return 1.0; });
  for (int i = 0; i < 1000; ++i) EXPECT_LE(*backoff.Next(), 1000);
}

using State = CircuitBreaker::State;

TEST(CircuitBreaker, OpensAfterSoManyFailuresInARow) {
  CircuitBreaker breaker({3, 1000, 4000});
  breaker.Failed(0);
  breaker.Failed(0);
  breaker.Succeeded();
  breaker.Failed(10);
  breaker.Failed(20);
  EXPECT_EQ(breaker.state(), State::kClosed);
  EXPECT_TRUE(breaker.Allows(25));
  breaker.Failed(30);
  EXPECT_EQ(breaker.state(), State::kOpen);
  EXPECT_EQ(breaker.retry_at(), 1030);
  EXPECT_FALSE(breaker.Allows(31));
  EXPECT_FALSE(breaker.Allows(1029));
}

TEST(CircuitBreaker, LetsOneRequestThroughWhenTheWaitIsOver) {
  CircuitBreaker breaker({1, 1000, 4000});
  breaker.Failed(0);
  EXPECT_TRUE(breaker.Allows(1000));
  EXPECT_EQ(breaker.state(), State::kHalfOpen);
  EXPECT_FALSE(breaker.Allows(1001));
  EXPECT_FALSE(breaker.Allows(99999));
  breaker.Succeeded();
  EXPECT_EQ(breaker.state(), State::kClosed);
  EXPECT_TRUE(breaker.Allows(1002));
}

TEST(CircuitBreaker, WaitsTwiceAsLongAfterEachTryThatFails) {
  CircuitBreaker breaker({1, 1000, 3000});
  int64_t now = 0;
  breaker.Failed(now);
  for (const int64_t wait : {1000, 2000, 3000, 3000}) {
    EXPECT_EQ(breaker.retry_at(), now + wait);
    now = breaker.retry_at();
    ASSERT_TRUE(breaker.Allows(now));
    breaker.Failed(now);
  }
  now = breaker.retry_at();
  ASSERT_TRUE(breaker.Allows(now));
  breaker.Succeeded();
  breaker.Failed(now);
  EXPECT_EQ(breaker.retry_at(), now + 1000);
}

TEST(CircuitBreaker, AFailureThatComesLateDoesNotLengthenTheWait) {
  CircuitBreaker breaker({1, 1000, 4000});
  breaker.Failed(0);
  breaker.Failed(500);
  EXPECT_EQ(breaker.retry_at(), 1000);
}

}  // namespace
}  // namespace ferrite
