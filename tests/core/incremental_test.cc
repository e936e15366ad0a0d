// Runs that bring a store up to date: what is new, changed, deleted, the same.
#include "tests/core/incremental_fixture.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::Incremental;
using testing::TableOf;

TEST_F(Incremental, BringsNewChangedAndDeletedRecordsAndLeavesTheRest) {
  Open(TableOf());
  for (int id = 1; id <= 40; ++id) {
    Put(R"({"id":)" + std::to_string(id) + R"(,"name":"n","more":[1,2]})");
  }
  const json first = Migrate();
  EXPECT_FALSE(first.contains("incremental"));
  Put(R"({"id":0,"name":"before all"})");
  Put(R"({"id":7,"name":"changed","more":[1,2]})");
  Put(R"({"id":8,"name":"n","more":[1,3]})");
  Put(R"({"id":99,"name":"behind all"})");
  for (const int id : {1, 20, 21, 22, 40}) Remove(id);
  EXPECT_NE(Verify(), "verified");
  const json report = Migrate();
  EXPECT_EQ(Changes(report), json({2, 2, 5, 33}));
  EXPECT_EQ(report["incremental"]["since"], 1);
  EXPECT_EQ(report["sources"][0]["deleted"], 5);
  EXPECT_EQ(report["status"], "verified") << report.dump(1);
  EXPECT_EQ(Content(report), Fresh());
  EXPECT_EQ(Verify(), "verified");
}

TEST_F(Incremental, WritesNothingForWhatIsUnchanged) {
  Open(TableOf());
  for (int id = 1; id <= 40; ++id) Put(R"({"id":)" + std::to_string(id) + "}");
  Migrate();
  Execute(
      "CREATE TRIGGER u AFTER UPDATE ON t BEGIN "
      "SELECT RAISE(ABORT, 'u'); END; CREATE TRIGGER i AFTER INSERT ON t BEGIN "
      "SELECT RAISE(ABORT, 'i'); END; CREATE TRIGGER o AFTER INSERT ON "
      "ferrite_origin BEGIN SELECT RAISE(ABORT, 'o'); END");
  const json report = Migrate();
  EXPECT_EQ(Changes(report), json({0, 0, 0, 40}));
  EXPECT_EQ(report["totals"]["records"], 40);
  EXPECT_EQ(report["status"], "verified");
  EXPECT_EQ(Changes(Migrate()), json({0, 0, 0, 40}));
}

TEST_F(Incremental, PropertyOrderIsKeptAsANewStoreWould) {
  Open(TableOf());
  Put(R"({"id":1,"name":"n","a":1,"b":2})");
  Put(R"({"id":2,"name":"n"})");
  Migrate();
  Execute(
      "CREATE TEMP TABLE log(what); CREATE TEMP TRIGGER w AFTER UPDATE ON "
      "t BEGIN INSERT INTO log VALUES(NEW.id); END");
  Put(R"({"b":2,"id":1,"a":1,"name":"n"})");
  Put(R"({"name":"n","id":2})");
  const json report = Migrate();
  EXPECT_EQ(Changes(report), json({0, 2, 0, 0}));
  EXPECT_EQ(Content(report), Fresh());
  EXPECT_EQ(Rows("SELECT what FROM log"), "1");
}

TEST_F(Incremental, EmptySourceTakesAllRowsAwayAndAbsentOneNone) {
  Open(
      R"({"name": "t", "from": {"indexedDB": "d", "store": "a", "optional": true},
    "columns": {"id": "integer"}, "primaryKey": ["id"]})");
  for (int id = 1; id <= 2000; ++id) {
    Put(R"({"id":)" + std::to_string(id) + "}");
  }
  Migrate();
  host_.sources[0].set_status(SourceState::Status::kAbsent);
  EXPECT_EQ(Changes(Migrate()), json({0, 0, 0, 0}));
  EXPECT_EQ(Rows("SELECT count(*) FROM t"), "2000");
  for (int id = 1; id <= 2000; ++id) Remove(id);
  host_.sources[0].set_status(SourceState::Status::kEmpty);
  const json report = Migrate();
  EXPECT_EQ(Changes(report), json({0, 0, 2000, 0}));
  EXPECT_EQ(report["status"], "verified");
  EXPECT_EQ(Rows("SELECT count(*) FROM ferrite_origin"), "0");
}

