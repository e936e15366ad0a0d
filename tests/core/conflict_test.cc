#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/conflict_fixture.h"

namespace ferrite::testing {
namespace {

TEST_F(Conflicts, WithTheLedgerAnEqualRowOfAnotherRecordIsOneTooMany) {
  host_.sources.push_back(MemorySource::IndexedDb("d", "s2"));
  std::string plan = PlanText(R"("ledger")");
  const std::string one = R"({"indexedDB": "d", "store": "s"})";
  plan.replace(plan.find(one), one.size(),
               "[" + one + R"(, {"indexedDB": "d", "store": "s2"}])");
  Put(kSame);
  host_.sources[1].Put("1", kSame);
  const json report = Migrate(plan);
  EXPECT_EQ(report["failed"][0]["code"], "not_unique");
  EXPECT_FALSE(report["tables"][0].contains("conflicts"));
}

TEST_F(Conflicts, DecidesBetweenTwoSourcesOfOneKey) {
  host_.sources.push_back(MemorySource::IndexedDb("d", "s2"));
  std::string plan = PlanText(kNewest);
  const std::string one = R"({"indexedDB": "d", "store": "s"})";
  plan.replace(plan.find(one), one.size(),
               "[" + one + R"(, {"indexedDB": "d", "store": "s2"}])");
  Put(kSame);
  Put(R"({"id": 2, "name": "a", "at": 9, "x": 1})");
  host_.sources[1].Put("1", kNewer);
  host_.sources[1].Put("2", R"({"id": 2, "name": "b", "at": 8, "x": 2})");
  const json report = Migrate(plan);
  EXPECT_EQ(report["status"], "verified");
  EXPECT_EQ(Row("SELECT group_concat(name) FROM t"), "source,a");
  EXPECT_EQ(report["tables"][0]["conflicts"]["overwritten"], 1);
  EXPECT_EQ(report["tables"][0]["conflicts"]["kept"], 1);
  const json verified = Verify();
  EXPECT_EQ(verified["status"], "verified");
  EXPECT_EQ(verified["tables"][0]["matched"], 2);
  EXPECT_EQ(verified["tables"][0]["conflicts"]["overwritten"], 1);
  EXPECT_EQ(verified["tables"][0]["conflicts"]["kept"], 1);
  // The row was changed since: that is no conflict's doing.
  Execute("UPDATE t SET name='c'");
  EXPECT_EQ(Verify()["tables"][0]["different"], 4);
}

TEST_F(Conflicts, LeavesTheStoresOtherRowsAndCountsThem) {
  Execute(kTable);
  Execute("INSERT INTO t(id,name) VALUES(1,'a'),(2,'b'),(7,'c')");
  Put(R"({"id": 2, "name": "B"})");
  Put(R"({"id": 3, "name": "C"})");
  const json report = Migrate(PlanText(R"("overwrite")"));
  EXPECT_EQ(report["status"], "verified");
  EXPECT_EQ(report["tables"][0]["rows"], 4);
  EXPECT_EQ(report["tables"][0]["conflicts"]["before"], 3);
  EXPECT_EQ(Row("SELECT group_concat(name) FROM t"), "a,B,C,c");
  const json verified = Verify();
  EXPECT_EQ(verified["status"], "verified");
  EXPECT_EQ(verified["tables"][0]["conflicts"]["storeOnly"], 2);
}

TEST_F(Conflicts, ARowThatBreaksAnotherUniqueGoesToTheLedgerAndChangesNothing) {
  Execute(kTable);
  Execute("INSERT INTO t(id,name,mail) VALUES(1,'a','a@x'),(2,'b','b@x')");
  Put(R"({"id": 2, "name": "B", "mail": "a@x"})");
  Put(R"({"id": 3, "name": "C", "mail": "b@x"})");
  const json report = Migrate(PlanText(R"("overwrite")"));
  EXPECT_EQ(report["failed"].size(), 2u);
  EXPECT_EQ(report["failed"][0]["code"], "not_unique");
  EXPECT_EQ(Row("SELECT group_concat(name) FROM t"), "a,b");
  EXPECT_EQ(report["tables"][0]["hash"], report["tables"][0]["expectedHash"]);
  EXPECT_EQ(ListAll()["total"], 0);
}

TEST_F(Conflicts, TakesNoTableThatDoesNotFit) {
  const std::pair<const char*, const char*> tables[] = {
      {"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, n REAL, at INTEGER, "
       "_unmapped BLOB)",
       "no column \"mail\""},
      {"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, n REAL, at INTEGER, "
       "mail TEXT)",
       "no column \"_unmapped\""},
      {"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, n TEXT, at INTEGER, "
       "mail TEXT, _unmapped BLOB)",
       "column \"n\" of another kind"},
      {"CREATE TABLE t(id INTEGER, name TEXT PRIMARY KEY, n REAL, at INTEGER, "
       "mail TEXT, _unmapped BLOB)",
       "another primary key"},
      {"CREATE TABLE t(id INTEGER, name TEXT, n REAL, at INTEGER, mail TEXT, "
       "_unmapped BLOB, PRIMARY KEY(id, name))",
       "another primary key"},
      {"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, n REAL, at INTEGER, "
       "mail TEXT, _unmapped BLOB, must INTEGER NOT NULL)",
       "needs a value in its column \"must\""},
      {"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, n REAL, at INTEGER, "
       "mail TEXT, _unmapped BLOB) WITHOUT ROWID",
       "no ordinary table"},
      {"CREATE VIEW t AS SELECT 1", "no ordinary table"},
  };
  for (const auto& [sql, message] : tables) {
    SetUp();
    Execute(sql);
    Result<std::unique_ptr<Pass>> pass = Begin(PlanText(R"("skip")"));
    ASSERT_FALSE(pass.ok()) << sql;
    EXPECT_EQ(pass.error().code, ErrorCode::kTableExists);
    EXPECT_EQ(pass.error().path, "/tables/0/name");
    EXPECT_THAT(pass.error().message, ::testing::HasSubstr(message));
    EXPECT_EQ(Row("SELECT count(*) FROM ferrite_migration"), "0");
  }
}

TEST_F(Conflicts, TakesTheTableOfAnEarlierMigrationOfAnotherPlan) {
  Put(kSame);
  Migrate(PlanText(R"("skip")"));
  Put(kNewer);
  Put(R"({"id": 2, "name": "two"})");
  const json report = Migrate(PlanText(R"("overwrite")"));
  EXPECT_EQ(report["status"], "verified");
  EXPECT_EQ(report["tables"][0]["conflicts"]["before"], 1);
  EXPECT_EQ(report["tables"][0]["conflicts"]["overwritten"], 1);
  EXPECT_EQ(report["tables"][0]["conflicts"]["inserted"], 1);
}

TEST_F(Conflicts, ComesToTheSameAfterACrashBehindEveryCall) {
  const auto fill = [&] {
    SetUp();
    Execute(kTable);
    for (int i = 1; i <= 40; i += 2) {
      Execute("INSERT INTO t(id,name,at,mail) VALUES(" + std::to_string(i) +
              ",'store'," + std::to_string(i % 3) + ",'" + std::to_string(i) +
              "@x')");
    }
    for (int i = 1; i <= 40; ++i) {
      Put(R"({"id": )" + std::to_string(i) + R"(, "name": "s", "at": 1,
        "mail": ")" +
          std::to_string(i % 35) + R"(@x", "z": [1]})");
    }
  };
  const std::string dump =
      "SELECT (SELECT group_concat(id||name||at||mail||quote(_unmapped)) FROM "
      "(SELECT * FROM t ORDER BY id)) || (SELECT group_concat(row_key_hex||"
      "decision||source||store) FROM (SELECT hex(row_key) AS row_key_hex, "
      "decision, hex(ifnull(source_row,'')) AS source, hex(ifnull(store_row,"
      "'')) AS store FROM ferrite_conflict ORDER BY id))";
  for (const char* strategy : {kNewest, R"("merge")", R"("ask")"}) {
    fill();
    json whole = Migrate(PlanText(strategy));
    const std::string expected = Row(dump);
    ASSERT_GT(whole["failed"].size(), 0u);
    for (int calls = 1; calls < 25; ++calls) {
      fill();
      {
        Result<std::unique_ptr<Pass>> pass = Begin(PlanText(strategy));
        ASSERT_TRUE(pass.ok()) << pass.error().ToJson();
        for (int i = 0; i < calls && (*pass)->step().kind != StepKind::kDone;
             ++i) {
          ASSERT_TRUE(host_.Advance(pass->get()).ok());
        }
      }
      const json again = Migrate(PlanText(strategy));
      EXPECT_EQ(Row(dump), expected) << calls;
      EXPECT_EQ(again["tables"], whole["tables"]) << calls;
      EXPECT_EQ(again["status"], whole["status"]) << calls;
    }
  }
}

TEST_F(Conflicts, LooksAtTheTablesInSlicesBeforeItReads) {
  Execute(kTable);
  Execute("INSERT INTO t(id,name) VALUES(1,'a')");
  Put(R"({"id": 2})");
  Result<std::unique_ptr<Pass>> pass = Begin(PlanText(R"("skip")"));
  ASSERT_TRUE(pass.ok());
  EXPECT_EQ((*pass)->step().kind, StepKind::kWork);
  EXPECT_EQ((*pass)->progress().stage, "survey");
  EXPECT_EQ((*pass)->Apply({}, true, 1).error().code, ErrorCode::kState);
  ASSERT_TRUE(host_.Drive(pass->get()).ok());
}

TEST_F(Conflicts, MovesItsEntriesOnWhenARelationChangesTheRow) {
  Put(R"({"id": 1, "name": "a", "n": 5})");
  host_.sources.push_back(MemorySource::IndexedDb("d", "s2"));
  host_.sources[1].Put("1", R"({"id": 1, "name": "b", "n": 6})");
  const json report = Migrate(R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "t", "from": [{"indexedDB": "d", "store": "s"},
                           {"indexedDB": "d", "store": "s2"}],
     "columns": {"id": "integer", "name": "text",
       "n": {"type": "integer",
             "references": {"table": "t", "onOrphan": "null"}}},
     "primaryKey": ["id"], "onConflict": "skip"}]})");
  EXPECT_EQ(report["status"], "verified");
  EXPECT_EQ(report["tables"][0]["nulled"], 1);
  EXPECT_EQ(Row("SELECT name,n FROM t"), "a|null");
  const json verified = Verify();
  EXPECT_EQ(verified["status"], "verified");
  EXPECT_EQ(verified["tables"][0]["conflicts"]["kept"], 1);
}

