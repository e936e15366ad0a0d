#include "ferrite/verification.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ferrite/differences.h"
#include "ferrite/migration.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/memory_host.h"
#include "tests/support/shop.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::FailingOrders;
using testing::FaultVfs;
using testing::MemoryHost;
using testing::MemorySource;
using testing::ParsePlan;
using testing::Shop;

class Verification : public ::testing::Test {
 protected:
  void Migrate(int orders, const std::string& path = ":memory:",
               const Store::Options& options = {}) {
    host_ = Shop(orders);
    store_ = std::move(Store::Open(path, options)).value();
    Result<std::unique_ptr<Pass>> pass =
        BeginMigration(store_.get(), plan_, host_.States(), {});
    ASSERT_TRUE(pass.ok()) << pass.error().message;
    ASSERT_TRUE(host_.Drive(pass->get()).ok());
  }

  Result<std::unique_ptr<Pass>> Begin(VerificationOptions options = {}) {
    options.now = host_.now;
    return BeginVerification(store_.get(), plan_, host_.States(), options);
  }

  json Verify(const VerificationOptions& options = {}) {
    Result<std::unique_ptr<Pass>> pass = Begin(options);
    EXPECT_TRUE(pass.ok()) << pass.error().message;
    Result<void> driven = host_.Drive(pass->get());
    EXPECT_TRUE(driven.ok()) << driven.error().message;
    return json::parse((*pass)->ReportJson());
  }

  void Execute(const char* sql) {
    Result<void> done = store_->Execute(sql);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  int64_t KeptDifferences() {
    Statement count =
        std::move(store_->Prepare("SELECT count(*) FROM ferrite_difference"))
            .value();
    EXPECT_TRUE(*count.Step());
    return count.Column(0).integer;
  }

  const Plan plan_ = ParsePlan();
  MemoryHost host_;
  std::unique_ptr<Store> store_;
};

json Counts(const json& table) {
  return {table["matched"], table["missing"], table["different"],
          table["extra"], table["failed"]};
}

TEST_F(Verification, MatchesARecordThatHasNoCanonicalForm) {
  host_ = Shop(3);
  host_.sources[0].Put(
      "7", R"({"$object": [["id", 7], ["code", "c"], ["a", 1], ["a", 2]]})");
  store_ = std::move(Store::Open(":memory:", {})).value();
  Result<std::unique_ptr<Pass>> pass =
      BeginMigration(store_.get(), plan_, host_.States(), {});
  ASSERT_TRUE(pass.ok()) << pass.error().message;
  ASSERT_TRUE(host_.Drive(pass->get()).ok());
  EXPECT_EQ(json::parse((*pass)->ReportJson())["status"], "verified");
  EXPECT_EQ(Verify()["status"], "verified");
  Execute("UPDATE orders SET _unmapped=NULL WHERE id=7");
  EXPECT_EQ(Verify()["tables"][0]["different"], 1);
}

TEST_F(Verification, MatchesWhatTheMigrationMoved) {
  Migrate(9);
  const json report = Verify();
  EXPECT_EQ(report["status"], "verified");
  EXPECT_EQ(report["kind"], "verification");
  EXPECT_EQ(Counts(report["tables"][0]), json({9, 0, 0, 0, 0}));
  EXPECT_EQ(report["tables"][0]["hash"], report["tables"][0]["expectedHash"]);
  EXPECT_EQ(report["sources"][1]["unclaimed"], 1);
  EXPECT_EQ(KeptDifferences(), 0);
}

TEST_F(Verification, CountsTheLedgersRecordsAsFailed) {
  Migrate(100);
  const json report = Verify();
  const int failing = FailingOrders(100);
  EXPECT_EQ(Counts(report["tables"][0]),
            json({100 - failing, 0, 0, 0, failing}));
  EXPECT_EQ(report["status"], "completed_with_differences");
  EXPECT_EQ(report["totals"]["differences"], 0);
}

TEST_F(Verification, NamesTheRowThatIsMissing) {
  Migrate(9);
  Execute("DELETE FROM orders WHERE id=4");
  const json report = Verify();
  EXPECT_EQ(Counts(report["tables"][0]), json({8, 1, 0, 0, 0}));
  EXPECT_EQ(report["differences"], json::parse(R"([{"table": "orders",
      "kind": "missing", "key": "4", "columns": []}])"));
  EXPECT_EQ(report["status"], "completed_with_differences");
}

