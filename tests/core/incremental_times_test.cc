// Incremental runs over sources whose host knows by a time what is unchanged.
#include "ferrite/ledger.h"
#include "ferrite/retry.h"
#include "tests/core/incremental_fixture.h"
#include "tests/support/json_record.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::Incremental;
using testing::TableOf;

constexpr char kTimes[] =
    R"(, "changed": [{"from": {"indexedDB": "d", "store": "a"}, "at": "/at"}])";

class IncrementalTimes : public Incremental {
 protected:
  // Forty records of the times 1 to 39, the last two of one, all migrated.
  void SetUp() override {
    Open(TableOf(), 1, kTimes);
    for (int id = 1; id <= 40; ++id) PutAt(id, std::min(id, 39), "n");
    EXPECT_EQ(Migrate()["status"], "verified");
  }

  void PutAt(int id, int time, const std::string& name) {
    Put(R"({"id":)" + std::to_string(id) + R"(,"name":")" + name + "\"}");
    host_.sources[0].SetTime(std::to_string(id), time);
  }

  // Migrates, and says how many values were read for it.
  json MigrateCounting(uint64_t* reads) {
    const uint64_t before = host_.sources[0].reads();
    json report = Migrate();
    *reads = host_.sources[0].reads() - before;
    return report;
  }

  // From here on the plan has no times, and is the same all the same.
  void LeaveOutTimes() {
    const Hash128 hash = plan_.hash;
    plan_.changed.clear();
    EXPECT_EQ(plan_.hash, hash);
  }

  uint64_t reads_ = 0;
};

TEST_F(IncrementalTimes, UnchangedRunReadsTheNewestOnly) {
  const json report = MigrateCounting(&reads_);
  EXPECT_EQ(Changes(report), json({0, 0, 0, 40}));
  EXPECT_EQ(reads_, 2u);
  EXPECT_EQ(report["incremental"]["unread"], 38);
  EXPECT_EQ(report["sources"][0]["unread"], 38);
  EXPECT_EQ(report["totals"]["records"], 40);
  EXPECT_EQ(Content(report), Fresh());
}

TEST_F(IncrementalTimes, ReadsWhatChangedAndFindsWhatIsGone) {
  PutAt(3, 41, "changed");
  PutAt(40, 39, "changed at the newest time");
  PutAt(0, 41, "new before all");
  PutAt(55, 41, "new behind all");
  for (const int id : {1, 20, 21, 39}) Remove(id);
  const json report = MigrateCounting(&reads_);
  EXPECT_EQ(Changes(report), json({2, 2, 4, 34}));
  EXPECT_EQ(reads_, 4u);
  EXPECT_EQ(report["incremental"]["unread"], 34);
  EXPECT_EQ(Content(report), Fresh());
  EXPECT_EQ(Verify(), "verified");
  EXPECT_EQ(Changes(MigrateCounting(&reads_)), json({0, 0, 0, 38}));
  EXPECT_EQ(reads_, 3u);
}

TEST_F(IncrementalTimes, RecordWithoutATimeIsAlwaysCompared) {
  Put(R"({"id":5,"name":"its time is gone"})");
  Put(R"({"id":60,"name":"never had one"})");
  EXPECT_EQ(Changes(MigrateCounting(&reads_)), json({1, 1, 0, 39}));
  EXPECT_EQ(reads_, 4u);
  Put(R"({"id":60,"name":"still has none"})");
  const json report = MigrateCounting(&reads_);
  EXPECT_EQ(Changes(report), json({0, 1, 0, 40}));
  EXPECT_EQ(reads_, 4u);
  EXPECT_EQ(Content(report), Fresh());
}

