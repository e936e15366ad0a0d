#include "core/src/pace.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace ferrite::internal {
namespace {

constexpr uint32_t kMost = 2 << 20;

// A machine where a transaction costs `fixed` ms and a MiB `per_mib` ms more.
struct Machine {
  double fixed;
  double per_mib;

  double Time(uint32_t bytes) const {
    return fixed + per_mib * bytes / (1 << 20);
  }
  void Run(Pace* pace, int batches) const {
    for (int i = 0; i < batches; ++i) {
      const uint32_t bytes = pace->bytes();
      pace->Applied(bytes, true);
      pace->Took(Time(bytes));
    }
  }
};

TEST(Pace, ComesToTheTargetOnFastAndOnSlowMachines) {
  for (const Machine machine :
       {Machine{2, 40}, Machine{0, 100}, Machine{15, 200}}) {
    Pace pace(32, kMost);
    machine.Run(&pace, 40);
    EXPECT_NEAR(machine.Time(pace.bytes()), 32, 1) << machine.per_mib;
  }
}

TEST(Pace, StaysWithinItsBounds) {
  Pace fast(32, kMost);
  Machine{0.1, 0.5}.Run(&fast, 40);
  EXPECT_EQ(fast.bytes(), kMost);
  Pace slow(32, kMost);
  Machine{500, 90000}.Run(&slow, 40);
  EXPECT_EQ(slow.bytes(), Pace::kLeast);
  Pace small(32, 300);
  EXPECT_EQ(small.bytes(), 300u);
  Machine{500, 90000}.Run(&small, 40);
  EXPECT_EQ(small.bytes(), 300u);
}

TEST(Pace, IsNotMovedByOneSlowBatch) {
  const Machine machine{2, 40};
  Pace pace(32, kMost);
  machine.Run(&pace, 40);
  const uint32_t settled = pace.bytes();
  pace.Applied(settled, true);
  pace.Took(3000);
  EXPECT_NEAR(pace.bytes(), settled, settled * 0.05);
}

TEST(Pace, StaysNearTheTargetUnderNoise) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> noise(0.6, 1.6);
  const Machine machine{2, 40};
  Pace pace(32, kMost);
  machine.Run(&pace, 20);
  for (int i = 0; i < 1000; ++i) {
    const uint32_t bytes = pace.bytes();
    pace.Applied(bytes, true);
    pace.Took(machine.Time(bytes) * noise(random));
    // Of a median of five the noise can be at either end.
    EXPECT_GT(machine.Time(pace.bytes()), 32 / 1.7);
    EXPECT_LT(machine.Time(pace.bytes()), 32 / 0.55);
  }
}

TEST(Pace, FollowsAMachineThatBecomesSlower) {
  Pace pace(32, kMost);
  Machine{1, 20}.Run(&pace, 40);
  const Machine slower{10, 200};
  slower.Run(&pace, 20);
  EXPECT_NEAR(slower.Time(pace.bytes()), 32, 1);
}

TEST(Pace, HalvesAfterAFailedBatchAndComesBack) {
  const Machine machine{2, 40};
  Pace pace(32, kMost);
  machine.Run(&pace, 40);
  const uint32_t settled = pace.bytes();
  pace.Applied(settled, false);
  pace.Took(1);  // of the failed one: not counted
  EXPECT_EQ(pace.bytes(), settled / 2);
  pace.Applied(settled / 2, false);
  EXPECT_EQ(pace.bytes(), settled / 4);
  for (int i = 0; i < 20; ++i) pace.Applied(1, false);
  EXPECT_EQ(pace.bytes(), Pace::kLeast);
  machine.Run(&pace, 40);
  EXPECT_NEAR(pace.bytes(), settled, settled * 0.05);
}

TEST(Pace, DoesNotCountTheRestOfASource) {
  const Machine machine{2, 40};
  Pace pace(32, kMost);
  machine.Run(&pace, 40);
  const uint32_t settled = pace.bytes();
  for (int i = 0; i < 10; ++i) {
    pace.Applied(1000, true);
    pace.Took(2);
  }
  EXPECT_EQ(pace.bytes(), settled);
}

TEST(Pace, IgnoresTimesThatAreNone) {
  Pace pace(32, kMost);
  const uint32_t first = pace.bytes();
  for (const double ms : {-1.0, std::numeric_limits<double>::quiet_NaN(),
                          std::numeric_limits<double>::infinity()}) {
    pace.Applied(first, true);
    pace.Took(ms);
  }
  pace.Took(1);  // of no batch
  EXPECT_EQ(pace.bytes(), first);
  pace.Applied(first, true);
  pace.Took(0);  // faster than the clock
  EXPECT_EQ(pace.bytes(), 2 * first);
}

TEST(Pace, WithoutATargetEveryBatchIsAsLargeAsItMayBe) {
  Pace pace(0, 1 << 20);
  EXPECT_EQ(pace.bytes(), 1u << 20);
  Machine{500, 90000}.Run(&pace, 10);
  EXPECT_EQ(pace.bytes(), 1u << 20);
}

}  // namespace
}  // namespace ferrite::internal
