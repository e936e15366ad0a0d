#include "ferrite/validation.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/memory_host.h"
#include "tests/support/shop.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::FailingOrders;
using testing::MemoryHost;
using testing::ParsePlan;
using testing::Shop;

json Validate(const Plan& plan, MemoryHost* host) {
  Result<std::unique_ptr<Store>> store = Store::Open(":memory:", {});
  EXPECT_TRUE(store.ok());
  MigrationOptions options;
  options.now = host->now;
  Result<std::unique_ptr<Pass>> pass =
      BeginValidation(store->get(), plan, host->States(), options);
  EXPECT_TRUE(pass.ok()) << pass.error().message;
  EXPECT_TRUE(host->Drive(pass->get()).ok());
  EXPECT_EQ((*pass)->progress().stage, "done");
  EXPECT_EQ((*pass)->Work(host->now).error().code, ErrorCode::kState);
  return json::parse((*pass)->ReportJson());
}

TEST(Validation, ReportsEveryRecordThatWouldFail) {
  MemoryHost host = Shop(100);
  const json report = Validate(ParsePlan(), &host);
  EXPECT_EQ(report["kind"], "validation");
  EXPECT_EQ(report["status"], "completed_with_differences");
  EXPECT_EQ(report["stage"], "done");
  EXPECT_EQ(report["totals"]["failed"], FailingOrders(100));
  EXPECT_EQ(report["totals"]["records"], 103);
  EXPECT_EQ(report["finishedAt"], host.now);
}

TEST(Validation, IsCompletedWhenEveryRecordFits) {
  MemoryHost host = Shop(9);
  EXPECT_EQ(Validate(ParsePlan(), &host)["status"], "completed");
}

TEST(Validation, IsDoneWithSourcesThatHoldNothing) {
  MemoryHost host = Shop(0);
  EXPECT_EQ(Validate(ParsePlan(), &host)["status"], "completed");
}

TEST(Validation, FindsKeysThatComeTwice) {
  MemoryHost host = Shop(2);
  Plan plan = ParsePlan();
  host.sources[0].Put("3", R"({"id": 2, "code": "c"})");
  const json report = Validate(plan, &host);
  EXPECT_EQ(report["totals"]["failed"], 1);
  EXPECT_EQ(report["failed"][0]["code"], "not_unique");
  EXPECT_EQ(report["failed"][0]["key"], "3");
}

TEST(Validation, FindsReferencesThatLeadNowhere) {
  MemoryHost host = Shop(3);
  host.sources[0].Put("4", R"({"id": 4, "code": "c", "lines": 1})");
  Plan plan = ParsePlan();
  ForeignKey& key = plan.tables[0].foreign_keys.emplace_back();
  // Order 4 refers to order 1, the others to none.
  plan.tables[0].columns[3].type = ColumnType::kAny;
  plan.tables[0].columns[3].on_mismatch = OnMismatch::kNull;
  key.columns = {3};
  key.table = 0;
  key.target = {0};
  EXPECT_EQ(Validate(plan, &host)["totals"]["failed"], 0);
  host.sources[0].Put("4", R"({"id": 4, "code": "c", "lines": 9})");
  const json report = Validate(plan, &host);
  EXPECT_EQ(report["totals"]["failed"], 1);
  EXPECT_EQ(report["failed"][0]["code"], "orphan");
}

}  // namespace
}  // namespace ferrite
