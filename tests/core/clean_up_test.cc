// Whether legacy data may be removed: each row of the decision table of
// core/doc/clean-up.md, and what the store remembers of a clean-up.
#include "ferrite/clean_up.h"

#include <map>
#include <utility>
#include <vector>

#include "ferrite/history.h"
#include "ferrite/rollback.h"
#include "tests/core/incremental_fixture.h"
#include "tests/support/fault_vfs.h"

namespace ferrite {
namespace {

using testing::Incremental;
using testing::json;

constexpr char kTable[] = R"({"name": "t", "from":
  {"indexedDB": "d", "store": "a"}, "columns":
  {"id": "integer", "n": {"type": "integer", "notNull": true}},
  "primaryKey": ["id"]})";
constexpr int64_t kDay = 86400000;

class CleanUp : public Incremental {
 protected:
  void SetUp() override {
    Open(kTable);
    for (int id = 1; id <= 20; ++id) PutNumber(id, id);
  }

  void PutNumber(int id, int n) {
    Put(R"({"id": )" + std::to_string(id) + R"(, "n": )" + std::to_string(n) +
        "}");
  }

  json Ask(const std::string& action, json request = json::object()) {
    request["do"] = action;
    const Result<std::string> answer = AnswerCleanUp(
        store_.get(), request.dump(), host_.now, {"tester", "here"});
    return json::parse(answer.ok() ? *answer : answer.error().ToJson());
  }

  // Nothing is in the way, but for what `change` says.
  static json Facts(const json& change = json::object()) {
    json facts = {{"retentionMs", 0}, {"records", 20}, {"durable", true}};
    facts.update(change);
    return facts;
  }

  std::string Why(const json& change = json::object()) {
    std::string list;
    const json answer = Ask("look", Facts(change));
    for (const json& blocker : answer["blockers"]) {
      list += blocker["why"].get<std::string>() + " " +
              blocker["code"].get<std::string>() + "; ";
    }
    return list;
  }

  json Begin(const json& change = json::object()) {
    const int64_t since = host_.now;
    Verify();
    json facts = Facts(
        {{"id", "snap"}, {"since", since}, {"sources", {{{"table", "t"}}}}});
    facts.update(change);
    return Ask("begin", facts);
  }

  std::string History() {
    std::string text;
    const Result<std::string> page = AnswerHistory(
        store_.get(), R"({"do":"history","sort":"id","kind":"cleanUp"})",
        host_.now, {});
    const json answer = json::parse(*page);
    for (const json& row : answer["rows"]) {
      text += row["status"].get<std::string>() + " " +
              std::to_string(row["attempts"].get<int>()) + " " +
              std::to_string(row["records"].get<int>()) + "; ";
    }
    return text;
  }

  std::string Audit() {
    std::string text;
    const Result<std::string> page = AnswerHistory(
        store_.get(), R"({"do":"audit","sort":"id","search":"cleanUp"})",
        host_.now, {});
    const json answer = json::parse(*page);
    for (const json& row : answer["rows"]) {
      text += row["action"].get<std::string>() + "; ";
    }
    return text;
  }
};

TEST_F(CleanUp, MayBeginBehindAVerifiedMigrationOnly) {
  EXPECT_EQ(Why(), "no-migration state; ");
  {
    auto unfinished = Incremental::Begin();
    ASSERT_TRUE(unfinished.ok());
    EXPECT_EQ(Why(), "unfinished state; ");
  }
  Migrate();
  EXPECT_EQ(Why(), "");
}

TEST_F(CleanUp, IsRefusedByEachFactOfTheHost) {
  Migrate();
  const std::vector<std::pair<json, std::string>> table = {
      {{{"durable", false}}, "not-durable store_open; "},
      {{{"noRollback", "It began without a backup."}}, "no-rollback state; "},
      {{{"pending", true}}, "pending state; "},
      {{{"blocked", {"indexedDB d/a"}}}, "blocked source_blocked; "},
      {{{"unreadable", {"localStorage"}}}, "unreadable source_unreadable; "},
      {{{"records", 0}}, "nothing state; "},
      {{{"retentionMs", 7 * kDay}}, "retention state; "},
  };
  for (const auto& [change, why] : table) EXPECT_EQ(Why(change), why);
  json all = json::object();
  for (const auto& row : table) all.update(row.first);
  EXPECT_EQ(Ask("look", Facts(all))["blockers"].size(), table.size());
  EXPECT_EQ(Begin(all)["code"], "state");
  EXPECT_FALSE(Ask("look").contains("mark"));
}

