// Both sides changed: what an incremental run makes of the store's changes.
#include "ferrite/conflict.h"
#include "tests/core/incremental_fixture.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::Incremental;
using testing::TableOf;

class IncrementalConflicts : public Incremental {
 protected:
  // Records 1 to 6. The app then changes the rows 1, 2 and 5 and removes 3, and
  // the source changes 1, 3 and 4, and removes 2. 6 stays as it is.
  json Meet(const std::string& on_conflict) {
    Open(TableOf(on_conflict.empty() ? "" : R"(,"onConflict":)" + on_conflict));
    for (int id = 1; id <= 6; ++id) {
      Put(R"({"id":)" + std::to_string(id) + R"(,"name":"first"})");
    }
    EXPECT_EQ(Migrate()["status"], "verified");
    Execute("UPDATE t SET name='app' WHERE id IN (1,2,5)");
    Execute("DELETE FROM t WHERE id=3");
    for (const int id : {1, 3, 4}) {
      Put(R"({"id":)" + std::to_string(id) + R"(,"name":"source"})");
    }
    Remove(2);
    const json report = Migrate();
    EXPECT_EQ(Changes(report), json({0, 3, 1, 2}));
    return report;
  }

  std::string Names() { return Rows("SELECT id, name FROM t ORDER BY id"); }
  std::string Decisions() {
    return Rows("SELECT key_text, decision FROM ferrite_conflict ORDER BY id");
  }
};

TEST_F(IncrementalConflicts, LedgerKeepsTheStoresRowsAndTheRecord) {
  const json report = Meet("");
  EXPECT_EQ(Names(), "1|app 2|app 3|source 4|source 5|app 6|first");
  EXPECT_EQ(Rows("SELECT key_text, code FROM ferrite_failed"), "1|not_unique");
  EXPECT_EQ(Decisions(), "2|kept");
  EXPECT_EQ(report["status"], "completed_with_differences");
  // The rows of 1 and 2 have no record any more, and 5 is not its record's.
  EXPECT_EQ(report["tables"][0]["rows"], 6);
  EXPECT_EQ(report["tables"][0]["expectedRows"], 4);
}

TEST_F(IncrementalConflicts, SkipKeepsTheStoresRows) {
  const json report = Meet(R"("skip")");
  EXPECT_EQ(Names(), "1|app 2|app 3|source 4|source 5|app 6|first");
  EXPECT_EQ(Decisions(), "1|kept 2|kept");
  EXPECT_EQ(report["tables"][0]["conflicts"]["kept"], 2);
  EXPECT_EQ(report["status"], "verified") << report.dump(1);
}

TEST_F(IncrementalConflicts, OverwriteTakesTheSources) {
  const json report = Meet(R"("overwrite")");
  EXPECT_EQ(Names(), "1|source 3|source 4|source 5|app 6|first");
  EXPECT_EQ(Decisions(), "1|overwritten 2|overwritten");
  EXPECT_EQ(report["tables"][0]["conflicts"]["overwritten"], 2);
  EXPECT_EQ(report["status"], "verified") << report.dump(1);
  // It is the record's now, so that the next change is none.
  Put(R"({"id":1,"name":"again"})");
  Migrate();
  EXPECT_EQ(Decisions(), "1|overwritten 2|overwritten");
  Remove(1);
  Migrate();
  EXPECT_EQ(Names(), "3|source 4|source 5|app 6|first");
}

TEST_F(IncrementalConflicts, AskWaitsAndDecidesAChangeAndADeletion) {
  EXPECT_EQ(Meet(R"("ask")")["status"], "completed_with_differences");
  EXPECT_EQ(Names(), "1|app 2|app 3|source 4|source 5|app 6|first");
  const json page = json::parse(*ListConflicts(store_.get(), {}));
  ASSERT_EQ(page["conflicts"].size(), 2u);
  EXPECT_EQ(page["conflicts"][0]["source"]["name"], "source");
  EXPECT_FALSE(page["conflicts"][1].contains("source"));
  EXPECT_EQ(page["conflicts"][1]["store"]["name"], "app");
  // They stay open over another run, and are that one's then.
  EXPECT_EQ(Migrate()["tables"][0]["conflicts"]["undecided"], 2);
  auto decided = ResolveConflicts(
      store_.get(), plan_,
      R"([{"id":1,"decision":"source"},{"id":2,"decision":"source"}])", 42);
  ASSERT_TRUE(decided.ok()) << decided.error().ToJson();
  EXPECT_EQ(Names(), "1|source 3|source 4|source 5|app 6|first");
  const json report = Migrate();
  EXPECT_EQ(report["status"], "verified") << report.dump(1);
  // What was decided for the source is the record's.
  Put(R"({"id":1,"name":"again"})");
  Migrate();
  EXPECT_EQ(Names(), "1|again 3|source 4|source 5|app 6|first");
}

TEST_F(IncrementalConflicts, TheSameChangeOnBothSidesIsNone) {
  Open(TableOf());
  Put(R"({"id":1,"name":"first"})");
  Migrate();
  Execute("UPDATE t SET name='both'");
  Put(R"({"id":1,"name":"both"})");
  const json report = Migrate();
  EXPECT_EQ(report["status"], "verified") << report.dump(1);
  EXPECT_EQ(Content(report), Fresh());
}

TEST_F(IncrementalConflicts, RowThatSeveralRecordsMetStaysWhenOneIsGone) {
  Open(R"({"name": "t", "from": [{"indexedDB": "d", "store": "a"},
    {"indexedDB": "d", "store": "b"}], "columns": {"id": "integer",
    "name": "text"}, "primaryKey": ["id"], "onConflict": "overwrite"})",
       2);
  for (const char* record :
       {R"({"id":1,"name":"same"})", R"({"id":2,"name":"a"})"}) {
    Put(record);
  }
  Put(R"({"id":1,"name":"same"})", 1);
  Put(R"({"id":2,"name":"b"})", 1);
  Migrate();
  Remove(1);
  Remove(2);
  const json report = Migrate();
  EXPECT_EQ(Changes(report), json({0, 0, 2, 2}));
  EXPECT_EQ(Names(), "1|same 2|b");
  EXPECT_EQ(report["status"], "verified") << report.dump(1);
  EXPECT_EQ(Verify(), "verified");
}

}  // namespace
}  // namespace ferrite
