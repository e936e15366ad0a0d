#include <gtest/gtest.h>

#include "tests/core/conflict_fixture.h"

namespace ferrite::testing {
namespace {

// Three conflicts to decide: ids 1 to 3 of rows 1 to 3.
class Undecided : public Conflicts {
 protected:
  void SetUp() override {
    Conflicts::SetUp();
    Execute(kTable);
    for (const char* id : {"1", "2", "3"}) {
      Execute(std::string("INSERT INTO t(id,name,n) VALUES(") + id +
              ",'store',1)");
      Put(R"({"id": )" + std::string(id) +
          R"(, "name": "source", "n": 2, "x": null})");
    }
    Migrate(PlanText(R"("ask")"));
  }
};

TEST_F(Undecided, AreListedInPages) {
  ConflictFilter filter;
  filter.limit = 2;
  json page = List(filter);
  EXPECT_EQ(page["total"], 3);
  ASSERT_EQ(page["conflicts"].size(), 2u);
  EXPECT_EQ(page["next"], 2);
  const json& first = page["conflicts"][0];
  EXPECT_EQ(first["table"], "t");
  EXPECT_EQ(first["key"], "1");
  EXPECT_EQ(first["columns"], json({"name", "n", "_unmapped"}));
  EXPECT_EQ(first["source"]["name"], "source");
  EXPECT_EQ(first["store"]["n"], 1);
  filter.after = 2;
  page = List(filter);
  EXPECT_EQ(page["total"], 3);
  EXPECT_EQ(page["conflicts"].size(), 1u);
  EXPECT_FALSE(page.contains("next"));
  ConflictFilter other;
  other.table = "u";
  EXPECT_EQ(List(other)["total"], 0);
}

TEST_F(Undecided, AreDecidedForTheSourceTheStoreOrAMergedRow) {
  const Result<std::string> done = Resolve(R"([
    {"id": 1, "decision": "source"}, {"id": 2, "decision": "store"},
    {"table": "t", "key": "3", "decision": {"name": "both"}}])");
  ASSERT_TRUE(done.ok()) << done.error().ToJson();
  EXPECT_EQ(*done, R"({"decided":3,"passed":0})");
  EXPECT_EQ(Row("SELECT group_concat(name||n) FROM t"),
            "source2.0,store1.0,both1.0");
  EXPECT_EQ(List()["total"], 0);
  const json all = ListAll()["conflicts"];
  EXPECT_EQ(all[0]["decision"], "overwritten");
  EXPECT_EQ(all[0]["store"]["name"], "store");
  EXPECT_EQ(all[0]["decidedAt"], 42);
  EXPECT_EQ(all[1]["decision"], "kept");
  EXPECT_EQ(all[2]["decision"], "merged");
  EXPECT_EQ(Row("SELECT undecided,overwritten,kept,merged FROM ferrite_total"),
            "0|1|1|1");
  const json verified = Verify();
  EXPECT_EQ(verified["status"], "verified");
  EXPECT_EQ(verified["tables"][0]["matched"], 1);
  EXPECT_EQ(verified["tables"][0]["conflicts"]["merged"], 1);
}

TEST_F(Undecided, MayBeDecidedAgainAfterACrash) {
  const std::string list = R"([{"id": 1, "decision": "source"}])";
  ASSERT_TRUE(Resolve(list).ok());
  Execute("UPDATE t SET name='app' WHERE id=1");
  EXPECT_EQ(Resolve(list).value(), R"({"decided":0,"passed":1})");
  EXPECT_EQ(Row("SELECT name FROM t"), "app");
}

TEST_F(Undecided, LoseNothingThatTheAppWroteMeanwhile) {
  Execute("UPDATE t SET name='app' WHERE id=1; DELETE FROM t WHERE id=2");
  ASSERT_TRUE(Resolve(R"([{"id": 1, "decision": "source"},
                          {"id": 2, "decision": "source"}])")
                  .ok());
  EXPECT_EQ(Row("SELECT group_concat(name) FROM t"), "source,source,store");
  const json all = ListAll()["conflicts"];
  EXPECT_EQ(all[0]["store"]["name"], "app");
  EXPECT_EQ(all[1]["store"]["name"], "store");
}