TEST_F(Verification, NamesTheColumnsThatDiffer) {
  Migrate(9);
  Execute("UPDATE orders SET city='x', lines='[]' WHERE id=4");
  const json report = Verify();
  EXPECT_EQ(Counts(report["tables"][0]), json({8, 0, 1, 0, 0}));
  EXPECT_EQ(report["differences"], json::parse(R"([{"table": "orders",
      "kind": "different", "key": "4", "columns": ["city", "lines"]}])"));
}

TEST_F(Verification, SeesWhatOnlyTheLosslessColumnHolds) {
  Migrate(9);
  Execute(
      "UPDATE orders SET _unmapped=(SELECT _unmapped||x'f6' FROM orders) "
      "WHERE id=4");
  Execute("UPDATE orders SET _unmapped=NULL WHERE id=5");
  const json report = Verify();
  EXPECT_EQ(Counts(report["tables"][0]), json({7, 0, 2, 0, 0}));
  EXPECT_EQ(report["differences"][1]["columns"], json({"_unmapped"}));
}

TEST_F(Verification, FindsRowsWithoutARecord) {
  Migrate(9);
  Execute("INSERT INTO orders(id, code) VALUES(1000, 'x'), (-5, 'y')");
  Execute("INSERT INTO settings(_key) VALUES('settings.extra')");
  const json report = Verify();
  EXPECT_EQ(Counts(report["tables"][0]), json({9, 0, 0, 2, 0}));
  EXPECT_EQ(Counts(report["tables"][1]), json({2, 0, 0, 1, 0}));
  ASSERT_EQ(report["differences"].size(), 3u);
  EXPECT_EQ(report["differences"][0]["key"], "-5");
  EXPECT_EQ(report["differences"][1]["key"], "1000");
  EXPECT_EQ(report["differences"][2]["key"], "\"settings.extra\"");
  EXPECT_EQ(report["sources"][0]["records"], 9);
}

TEST_F(Verification, FindsAnExtraRowEvenWhenAnotherIsMissing) {
  Migrate(9);
  Execute("DELETE FROM orders WHERE id=4");
  Execute("INSERT INTO orders(id, code) VALUES(1000, 'x')");
  Execute("UPDATE orders SET city='x' WHERE id=5");
  const json report = Verify();
  EXPECT_EQ(Counts(report["tables"][0]), json({7, 1, 1, 1, 0}));
  EXPECT_EQ(KeptDifferences(), 3);
}

TEST_F(Verification, ForgetsTheDifferencesOfTheLastOne) {
  Migrate(9);
  Execute("UPDATE orders SET city='x' WHERE id=4");
  Verify();
  EXPECT_EQ(KeptDifferences(), 1);
  Execute("UPDATE orders SET city='City 4' WHERE id=4");
  EXPECT_EQ(Verify()["status"], "verified");
  EXPECT_EQ(KeptDifferences(), 0);
}

TEST_F(Verification, SeesWhatTheAppWroteSinceTheMigration) {
  Migrate(9);
  host_.sources[0].Put("11", R"({"id": 11, "code": "late"})");
  host_.sources[0].Remove("3");
  const json report = Verify();
  EXPECT_EQ(Counts(report["tables"][0]), json({8, 1, 0, 1, 0}));
}

