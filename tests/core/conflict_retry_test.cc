// Records of the ledger that meet rows when they are tried again.
#include "ferrite/ledger.h"
#include "ferrite/retry.h"
#include "tests/core/conflict_fixture.h"
#include "tests/support/json_record.h"

namespace ferrite::testing {
namespace {

class ConflictRetry : public Conflicts {
 protected:
  // A row of the app's, and a record for it that is in the ledger first.
  void MigrateUnreadable(const std::string& on_conflict) {
    Execute(kTable);
    Execute("INSERT INTO t(id,name,n,at,mail) VALUES(" + std::string(kStored) +
            ")");
    Put(R"({"id": 1, "name": "source", "n": "much", "at": 60})");
    const json report = Migrate(PlanText(on_conflict));
    ASSERT_EQ(report["status"], "completed_with_differences");
    ASSERT_EQ(report["tables"][0]["failed"], 1);
    ASSERT_EQ(report["tables"][0]["conflicts"]["overwritten"], 0);
    Result<Ledger> ledger = Ledger::OpenLatest(store_.get());
    ASSERT_TRUE(ledger.ok()) << ledger.error().message;
    const auto page = ledger->List({}, 0, 10);
    ASSERT_TRUE(page.ok()) << page.error().message;
    ASSERT_EQ(page->records.size(), 1u);
    const Result<ByteBuffer> record = EncodeJson(kNewer);
    ASSERT_TRUE(record.ok());
    Result<void> corrected =
        ledger->Correct(page->records[0].id, *record, host_.now);
    ASSERT_TRUE(corrected.ok()) << corrected.error().message;
  }

  json RunRetry() {
    auto pass = BeginRetry(store_.get(), plan_, {.now = host_.now});
    EXPECT_TRUE(pass.ok()) << pass.error().ToJson();
    Result<void> driven = host_.Drive(pass->get());
    EXPECT_TRUE(driven.ok()) << driven.error().ToJson();
    return json::parse((*pass)->ReportJson());
  }
};

TEST_F(ConflictRetry, SettlesWhatItMeetsAndProvesTheTable) {
  MigrateUnreadable(kNewest);
  const json report = RunRetry();
  EXPECT_EQ(report["status"], "verified");
  EXPECT_EQ(report["retry"]["moved"], 1);
  const json& counts = report["tables"][0]["conflicts"];
  EXPECT_EQ(counts["before"], 1);
  EXPECT_EQ(counts["overwritten"], 1);
  EXPECT_EQ(Row("SELECT name,n,at FROM t"), "source|2.0|60");
  const json all = ListAll();
  ASSERT_EQ(all["total"], 1);
  EXPECT_EQ(all["conflicts"][0]["store"]["name"], "store");
  EXPECT_EQ(Verify()["status"], "verified");
}

TEST_F(ConflictRetry, LeavesUndecidedWhatIsAskedFor) {
  MigrateUnreadable(R"("ask")");
  const json report = RunRetry();
  EXPECT_EQ(report["status"], "completed_with_differences");
  EXPECT_EQ(report["retry"]["left"], 0);
  EXPECT_EQ(report["tables"][0]["conflicts"]["undecided"], 1);
  EXPECT_EQ(Row("SELECT name FROM t"), "store");
  const json open = List();
  ASSERT_EQ(open["total"], 1);
  const std::string id = open["conflicts"][0]["id"].dump();
  auto resolved = Resolve(R"([{"id": )" + id + R"(, "decision": "source"}])");
  ASSERT_TRUE(resolved.ok()) << resolved.error().ToJson();
  EXPECT_EQ(Row("SELECT name FROM t"), "source");
  EXPECT_EQ(Verify()["status"], "verified");
}

TEST_F(ConflictRetry, RefusesAPlanThatSettlesThemOtherwise) {
  MigrateUnreadable(kNewest);
  const Plan other = ParsePlan(PlanText(R"("overwrite")"));
  auto pass = BeginRetry(store_.get(), other, {.now = host_.now});
  ASSERT_FALSE(pass.ok());
  EXPECT_EQ(pass.error().code, ErrorCode::kPlanChanged);
  EXPECT_EQ(pass.error().path, "/tables/0/onConflict");
}

}  // namespace
}  // namespace ferrite::testing