TEST_F(Incremental, EachReplacesTheRowsOfARecordOneByOne) {
  Open(R"({"name": "lines", "from": {"indexedDB": "d", "store": "a"},
     "each": "/lines", "columns": {"order": {"record": "/id", "type": "integer"},
       "sku": "text", "n": "integer"}, "primaryKey": ["order", "sku"]},
    {"name": "orders", "from": {"indexedDB": "d", "store": "a"},
     "columns": {"id": "integer"}, "primaryKey": ["id"], "drop": ["/lines"]})");
  Put(R"({"id":1,"lines":[{"sku":"a","n":1},{"sku":"b","n":1},{"sku":"c","n":1}]})");
  Put(R"({"id":2,"lines":[{"sku":"a","n":1}]})");
  Put(R"({"id":3})");
  Migrate();
  Execute(
      "CREATE TEMP TABLE log(what); CREATE TEMP TRIGGER w AFTER UPDATE ON "
      "lines BEGIN INSERT INTO log VALUES(NEW.sku); END");
  Put(R"({"id":1,"lines":[{"sku":"d","n":1},{"sku":"b","n":2},{"sku":"a","n":1}]})");
  Put(R"({"id":3,"lines":[{"sku":"x","n":1}]})");
  Remove(2);
  const json report = Migrate();
  EXPECT_EQ(Changes(report), json({0, 2, 1, 0}));
  EXPECT_EQ(Content(report), Fresh());
  EXPECT_EQ(Rows("SELECT what FROM log"), "b");
  EXPECT_EQ(Verify(), "verified");
  EXPECT_EQ(Changes(Migrate()), json({0, 0, 0, 2}));
}

TEST_F(Incremental, PrimaryKeyThatIsNotTheRecordsMovesWithIt) {
  Open(R"({"name": "t", "from": {"indexedDB": "d", "store": "a"}, "columns":
    {"mail": "text", "n": {"path": "/id", "type": "integer", "unique": true}},
    "primaryKey": ["mail"]})");
  Put(R"({"id":1,"mail":"one"})");
  Put(R"({"id":2,"mail":"two"})");
  Put(R"({"id":3,"mail":"three"})");
  Migrate();
  // They change places, and one is gone whose mail another takes.
  Put(R"({"id":1,"mail":"two"})");
  Put(R"({"id":2,"mail":"three"})");
  Remove(3);
  Put(R"({"id":4,"mail":"one"})");
  const json report = Migrate();
  EXPECT_EQ(report["status"], "verified") << report.dump(1);
  EXPECT_EQ(Content(report), Fresh());
  EXPECT_EQ(Rows("SELECT n, mail FROM t ORDER BY n"), "1|two 2|three 4|one");
  EXPECT_EQ(Verify(), "verified");
}

TEST_F(Incremental, LedgerKeepsWhatIsUnchangedAndTriesTheRest) {
  Open(TableOf());
  for (int id = 1; id <= 4; ++id) {
    Put(R"({"id":)" + std::to_string(id) + R"(,"name":5})");
  }
  EXPECT_EQ(Migrate()["totals"]["failed"], 4);
  Put(R"({"id":2,"name":"now text"})");
  Put(R"({"id":3,"name":6})");
  Remove(4);
  const std::string kept =
      Rows("SELECT id FROM ferrite_failed WHERE key_text='1'");
  const json report = Migrate();
  EXPECT_EQ(Changes(report), json({0, 2, 1, 1}));
  EXPECT_EQ(report["totals"]["failed"], 2);
  EXPECT_EQ(report["sources"][0]["failed"], 2);
  EXPECT_EQ(Rows("SELECT key_text FROM ferrite_failed ORDER BY 1"), "1 3");
  EXPECT_EQ(Rows("SELECT id FROM ferrite_failed WHERE key_text='1'"), kept);
  EXPECT_EQ(Content(report), Fresh());
  // A row whose record fits no more leaves its table.
  Put(R"({"id":2,"name":7})");
  EXPECT_EQ(Content(Migrate()), Fresh());
  EXPECT_EQ(Rows("SELECT count(*) FROM t"), "0");
}