TEST_F(Verification, WantsACompletedMigrationOfThePlan) {
  host_ = Shop(9);
  store_ = std::move(Store::Open(":memory:", {})).value();
  EXPECT_EQ(Begin().error().code, ErrorCode::kState);
  ASSERT_TRUE(BeginMigration(store_.get(), plan_, host_.States(), {}).ok());
  EXPECT_EQ(Begin().error().code, ErrorCode::kState);
}

TEST_F(Verification, WantsTheSourcesToBeThere) {
  Migrate(9);
  host_.sources[1].set_status(SourceState::Status::kBlocked);
  EXPECT_EQ(Begin().error().code, ErrorCode::kSourceBlocked);
}

TEST_F(Verification, RefusesBatchesOutOfOrder) {
  Migrate(9);
  auto pass = std::move(Begin()).value();
  Writer batch;
  bool last = false;
  Step step;
  step.max_bytes = 1;
  host_.sources[0].Read(step, &batch, &last);
  ASSERT_TRUE(pass->Apply(batch.bytes(), false, 1).ok());
  EXPECT_EQ(pass->Apply(batch.bytes(), false, 1).error().code,
            ErrorCode::kSourceChanged);
  EXPECT_EQ(pass->Apply({}, false, 1).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(pass->Work(1).error().code, ErrorCode::kState);
}

TEST_F(Verification, CountsBytesOnBothSides) {
  Migrate(9);
  const json before = Verify()["tables"][0];
  EXPECT_EQ(before["sourceBytes"], before["storeBytes"]);
  EXPECT_GT(before["sourceBytes"], 9 * 8);
  EXPECT_EQ(before["sizeDifferent"], 0);
  Execute("UPDATE orders SET city=city||'1234567' WHERE id=4");
  Execute("UPDATE orders SET code=upper(code)||'' WHERE id=5");
  Execute("INSERT INTO orders(id, code) VALUES(1000, 'abc')");
  const json after = Verify()["tables"][0];
  EXPECT_EQ(after["sourceBytes"], before["sourceBytes"]);
  EXPECT_EQ(after["storeBytes"], before["storeBytes"].get<int>() + 7 + 8 + 3);
  EXPECT_EQ(after["sizeDifferent"], 1);
}

TEST_F(Verification, SaysInASentenceWhatDiffers) {
  Migrate(100);
  Execute("DELETE FROM orders WHERE id IN (1, 2)");
  Execute("UPDATE orders SET city='elsewhere' WHERE id=3");
  Execute("INSERT INTO orders(id, code) VALUES(1000, 'x')");
  const json report = Verify();
  const std::string failed = std::to_string(FailingOrders(100));
  EXPECT_EQ(report["tables"][0]["summary"],
            "2 rows are missing, 1 row differs (1 in size), 1 row is without "
            "a record, " +
                failed + " records could not become rows.");
  EXPECT_FALSE(report["tables"][1].contains("summary"));
  EXPECT_EQ(report["summary"],
            "orders: " + report["tables"][0]["summary"].get<std::string>());
}

TEST_F(Verification, ComparesASampleEvenlySpreadAndCallsItCompleted) {
  Migrate(9);
  host_ = Shop(0);
  for (int i = 1; i <= 1000; ++i) {
    host_.sources[0].Put(std::to_string(i),
                         json{{"id", i}, {"code", "c"}}.dump());
  }
  store_ = std::move(Store::Open(":memory:", {})).value();
  auto pass = BeginMigration(store_.get(), plan_, host_.States(), {});
  ASSERT_TRUE(pass.ok() && host_.Drive(pass->get()).ok());
  Execute("INSERT INTO orders(id, code) VALUES(5000, 'x')");
  json report = Verify({.sample_size = 100});
  EXPECT_EQ(report["status"], "completed");
  EXPECT_EQ(report["sampled"], true);
  // Twenty strata of five, and the last record.
  EXPECT_EQ(report["sources"][0]["records"], 101);
  EXPECT_EQ(report["tables"][0]["matched"], 101);
  EXPECT_EQ(report["tables"][0]["extra"], 0);
  EXPECT_FALSE(report["tables"][0].contains("rows"));
  EXPECT_NE(report["warnings"].dump().find("sample"), std::string::npos);
  // One of each fifty is in every stratum of 50.
  Execute("DELETE FROM orders WHERE id % 50 = 1");
  report = Verify({.sample_size = 100});
  EXPECT_EQ(report["tables"][0]["missing"], 20);
  EXPECT_EQ(report["status"], "completed_with_differences");
}

TEST_F(Verification, ASampleThatIsEverythingIsNone) {
  Migrate(9);
  const json report = Verify({.sample_size = 9});
  EXPECT_EQ(report["status"], "verified");
  EXPECT_FALSE(report.contains("sampled"));
}

TEST_F(Verification, ComparesTheTablesThatAreAskedFor) {
  Migrate(9);
  Execute("DELETE FROM orders WHERE id=4");
  const json report = Verify({.tables = {"settings"}});
  EXPECT_EQ(report["status"], "completed");
  ASSERT_EQ(report["tables"].size(), 1u);
  EXPECT_EQ(report["tables"][0]["name"], "settings");
  EXPECT_EQ(report["tables"][0]["matched"], 2);
  EXPECT_EQ(report["sources"][0]["records"], 0);
  EXPECT_EQ(Verify({.tables = {"orders"}})["status"],
            "completed_with_differences");
  EXPECT_EQ(Begin({.tables = {"nothing"}}).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(Verification, KeepsTheLastResultUntilTheNextRunEnds) {
  Migrate(9);
  EXPECT_EQ(*LastVerificationReport(store_.get()), "");
  Execute("DELETE FROM orders WHERE id IN (4, 5)");
  const json first = Verify();
  Execute("DELETE FROM orders WHERE id=6");
  {
    auto pass = std::move(Begin()).value();
    while (pass->progress().failed < 3) {
      ASSERT_TRUE(host_.Advance(pass.get()).ok());
    }
  }
  EXPECT_EQ(json::parse(*LastVerificationReport(store_.get())), first);
  EXPECT_EQ(json::parse(*ListDifferences(store_.get(), "{}"))["total"], 2);
  EXPECT_EQ(KeptDifferences(), 5);
  Verify();
  EXPECT_EQ(json::parse(*ListDifferences(store_.get(), "{}"))["total"], 3);
  EXPECT_EQ(KeptDifferences(), 3);
}

// Each call is hit by an error once and made again: the counts stay right.
TEST_F(Verification, CallsCanBeRepeatedAfterAnError) {
  FaultVfs vfs;
  Store::Options options;
  options.vfs = FaultVfs::kName;
  options.page_size = 512;
  Migrate(40, "shop.db", options);
  Execute(
      "DELETE FROM orders WHERE id=4; "
      "INSERT INTO orders(id, code) VALUES(1000, 'x')");
  const uint64_t before = vfs.faults.changes();
  json expected = Verify();
  const uint64_t changes = vfs.faults.changes() - before;
  ASSERT_GT(changes, 10u);
  for (uint64_t call = 1; call <= changes; call += testing::kFaultStride) {
    vfs.faults.Clear();
    vfs.faults.FailChange(call, SQLITE_IOERR_WRITE);
    Result<std::unique_ptr<Pass>> pass = Begin();
    if (!pass.ok()) pass = Begin();
    ASSERT_TRUE(pass.ok()) << pass.error().message;
    while ((*pass)->step().kind != StepKind::kDone) {
      if (host_.Advance(pass->get()).ok()) continue;
      Result<void> again = host_.Advance(pass->get());
      ASSERT_TRUE(again.ok()) << call << ": " << again.error().message;
    }
    const json report = json::parse((*pass)->ReportJson());
    ASSERT_EQ(report["tables"], expected["tables"]) << call;
    ASSERT_EQ(report["differences"], expected["differences"]) << call;
    ASSERT_EQ(KeptDifferences(), 2) << call;
  }
  store_.reset();
}

}  // namespace
}  // namespace ferrite