TEST_F(IncrementalTimes, ChangeWithoutANewTimeIsNotSeenAndNotCalledVerified) {
  PutAt(5, 5, "secretly");
  const json blind = Migrate();
  EXPECT_EQ(Changes(blind), json({0, 0, 0, 40}));
  EXPECT_EQ(blind["status"], "completed");
  EXPECT_NE(blind["summary"].get<std::string>().find("38 records not read"),
            std::string::npos)
      << blind["summary"];
  EXPECT_NE(Verify().find(R"("different":1)"), std::string::npos);
  LeaveOutTimes();
  const json seeing = MigrateCounting(&reads_);
  EXPECT_EQ(Changes(seeing), json({0, 1, 0, 39}));
  EXPECT_EQ(reads_, 40u);
  EXPECT_EQ(seeing["status"], "verified");
  EXPECT_EQ(Verify(), "verified");
}

TEST_F(IncrementalTimes, UnknownRecordOfAnOldTimeIsReadAndAllBehindIt) {
  for (int id = 1; id <= 40; ++id) Remove(id);
  for (int id = 1; id <= 40; ++id) PutAt(2 * id, id, "n");
  Migrate();
  // In each place that a batch of some records has.
  for (int id = 79; id > 0; id -= 2) {
    PutAt(id, 3, "imported");
    const json report = MigrateCounting(&reads_);
    const uint64_t behind = 40 - id / 2 + (80 - id) / 2;
    EXPECT_GE(reads_, 1 + behind) << id;
    // The newest may be in the batch that was cut.
    EXPECT_LE(reads_, 2 + behind) << id;
    EXPECT_EQ(Changes(report)[0], 1) << id;
    EXPECT_EQ(Content(report), Fresh()) << id;
  }
  PutAt(99, 3, "imported as the last one");
  const json report = MigrateCounting(&reads_);
  EXPECT_EQ(Changes(report), json({1, 0, 0, 80}));
  EXPECT_EQ(Content(report), Fresh());
  EXPECT_EQ(Verify(), "verified");
}

TEST_F(IncrementalTimes, WhatIsWrittenWhileARunIsOnIsSeenByTheNext) {
  batch_records_ = 7;
  PutAt(30, 50, "before the run");
  auto pass = std::move(Begin()).value();
  while (pass->progress().current < 20) {
    ASSERT_TRUE(host_.Advance(pass.get()).ok());
  }
  PutAt(2, 51, "behind the run");
  PutAt(25, 52, "before the run gets there");
  ASSERT_TRUE(host_.Drive(pass.get()).ok());
  EXPECT_EQ(Changes(json::parse(pass->ReportJson())), json({0, 2, 0, 38}));
  pass.reset();
  const json report = MigrateCounting(&reads_);
  EXPECT_EQ(Changes(report), json({0, 1, 0, 39}));
  EXPECT_EQ(reads_, 3u);
  EXPECT_EQ(Content(report), Fresh());
}

TEST_F(IncrementalTimes, InterruptedRunKeepsTheMarkItBeganWith) {
  batch_records_ = 7;
  for (int id = 1; id <= 40; id += 3) PutAt(id, 60, "first");
  auto pass = std::move(Begin()).value();
  while (pass->progress().current < 20) {
    ASSERT_TRUE(host_.Advance(pass.get()).ok());
  }
  pass.reset();
  PutAt(2, 61, "behind it");
  PutAt(38, 70, "later");
  const json resumed = Migrate();
  EXPECT_EQ(resumed["attempts"], 2);
  EXPECT_EQ(Changes(resumed), json({0, 15, 0, 25}));
  const json report = Migrate();
  EXPECT_EQ(Changes(report), json({0, 1, 0, 39}));
  EXPECT_EQ(Content(report), Fresh());
}

TEST_F(IncrementalTimes, AfterARunThatFoundNoMarkEverythingIsRead) {
  LeaveOutTimes();
  Migrate();
  plan_ = testing::ParsePlan(*plan_.text);
  MigrateCounting(&reads_);
  EXPECT_EQ(reads_, 40u);
  MigrateCounting(&reads_);
  EXPECT_EQ(reads_, 2u);
}