TEST_F(Undecided, AreDecidedAllOrNone) {
  const std::tuple<const char*, ErrorCode, const char*> wrong[] = {
      {R"({"id": 9, "decision": "store"})", ErrorCode::kInvalidArgument,
       "/1/id"},
      {R"({"table": "t", "key": "9", "decision": "store"})",
       ErrorCode::kInvalidArgument, "/1/key"},
      {R"({"id": 2, "decision": "sauce"})", ErrorCode::kInvalidArgument,
       "/1/decision"},
      {R"({"id": 2, "decision": {"nmae": "x"}})", ErrorCode::kInvalidArgument,
       "/1/decision/nmae"},
      {R"({"id": 2, "decision": {"n": "x"}})", ErrorCode::kInvalidArgument,
       "/1/decision/n"},
      {R"({"decision": "store"})", ErrorCode::kInvalidArgument, "/1"},
      {R"({"id": 2})", ErrorCode::kInvalidArgument, "/1"},
      {R"({"id": 2, "decision": {"id": 3}})", ErrorCode::kNotUnique, "/1"}};
  for (const auto& [second, code, path] : wrong) {
    const Result<std::string> done = Resolve(
        std::string(R"([{"id": 1, "decision": "source"}, )") + second + "]");
    ASSERT_FALSE(done.ok()) << second;
    EXPECT_EQ(done.error().code, code) << done.error().ToJson();
    EXPECT_EQ(done.error().path, path);
    EXPECT_EQ(List()["total"], 3);
    EXPECT_EQ(Row("SELECT name FROM t"), "store");
  }
  plan_ = ParsePlan(PlanText(R"("skip")"));
  EXPECT_EQ(Resolve(R"([{"id": 1, "decision": "store"}])").error().code,
            ErrorCode::kPlanChanged);
}

TEST_F(Conflicts, AreDecidedBetweenTheCopyAndTheRest) {
  Execute(kTable);
  Execute("INSERT INTO t(id,name) VALUES(1,'store')");
  Put(R"({"id": 1, "name": "source"})");
  Result<std::unique_ptr<Pass>> pass = Begin(PlanText(R"("ask")"));
  ASSERT_TRUE(pass.ok());
  while ((*pass)->progress().stage != "relations") {
    ASSERT_TRUE(host_.Advance(pass->get()).ok());
  }
  ASSERT_TRUE(Resolve(R"([{"id": 1, "decision": "source"}])").ok());
  ASSERT_TRUE(host_.Drive(pass->get()).ok());
  const json report = json::parse((*pass)->ReportJson());
  EXPECT_EQ(report["status"], "verified");
  EXPECT_EQ(report["tables"][0]["conflicts"]["overwritten"], 1);
  EXPECT_EQ(report["tables"][0]["conflicts"]["undecided"], 0);
}

TEST_F(Conflicts, KeepARowWithEveryKindOfCell) {
  Execute(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, c, d, e, f, _unmapped "
      "BLOB)");
  Execute(
      "INSERT INTO t VALUES(1, 1.0, 9007199254740993, x'00ff', "
      "CAST(x'ff41' AS TEXT), -0.5, NULL, x'01')");
  Put(R"({"id": 1})");
  Migrate(R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "t", "from": {"indexedDB": "d", "store": "s"},
     "columns": {"id": "integer", "a": "any", "b": "any", "c": "any",
       "d": "any", "e": "any", "f": "any"},
     "primaryKey": ["id"], "onConflict": "ask"}]})");
  const std::string before =
      Row("SELECT quote(a),quote(b),quote(c),hex(d),quote(e) FROM t");
  Execute("UPDATE ferrite_conflict SET source_row=store_row");
  Execute("UPDATE t SET a=0,b=0,c=0,d=0,e=0,f=0,_unmapped=0");
  const Result<std::string> done =
      Resolve(R"([{"id": 1, "decision": "source"}])");
  ASSERT_TRUE(done.ok()) << done.error().ToJson();
  EXPECT_EQ(Row("SELECT quote(a),quote(b),quote(c),hex(d),quote(e) FROM t"),
            before);
  EXPECT_EQ(Row("SELECT typeof(d),f,hex(_unmapped) FROM t"), "text|null|01");
}

}  // namespace
}  // namespace ferrite::testing