TEST_F(CleanUp, WaitsForTheEndOfTheRetentionTime) {
  Migrate();
  const json look = Ask("look", Facts({{"retentionMs", kDay}}));
  const int64_t ends = look["notBefore"];
  EXPECT_EQ(ends, look["migration"]["finishedAt"].get<int64_t>() + kDay);
  host_.now = ends - 1;
  EXPECT_EQ(Why({{"retentionMs", kDay}}), "retention state; ");
  host_.now = ends;
  EXPECT_EQ(Why({{"retentionMs", kDay}}), "");
}

TEST_F(CleanUp, IsRefusedWhileTheLedgerAloneHasRecords) {
  Put(R"({"id": 21})");
  Migrate();
  EXPECT_EQ(Why(), "failed-records not_verified; ");
  EXPECT_EQ(Why({{"acceptFailed", true}}), "");
  EXPECT_EQ(Begin()["code"], "not_verified");
  EXPECT_EQ(Begin({{"acceptFailed", true}})["mark"]["status"], "running");
}

TEST_F(CleanUp, IsRefusedWhenTheMigrationEndedWithDifferences) {
  {
    auto pass = Incremental::Begin();
    ASSERT_TRUE(pass.ok());
    while ((*pass)->step().kind == StepKind::kRead) {
      ASSERT_TRUE(host_.Advance(pass->get()).ok());
    }
    ASSERT_TRUE(store_->Execute("DELETE FROM t WHERE id=3").ok());
    ASSERT_TRUE(host_.Drive(pass->get()).ok());
  }
  EXPECT_EQ(Why(), "not-verified not_verified; ");
  EXPECT_EQ(Why({{"acceptFailed", true}}), "not-verified not_verified; ");
  // What is mended and verified counts.
  EXPECT_NE(Verify(), "verified");
  EXPECT_EQ(Why(), "not-verified not_verified; ");
  ASSERT_TRUE(store_->Execute("INSERT INTO t(id, n) VALUES(3, 3)").ok());
  EXPECT_EQ(Verify(), "verified");
  EXPECT_EQ(Why(), "");
}

TEST_F(CleanUp, NoticesWhatWasWrittenSinceTheMigration) {
  Migrate();
  PutNumber(4, 444);
  EXPECT_EQ(Why(), "");
  const json refused = Begin();
  EXPECT_EQ(refused["code"], "not_verified");
  EXPECT_NE(refused["message"].get<std::string>().find("1 difference"),
            std::string::npos);
  // Brought up to date it may.
  Migrate();
  EXPECT_EQ(Begin()["mark"]["status"], "running");
}

TEST_F(CleanUp, NeedsAVerificationOfRightBefore) {
  Migrate();
  Verify();
  EXPECT_EQ(Ask("begin", Facts({{"id", "snap"}, {"since", host_.now}}))["code"],
            "not_verified");
  EXPECT_EQ(Ask("begin", Facts({{"id", "snap"}}))["code"], "not_verified");
  EXPECT_EQ(Begin({{"id", ""}})["path"], "/id");
  EXPECT_EQ(History(), "");
}

TEST_F(CleanUp, GoesOnBehindAKillAndIsTold) {
  Migrate();
  const json begun = Begin();
  EXPECT_EQ(begun["resumed"], false);
  EXPECT_EQ(begun["mark"]["sources"], json({{{"table", "t"}}}));
  EXPECT_EQ(History(), "running 1 0; ");
  ASSERT_TRUE(StopRunning(store_.get(), {ErrorCode::kSourceBlocked, "", "", ""},
                          host_.now)
                  .ok());
  EXPECT_EQ(History(), "failed 1 0; ");
  EXPECT_EQ(Why(), "already-cleaned state; ");
  const json resumed = Ask("begin");
  EXPECT_EQ(resumed["resumed"], true);
  EXPECT_EQ(resumed["mark"]["id"], "snap");
  const json ended = Ask("end", {{"records", 20}});
  EXPECT_EQ(ended["mark"]["status"], "done");
  EXPECT_EQ(ended["mark"]["sources"], json({{{"table", "t"}}}));
  EXPECT_EQ(History(), "completed 2 20; ");
  EXPECT_EQ(Audit(),
            "cleanUp.begin; cleanUp.end; cleanUp.resume; cleanUp.end; ");
  EXPECT_EQ(Ask("end", {{"records", 20}})["code"], "state");
  EXPECT_EQ(Begin()["code"], "state");
}