TEST(ConflictPlan, SaysWhatIsWrongAndWhere) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"("skp")", "/tables/0/onConflict"},
      {"1", "/tables/0/onConflict"},
      {R"("keepNewest")", "/tables/0/onConflict"},
      {R"({"strategy": "keepOldest"})", "/tables/0/onConflict"},
      {R"({"strategy": "merge", "rest": "newest"})", "/tables/0/onConflict"},
      {R"({"time": "at"})", "/tables/0/onConflict"},
      {R"({"strategy": "skip", "time": "at"})", "/tables/0/onConflict/time"},
      {R"({"strategy": "keepNewest", "time": "att"})",
       "/tables/0/onConflict/time"},
      {R"({"strategy": "skip", "rest": "store"})", "/tables/0/onConflict/rest"},
      {R"({"strategy": "merge", "rest": "min"})", "/tables/0/onConflict/rest"},
      {R"({"strategy": "merge", "columns": {"id": "min"}})",
       "/tables/0/onConflict/columns/id"},
      {R"({"strategy": "merge", "columns": {"nn": "min"}})",
       "/tables/0/onConflict/columns/nn"},
      {R"({"strategy": "merge", "columns": {"n": "sum"}})",
       "/tables/0/onConflict/columns/n"}};
  for (const auto& [text, path] : wrong) {
    const Result<Plan> plan = Plan::Parse(PlanText(text));
    ASSERT_FALSE(plan.ok()) << text;
    EXPECT_EQ(plan.error().code, ErrorCode::kPlanInvalid);
    EXPECT_EQ(plan.error().path, path) << text;
  }
}

TEST(ConflictPlan, IsPartOfThePlansHash) {
  const Hash128 usual = ParsePlan(PlanText(R"("ledger")")).hash;
  EXPECT_EQ(ParsePlan(PlanText(R"({"strategy": "ledger"})")).hash, usual);
  EXPECT_FALSE(ParsePlan(PlanText(R"("skip")")).hash == usual);
  EXPECT_FALSE(
      ParsePlan(PlanText(R"("merge")")).hash ==
      ParsePlan(PlanText(R"({"strategy": "merge", "columns": {"n": "max"}})"))
          .hash);
}

}  // namespace
}  // namespace ferrite::testing