TEST_F(Incremental, RelationsAreThoseOfTheNewState) {
  Open(R"({"name": "orders", "from": {"indexedDB": "d", "store": "a"},
     "columns": {"id": "integer",
       "by": {"type": "integer", "references": {"table": "people", "onOrphan": "null"}},
       "for": {"type": "integer", "references": {"table": "people"}}},
     "primaryKey": ["id"]},
    {"name": "people", "from": {"indexedDB": "d", "store": "b"},
     "columns": {"id": "integer"}, "primaryKey": ["id"]})",
       2);
  for (int id = 1; id <= 12; ++id) {
    Put(R"({"id":)" + std::to_string(id) + R"(,"by":)" +
        std::to_string(id % 4) + R"(,"for":)" + std::to_string(id % 3) + "}");
  }
  Put(R"({"id":1})", 1);
  Put(R"({"id":2})", 1);
  Migrate();
  EXPECT_NE(Rows("SELECT count(*) FROM ferrite_failed"), "0");
  const json same = Migrate();
  EXPECT_EQ(Changes(same), json({0, 0, 0, 14}));
  EXPECT_EQ(Content(same), Fresh());
  Put(R"({"id":0})", 1);
  Put(R"({"id":3})", 1);
  const json mended = Migrate();
  EXPECT_EQ(Content(mended), Fresh());
  EXPECT_EQ(mended["status"], "verified") << mended.dump(1);
  EXPECT_EQ(Verify(), "verified");
  Remove(1, 1);
  Remove(2, 0);
  Put(R"({"id":5,"by":9,"for":2})");
  EXPECT_EQ(Content(Migrate()), Fresh());
  EXPECT_EQ(Verify().substr(0, 9), "completed");
}

TEST_F(Incremental, ReferenceThatStopsTheRunCanBeMendedInTheSource) {
  Open(R"({"name": "orders", "from": {"indexedDB": "d", "store": "a"},
     "columns": {"id": "integer",
       "by": {"type": "integer", "references": {"table": "people", "onOrphan": "fail"}}},
     "primaryKey": ["id"]},
    {"name": "people", "from": {"indexedDB": "d", "store": "b"},
     "columns": {"id": "integer"}, "primaryKey": ["id"]})",
       2);
  Put(R"({"id":1,"by":1})");
  Put(R"({"id":1})", 1);
  Migrate();
  Put(R"({"id":2,"by":2})");
  auto pass = std::move(Begin()).value();
  Result<void> driven = host_.Drive(pass.get());
  ASSERT_EQ(driven.error().code, ErrorCode::kOrphan);
  pass.reset();
  Execute(
      "UPDATE ferrite_migration SET status='failed', code='orphan' "
      "WHERE id=2");
  Put(R"({"id":2})", 1);
  const json report = Migrate();
  EXPECT_EQ(report["status"], "verified") << report.dump(1);
  EXPECT_EQ(report["attempts"], 2);
  EXPECT_EQ(Content(report), Fresh());
}

TEST_F(Incremental, WithoutOriginsOrAsATrialRunItIsRefused) {
  Open(TableOf());
  Put(R"({"id":1,"name":"n"})");
  auto first = std::move(Begin(/*incremental=*/false)).value();
  ASSERT_TRUE(host_.Drive(first.get()).ok());
  first.reset();
  EXPECT_EQ(Begin().error().code, ErrorCode::kState);
  EXPECT_EQ(Rows("SELECT count(*) FROM ferrite_migration"), "1");
  Open(TableOf());
  Migrate();
  MigrationOptions trial;
  trial.incremental = true;
  trial.sample_size = 3;
  EXPECT_EQ(
      BeginMigration(store_.get(), plan_, host_.States(), trial).error().code,
      ErrorCode::kInvalidArgument);
}

TEST_F(Incremental, UnfinishedRunGoesOnWhicheverWayItIsAskedFor) {
  Open(TableOf());
  for (int id = 1; id <= 60; ++id) Put(R"({"id":)" + std::to_string(id) + "}");
  Migrate();
  for (int id = 1; id <= 60; id += 3) Remove(id);
  for (int id = 2; id <= 60; id += 3) {
    Put(R"({"id":)" + std::to_string(id) + R"(,"name":"n"})");
  }
  auto pass = std::move(Begin()).value();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(host_.Advance(pass.get()).ok());
  pass.reset();
  EXPECT_NE(Verify().find("no completed migration"), std::string::npos);
  auto resumed = std::move(Begin(/*incremental=*/false)).value();
  ASSERT_TRUE(host_.Drive(resumed.get()).ok());
  const json report = json::parse(resumed->ReportJson());
  EXPECT_EQ(Changes(report), json({0, 20, 20, 20}));
  EXPECT_EQ(Content(report), Fresh());
  EXPECT_EQ(Verify(), "verified");
}

}  // namespace
}  // namespace ferrite