TEST_F(CleanUp, KeepsAnIncrementalRunFromTakingRowsAway) {
  Migrate();
  Begin();
  for (int id = 1; id <= 20; ++id) Remove(id);
  EXPECT_EQ(Migrate()["code"], "state");
  Ask("end");
  EXPECT_EQ(Migrate()["code"], "state");
  EXPECT_EQ(CheckNotCleanedUp(store_.get()).error().code, ErrorCode::kState);
  for (int id = 1; id <= 20; ++id) PutNumber(id, id);
  Ask("restoring");
  EXPECT_EQ(Migrate()["code"], "state");
  Ask("restored");
  EXPECT_EQ(Migrate()["status"], "verified");
}

TEST_F(CleanUp, IsForgottenOnlyWhenItHasEnded) {
  Migrate();
  EXPECT_EQ(Ask("forget")["code"], "state");
  Begin();
  EXPECT_EQ(Ask("forget")["code"], "state");
  Ask("end");
  EXPECT_EQ(Ask("forget"), json::object());
  // The sources are as empty as before.
  EXPECT_EQ(Ask("look", Facts())["mark"]["id"], "");
  EXPECT_EQ(Why(), "already-cleaned state; ");
}

TEST_F(CleanUp, RefusesRequestsThatItDoesNotKnow) {
  EXPECT_EQ(Ask("clean")["path"], "/do");
  EXPECT_EQ(Ask("look", {{"retention", 1}})["path"], "/retention");
  EXPECT_EQ(Ask("look", {{"id", "x"}})["path"], "/id");
  EXPECT_EQ(Ask("look", {{"retentionMs", -1}})["path"], "/retentionMs");
  EXPECT_EQ(Ask("look", {{"durable", "yes"}})["path"], "/durable");
  EXPECT_EQ(Ask("look", {{"blocked", {1}}})["path"], "/blocked");
  EXPECT_EQ(Ask("restored", {{"records", 1}})["path"], "/records");
  EXPECT_EQ(json::parse(
                AnswerCleanUp(store_.get(), "[]", 0).error().ToJson())["code"],
            "invalid_argument");
}

// The mark tells of the sources, so a restore of the store leaves it.
TEST_F(CleanUp, StaysInAStoreThatIsRestored) {
  testing::FaultVfs vfs;
  Store::Options options;
  options.vfs = testing::FaultVfs::kName;
  store_ = std::move(Store::Open("live.db", options)).value();
  Migrate();
  const auto bytes = [&] {
    auto all = std::move(StoreBytes::Open(store_.get())).value();
    ByteBuffer copy(all->size());
    EXPECT_TRUE(all->Read(0, copy).ok());
    return copy;
  };
  const auto restore = [&](const ByteBuffer& backup) {
    using Kind = testing::DiskChange::Kind;
    for (const Kind kind : {Kind::kDelete, Kind::kCreate}) {
      vfs.disk.Apply("r.db", {kind, 0, {}, true});
    }
    vfs.disk.Apply("r.db", {Kind::kWrite, 0, backup, false});
    vfs.disk.Apply("r.db", {Kind::kSync, 0, {}, false});
    RestoreOptions how;
    how.vfs = testing::FaultVfs::kName;
    how.now = host_.now;
    how.backup = "b";
    how.token = std::to_string(host_.now);
    how.sources = "snap";
    const Result<std::string> done = RestoreStore(store_.get(), "r.db", how);
    EXPECT_TRUE(done.ok()) << done.error().message;
  };
  const ByteBuffer before = bytes();
  Begin();
  Ask("end");
  const ByteBuffer cleaned = bytes();
  restore(before);
  EXPECT_EQ(Ask("look")["mark"]["status"], "done");
  Ask("restoring", {{"newer", {{"snapshot", "aside"}}}});
  const ByteBuffer safety = bytes();
  restore(before);
  const json mark = Ask("look")["mark"];
  EXPECT_EQ(mark["status"], "restored");
  EXPECT_EQ(mark["newer"]["snapshot"], "aside");
  restore(cleaned);
  EXPECT_EQ(Ask("look")["mark"]["status"], "restored");
  // Into a store of another life: what it was saved with.
  store_ = std::move(Store::Open("other.db", options)).value();
  restore(safety);
  EXPECT_EQ(Ask("look")["mark"]["status"], "restored");
  const Result<std::string> page = AnswerHistory(
      store_.get(), R"({"do":"history","kind":"rollback"})", host_.now, {});
  EXPECT_EQ(json::parse(*page)["rows"][0]["config"]["sources"], "snap");
  store_.reset();
}

}  // namespace
}  // namespace ferrite
