#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ferrite/migration.h"
#include "tests/support/memory_host.h"
#include "tests/support/shop.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::MemoryHost;
using testing::ParsePlan;
using testing::Shop;

void ExpectAscending(const json& points) {
  json before = {0, 0, 0};
  for (const json& point : points) {
    ASSERT_EQ(point.size(), 3u);
    for (int i = 0; i < 3; ++i) ASSERT_LE(before[i], point[i]) << points;
    before = point;
  }
}

TEST(Throughput, IsBoundedAndReachesTheEnd) {
  const Plan plan = ParsePlan();
  MemoryHost host = Shop(2000);
  auto store = std::move(Store::Open(":memory:", {})).value();
  MigrationOptions options;
  options.now = host.now;
  options.batch_bytes = 1;  // a batch of each record
  auto pass = BeginMigration(store.get(), plan, host.States(), options);
  ASSERT_TRUE(pass.ok() && host.Drive(pass->get()).ok());
  const json report = json::parse((*pass)->ReportJson());
  const json& points = report["throughput"];
  EXPECT_GE(points.size(), 60u);
  EXPECT_LE(points.size(), 120u);
  ExpectAscending(points);
  EXPECT_EQ(points.back()[1], report["totals"]["records"]);
  EXPECT_EQ(points.back()[2], report["totals"]["bytes"]);
  // Evenly spread, but for what could not be joined yet.
  int64_t widest = 0;
  for (size_t i = 1; i < points.size(); ++i) {
    widest = std::max<int64_t>(
        widest, points[i][0].get<int64_t>() - points[i - 1][0].get<int64_t>());
  }
  EXPECT_LE(widest, points.back()[0].get<int64_t>() / 20);
}

TEST(Throughput, GoesOnAfterAnInterruption) {
  const Plan plan = ParsePlan();
  MemoryHost host = Shop(300);
  auto store = std::move(Store::Open(":memory:", {})).value();
  json points;
  for (int attempt = 1; attempt <= 10; ++attempt) {
    MigrationOptions options;
    options.now = host.now;
    options.batch_bytes = 1;
    auto pass = BeginMigration(store.get(), plan, host.States(), options);
    ASSERT_TRUE(pass.ok());
    for (int i = 0; i < 40 && (*pass)->step().kind != StepKind::kDone; ++i) {
      ASSERT_TRUE(host.Advance(pass->get()).ok());
    }
    points = json::parse((*pass)->ReportJson())["throughput"];
    ExpectAscending(points);
    host.now += 1000000;  // does not count: nobody was at work
  }
  EXPECT_EQ(points.back()[1], 303);
  EXPECT_LT(points.back()[0], 1000000);
}

}  // namespace
}  // namespace ferrite