TEST_F(IncrementalTimes, OrphansAreTriedAgain) {
  Open(R"({"name": "orders", "from": {"indexedDB": "d", "store": "a"},
     "columns": {"id": "integer",
       "by": {"type": "integer", "references": {"table": "people"}}},
     "primaryKey": ["id"]},
    {"name": "people", "from": {"indexedDB": "d", "store": "b"},
     "columns": {"id": "integer"}, "primaryKey": ["id"]})",
       2, kTimes);
  for (int id = 1; id <= 12; ++id) {
    const std::string key = std::to_string(id);
    Put(R"({"id":)" + key + R"(,"by":)" + std::to_string(id / 7) + "}");
    host_.sources[0].SetTime(key, id);
  }
  Put(R"({"id":0})", 1);
  Migrate();
  EXPECT_EQ(Rows("SELECT count(*) FROM orders"), "6");
  Put(R"({"id":1})", 1);
  batch_records_ = 4;
  const json report = MigrateCounting(&reads_);
  EXPECT_EQ(Changes(report), json({1, 0, 0, 13}));
  EXPECT_EQ(reads_, 6u);
  EXPECT_EQ(Content(report), Fresh());
  EXPECT_EQ(Rows("SELECT count(*) FROM orders"), "12");
}

TEST_F(IncrementalTimes, LedgerAndFilteredRowsOfUnreadRecordsStayCounted) {
  Open(TableOf(R"(, "when": {"/hidden": null})"), 1, kTimes);
  Put(R"({"id":1,"name":5})");
  Put(R"({"id":2,"name":"n","hidden":true})");
  Put(R"({"id":3,"name":"n"})");
  for (int id = 1; id <= 3; ++id) {
    host_.sources[0].SetTime(std::to_string(id), id);
  }
  Migrate();
  const json report = MigrateCounting(&reads_);
  EXPECT_EQ(reads_, 1u);
  EXPECT_EQ(report["status"], "completed_with_differences");
  EXPECT_EQ(Content(report), Fresh());
  // A retry compares no source either.
  Ledger ledger = std::move(Ledger::OpenLatest(store_.get())).value();
  const int64_t entry = ledger.List({}, 0, 1).value().records[0].id;
  const ByteBuffer mended =
      testing::EncodeJson(R"({"id":1,"name":"mended"})").value();
  ASSERT_TRUE(ledger.Correct(entry, mended, host_.now).ok());
  auto retry =
      std::move(BeginRetry(store_.get(), plan_, {host_.now, {}})).value();
  ASSERT_TRUE(host_.Drive(retry.get()).ok());
  EXPECT_EQ(json::parse(retry->ReportJson())["status"], "completed");
  retry.reset();
  EXPECT_EQ(Changes(Migrate()), json({0, 0, 0, 3}));
  EXPECT_EQ(Rows("SELECT name FROM t ORDER BY id"), "mended n");
}

TEST_F(IncrementalTimes, CompletedRunIsTheStoredReportOfALaterMigration) {
  const json report = Migrate();
  ASSERT_EQ(report["status"], "completed");
  auto again = std::move(Begin(/*incremental=*/false)).value();
  EXPECT_EQ(again->step().kind, StepKind::kDone);
  EXPECT_EQ(json::parse(again->ReportJson())["incremental"],
            report["incremental"]);
}

TEST_F(IncrementalTimes, KeyThatWasNotAskedForIsRefused) {
  Writer batch;
  batch.BeginArray(1);
  batch.Integer(7);
  Open(TableOf(), 1, kTimes);
  PutAt(7, 1, "n");
  auto pass = std::move(Begin()).value();
  ASSERT_EQ(pass->step().kind, StepKind::kRead);
  EXPECT_EQ(pass->Apply(batch.bytes(), true, 1).error().code,
            ErrorCode::kRecordMalformed);
  EXPECT_TRUE(pass->step().after.empty());
  ASSERT_TRUE(host_.Drive(pass.get()).ok());
  EXPECT_EQ(json::parse(pass->ReportJson())["status"], "verified");
}

}  // namespace
}  // namespace ferrite
