// What the migration does about references when everything is loaded, and that
// the verification agrees with it.
#include "core/src/relations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <nlohmann/json.hpp>

#include "ferrite/ledger.h"
#include "ferrite/migration.h"
#include "ferrite/verification.h"
#include "tests/support/json_record.h"
#include "tests/support/memory_host.h"
#include "tests/support/references.h"
#include "tests/support/shop.h"
#include "tests/support/temp_dir.h"

namespace ferrite {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MemoryHost;
using testing::MemorySource;
using ::testing::Not;
using testing::ParsePlan;
using testing::Refer;
using testing::TempDir;

size_t HeapBytes() {
#ifdef __EMSCRIPTEN__
  const auto info = mallinfo();
#else
  const auto info = mallinfo2();
#endif
  return static_cast<size_t>(info.uordblks) + static_cast<size_t>(info.hblkhd);
}

// Countries, their people, and what these say about each other.
constexpr char kPlan[] = R"({"ferrite": 1, "name": "p", "tables": [
  {"name": "countries", "from": {"indexedDB": "d", "store": "countries"},
   "columns": {"id": "text", "capital": "integer"}, "primaryKey": ["id"]},
  {"name": "people", "from": {"indexedDB": "d", "store": "people"},
   "columns": {"id": "integer", "country": {"path": "/from/country", "type": "text"},
               "boss": "integer"}, "primaryKey": ["id"]},
  {"name": "notes", "from": {"indexedDB": "d", "store": "notes"},
   "columns": {"_": {"path": "$key", "type": "key"}, "person": "integer"},
   "primaryKey": ["_"]}]})";

class RelationsTest : public ::testing::Test {
 protected:
  RelationsTest() : plan_(ParsePlan(kPlan)) {
    store_ = std::move(Store::Open(":memory:", {})).value();
    host_.sources = {MemorySource::IndexedDb("d", "countries"),
                     MemorySource::IndexedDb("d", "people"),
                     MemorySource::IndexedDb("d", "notes", "{}")};
  }

  void Country(const std::string& id, const std::string& capital = "1") {
    host_.sources[0].Put("\"" + id + "\"",
                         R"({"id":")" + id + R"(","capital":)" + capital + "}");
  }
  void Person(int id, const std::string& country,
              const std::string& boss = "null") {
    host_.sources[1].Put(
        std::to_string(id),
        R"({"id":)" + std::to_string(id) + R"(,"from":{"country":)" + country +
            R"(,"since":1},"boss":)" + boss + R"(,"more":[1]})");
  }
  void Note(int key, const std::string& person) {
    host_.sources[2].Put(std::to_string(key),
                         R"({"person":)" + person + R"(,"text":"x"})");
  }

  Result<json> TryMigrate() {
    MigrationOptions options;
    options.now = host_.now;
    options.batch_bytes = 300;
    Result<std::unique_ptr<Pass>> pass =
        BeginMigration(store_.get(), plan_, host_.States(), options);
    if (!pass.ok()) return pass.error();
    Result<void> driven = host_.Drive(pass->get());
    if (!driven.ok()) return driven.error();
    return json::parse((*pass)->ReportJson());
  }

  // Migrates, and sees that the totals and the verification agree.
  json Migrate() {
    Result<json> report = TryMigrate();
    EXPECT_TRUE(report.ok()) << report.error().ToJson();
    if (!report.ok()) return {};
    for (const json& table : (*report)["tables"]) {
      EXPECT_EQ(table["hash"], table["expectedHash"]) << table;
      EXPECT_EQ(table["rows"], table["expectedRows"]) << table;
    }
    EXPECT_THAT(Text("SELECT count(*) FROM pragma_foreign_key_check"), "0");
    const json verified = Verify();
    EXPECT_EQ(verified["differences"], json::array());
    EXPECT_EQ(verified["status"], (*report)["status"]);
    EXPECT_EQ(verified["totals"]["failed"], (*report)["totals"]["failed"]);
    for (size_t i = 0; i < verified["tables"].size(); ++i) {
      const json& table = verified["tables"][i];
      EXPECT_EQ(table["matched"], table["rows"]) << table;
      for (const char* same :
           {"hash", "expectedHash", "quarantined", "nulled"}) {
        EXPECT_EQ(table[same], (*report)["tables"][i][same]) << same;
      }
    }
    return *report;
  }

  json Verify() {
    Result<std::unique_ptr<Pass>> pass =
        BeginVerification(store_.get(), plan_, host_.States(), {.now = host_.now});
    EXPECT_TRUE(pass.ok()) << pass.error().message;
    Result<void> driven = host_.Drive(pass->get());
    EXPECT_TRUE(driven.ok()) << driven.error().message;
    return json::parse((*pass)->ReportJson());
  }

  // The first column of all rows.
  std::vector<std::string> List(const std::string& sql) {
    Result<Statement> select = store_->Prepare(sql);
    EXPECT_TRUE(select.ok()) << select.error().message;
    std::vector<std::string> texts;
    while (*select->Step()) {
      const Cell cell = select->Column(0);
      texts.push_back(cell.type == Cell::Type::kNull ? "NULL"
                      : cell.type == Cell::Type::kInteger
                          ? std::to_string(cell.integer)
                          : std::string(cell.text()));
    }
    return texts;
  }
  std::string Text(const std::string& sql) { return List(sql).at(0); }

  void Execute(const std::string& sql) {
    Result<void> done = store_->Execute(sql);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  Plan plan_;
  MemoryHost host_;
  std::unique_ptr<Store> store_;
};

TEST_F(RelationsTest, RowsThatReferToARowOrToNothingStay) {
  Refer(&plan_, "people", {"country"}, "countries", OnOrphan::kQuarantine);
  Country("no");
  Person(1, "\"no\"");
  Person(2, "null");
  const json report = Migrate();
  EXPECT_EQ(report["status"], "verified");
  EXPECT_THAT(List("SELECT id FROM people"), ElementsAre("1", "2"));
}

TEST_F(RelationsTest, WhatIsReferredToIsReadFirst) {
  Refer(&plan_, "people", {"country"}, "countries", OnOrphan::kQuarantine);
  Refer(&plan_, "countries", {"capital"}, "notes", OnOrphan::kNull);
  Country("a");
  Person(1, R"("a")");
  Note(1, "1");
  Result<std::unique_ptr<Pass>> pass = BeginMigration(
      store_.get(), plan_, host_.States(), {.now = host_.now});
  ASSERT_TRUE(pass.ok()) << pass.error().message;
  std::vector<size_t> read;
  while ((*pass)->step().kind == StepKind::kRead) {
    read.push_back((*pass)->step().source);
    ASSERT_TRUE(host_.Advance(pass->get()).ok());
  }
  EXPECT_THAT(read, ElementsAre(2, 0, 1));
}

TEST_F(RelationsTest, QuarantineMovesTheRowToTheLedgerWithItsData) {
  Refer(&plan_, "people", {"country"}, "countries", OnOrphan::kQuarantine);
  Country("no");
  Person(1, "\"no\"");
  Person(2, "\"se\"");
  const json report = Migrate();
  EXPECT_EQ(report["status"], "completed_with_differences");
  EXPECT_EQ(report["tables"][1]["quarantined"], 1);
  EXPECT_EQ(report["totals"]["failed"], 1);
  EXPECT_EQ(report["sources"][1]["failed"], 0);
  EXPECT_THAT(List("SELECT id FROM people"), ElementsAre("1"));
  ASSERT_EQ(report["failed"].size(), 1u);
  EXPECT_EQ(report["failed"][0]["code"], "orphan");
  EXPECT_EQ(report["failed"][0]["key"], "[2]");
  EXPECT_EQ(report["failed"][0]["path"], "/from/country");
  Result<Ledger> ledger = Ledger::Open(store_.get(), 1);
  ASSERT_TRUE(ledger
                  ->ForEach([&](const FailedRecord& record) {
                    EXPECT_EQ(
                        json::parse(testing::DecodeJsonText(record.value)),
                        json::parse(R"({"id":2,"from":{"country":"se",
                                  "since":1},"boss":null,"more":[1]})"));
                    return true;
                  })
                  .ok());
}

TEST_F(RelationsTest, QuarantineOfATableThatDropsFieldsKeepsItsColumns) {
  plan_.tables[1].unmapped = Unmapped::kDrop;
  Refer(&plan_, "people", {"country"}, "countries", OnOrphan::kQuarantine);
  Person(2, "\"se\"");
  Migrate();
  Result<Ledger> ledger = Ledger::Open(store_.get(), 1);
  std::vector<std::string> values;
  ASSERT_TRUE(ledger
                  ->ForEach([&](const FailedRecord& record) {
                    values.push_back(testing::DecodeJsonText(record.value));
                    return true;
                  })
                  .ok());
  ASSERT_EQ(values.size(), 1u);
  EXPECT_EQ(json::parse(values[0]),
            json::parse(R"({"id":2,"country":"se","boss":null})"));
}

TEST_F(RelationsTest, RowsThatReferredToAQuarantinedRowFollowIt) {
  Refer(&plan_, "notes", {"person"}, "people", OnOrphan::kQuarantine);
  Refer(&plan_, "people", {"country"}, "countries", OnOrphan::kQuarantine);
  Person(1, "\"no\"");
  Person(2, "null");
  Note(1, "1");
  Note(2, "2");
  Note(3, "1");
  const json report = Migrate();
  EXPECT_THAT(List("SELECT id FROM people"), ElementsAre("2"));
  EXPECT_THAT(List("SELECT _ FROM notes"), ElementsAre("2"));
  EXPECT_EQ(report["tables"][2]["quarantined"], 2);
}

TEST_F(RelationsTest, NullLeavesTheRowAndKeepsWhatWasThere) {
  Refer(&plan_, "people", {"country"}, "countries", OnOrphan::kNull);
  Refer(&plan_, "people", {"boss"}, "people", OnOrphan::kNull);
  Country("no");
  Person(1, "\"no\"", "7");
  Person(2, "\"se\"", "1");
  Person(3, "\"dk\"", "8");
  const json report = Migrate();
  EXPECT_EQ(report["status"], "verified");
  EXPECT_EQ(report["tables"][1]["nulled"], 3);
  EXPECT_THAT(report["warnings"][0], HasSubstr("people: 3 rows"));
  EXPECT_THAT(List("SELECT country FROM people"),
              ElementsAre("no", "NULL", "NULL"));
  EXPECT_THAT(List("SELECT boss FROM people"),
              ElementsAre("NULL", "1", "NULL"));
  // "since" and "more" are what no column takes anyway.
  const auto left = [&](int id) {
    Statement select =
        std::move(store_->Prepare("SELECT _unmapped FROM people WHERE id=" +
                                  std::to_string(id)))
            .value();
    EXPECT_TRUE(*select.Step());
    return json::parse(testing::DecodeJsonText(select.Column(0).bytes));
  };
  EXPECT_EQ(left(1),
            json::parse(R"({"from":{"since":1},"boss":7,"more":[1]})"));
  EXPECT_EQ(left(2),
            json::parse(R"({"from":{"country":"se","since":1},"more":[1]})"));
  EXPECT_EQ(left(3), json::parse(R"({"from":{"country":"dk","since":1},
                                    "boss":8,"more":[1]})"));
}

TEST_F(RelationsTest, NullOfARowThatIsQuarantinedElsewhereIsQuarantine) {
  Refer(&plan_, "people", {"boss"}, "people", OnOrphan::kNull);
  Refer(&plan_, "people", {"country"}, "countries", OnOrphan::kQuarantine);
  Person(1, "\"se\"", "7");
  Person(2, "null", "1");
  const json report = Migrate();
  EXPECT_THAT(List("SELECT id FROM people"), ElementsAre("2"));
  EXPECT_THAT(List("SELECT boss FROM people"), ElementsAre("NULL"));
  EXPECT_EQ(report["tables"][1]["nulled"], 1);
  EXPECT_EQ(report["tables"][1]["quarantined"], 1);
}

TEST_F(RelationsTest, NullOfColumnsThatShareAPathKeepsTheValue) {
  Column twin = plan_.tables[1].columns[2];
  twin.name = "boss_too";
  plan_.tables[1].columns.push_back(twin);
  Refer(&plan_, "people", {"boss"}, "people", OnOrphan::kNull);
  Person(1, "null", "7");
  Migrate();
  EXPECT_EQ(Text("SELECT boss FROM people"), "NULL");
  EXPECT_EQ(Text("SELECT boss_too FROM people"), "7");
}

TEST_F(RelationsTest, NullOfATableThatDropsFieldsKeepsTheValueAlone) {
  plan_.tables[1].drop = {{"more"}, {"from", "since"}};
  Refer(&plan_, "people", {"boss"}, "people", OnOrphan::kNull);
  Person(1, "null", "7");
  Migrate();
  Statement select =
      std::move(store_->Prepare("SELECT _unmapped FROM people")).value();
  ASSERT_TRUE(*select.Step());
  EXPECT_EQ(json::parse(testing::DecodeJsonText(select.Column(0).bytes)),
            json::parse(R"({"from":{"country":null},"boss":7})"));
}

TEST_F(RelationsTest, NullOfAnElementsRowKeepsTheElement) {
  plan_.tables[1].each = {{"list"}};
  plan_.tables[1].columns[0].from = ColumnFrom::kPosition;
  plan_.tables[1].columns[0].paths.clear();
  Refer(&plan_, "people", {"country"}, "countries", OnOrphan::kNull);
  Country("no");
  host_.sources[1].Put("1", R"({"list":[{"from":{"country":"no"}},
      {"from":{"country":"se"},"boss":4,"more":2}]})");
  const json report = Migrate();
  EXPECT_EQ(report["tables"][1]["nulled"], 1);
  EXPECT_THAT(List("SELECT country FROM people"), ElementsAre("no", "NULL"));
  EXPECT_THAT(List("SELECT boss FROM people"), ElementsAre("NULL", "4"));
  Statement select =
      std::move(store_->Prepare("SELECT _unmapped FROM people WHERE id=1"))
          .value();
  ASSERT_TRUE(*select.Step());
  EXPECT_EQ(json::parse(testing::DecodeJsonText(select.Column(0).bytes)),
            json::parse(R"({"from":{"country":"se"},"more":2})"));
}

TEST_F(RelationsTest, NullWhereNothingMayBeLeftOverIsQuarantine) {
  plan_.tables[1].columns.push_back({});
  Column& rest = plan_.tables[1].columns.back();
  rest.name = "rest";
  rest.type = ColumnType::kJson;
  rest.paths = {{"more"}};
  plan_.tables[1].unmapped = Unmapped::kFail;
  Refer(&plan_, "people", {"boss"}, "people", OnOrphan::kNull);
  host_.sources[1].Put("1", R"({"id":1,"boss":7,"more":[1]})");
  const json report = Migrate();
  EXPECT_EQ(report["tables"][1]["quarantined"], 1);
  EXPECT_EQ(report["failed"][0]["code"], "orphan");
}

TEST_F(RelationsTest, PrimaryKeyIsNeverNull) {
  Refer(&plan_, "people", {"id"}, "notes", OnOrphan::kNull);
  Person(1, "null");
  Person(2, "null");
  Note(2, "null");
  const json report = Migrate();
  EXPECT_EQ(report["tables"][1]["quarantined"], 1);
  EXPECT_THAT(List("SELECT id FROM people"), ElementsAre("2"));
}

TEST_F(RelationsTest, FailStopsAndChangesNothing) {
  Refer(&plan_, "notes", {"person"}, "people", OnOrphan::kFail);
  Refer(&plan_, "people", {"country"}, "countries", OnOrphan::kQuarantine);
  Person(1, "\"se\"");
  Person(2, "\"se\"");
  Note(5, "2");
  for (int attempt = 0; attempt < 2; ++attempt) {
    Result<json> report = TryMigrate();
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.error().code, ErrorCode::kOrphan);
    EXPECT_EQ(report.error().path, "/tables/2");
    EXPECT_THAT(report.error().message, HasSubstr("row 5 of \"notes\""));
    EXPECT_EQ(Text("SELECT count(*) FROM people"), "2");
    EXPECT_EQ(Text("SELECT count(*) FROM ferrite_failed"), "0");
    EXPECT_EQ(Text("SELECT status FROM ferrite_migration"), "running");
  }
}

TEST_F(RelationsTest, CyclesStayWholeOrGoTogether) {
  Refer(&plan_, "countries", {"capital"}, "people", OnOrphan::kQuarantine);
  Refer(&plan_, "people", {"country"}, "countries", OnOrphan::kQuarantine);
  Country("no", "1");
  Person(1, "\"no\"");
  Country("se", "2");
  Person(2, "\"xx\"");
  Person(3, "\"se\"");
  Migrate();
  EXPECT_THAT(List("SELECT id FROM countries"), ElementsAre("no"));
  EXPECT_THAT(List("SELECT id FROM people"), ElementsAre("1"));
}

TEST_F(RelationsTest, ReferencesWithinATableGoDownToTheLastRow) {
  Refer(&plan_, "people", {"boss"}, "people", OnOrphan::kQuarantine);
  // Both ways round, so that no order of the rows helps.
  Person(1, "null", "2");
  Person(2, "null", "3");
  Person(3, "null", "99");
  Person(4, "null", "3");
  Person(5, "null", "5");
  Person(6, "null", "5");
  Migrate();
  EXPECT_THAT(List("SELECT id FROM people"), ElementsAre("5", "6"));
}

TEST_F(RelationsTest, VerificationSeesANullThatTheReferenceDoesNotExplain) {
  Refer(&plan_, "people", {"country"}, "countries", OnOrphan::kNull);
  Country("no");
  Person(1, "\"no\"");
  Person(2, "\"se\"");
  Migrate();
  Execute("UPDATE people SET country=NULL WHERE id=1");
  json report = Verify();
  EXPECT_EQ(report["tables"][1]["different"], 1);
  EXPECT_EQ(report["differences"][0]["columns"], json({"country"}));
  // The row it refers to came later.
  Execute(
      "UPDATE people SET country='no' WHERE id=1;"
      "INSERT INTO countries(id) VALUES('se')");
  report = Verify();
  EXPECT_EQ(report["tables"][1]["different"], 1);
  EXPECT_EQ(report["tables"][0]["extra"], 1);
}

TEST_F(RelationsTest, VerificationSeesAQuarantinedRowThatIsBack) {
  Refer(&plan_, "people", {"country"}, "countries", OnOrphan::kQuarantine);
  Person(2, "\"se\"");
  Migrate();
  Execute("INSERT INTO people(id) VALUES(2)");
  EXPECT_EQ(Verify()["tables"][1]["extra"], 1);
}

TEST_F(RelationsTest, ResumedRunComesToTheSameEnd) {
  Refer(&plan_, "notes", {"person"}, "people", OnOrphan::kQuarantine);
  Refer(&plan_, "people", {"boss"}, "people", OnOrphan::kNull);
  Refer(&plan_, "people", {"country"}, "countries", OnOrphan::kQuarantine);
  testing::AddIndex(&plan_, "people", "people_boss", {"boss"});
  for (int id = 1; id < 40; ++id) {
    Person(id, id % 3 == 0 ? "\"xx\"" : "null", std::to_string(id * 2));
    Note(id, std::to_string(id));
  }
  json expected;
  for (int calls = 0; calls < 40; ++calls) {
    store_ = std::move(Store::Open(":memory:", {})).value();
    if (calls > 0) {
      MigrationOptions options;
      options.batch_bytes = 300;
      Result<std::unique_ptr<Pass>> pass =
          BeginMigration(store_.get(), plan_, host_.States(), options);
      for (int i = 0; i < calls && (*pass)->step().kind != StepKind::kDone;
           ++i) {
        ASSERT_TRUE(host_.Advance(pass->get()).ok());
      }
    }
    const json report = Migrate();
    if (calls == 0) expected = report["tables"];
    EXPECT_EQ(report["tables"], expected) << calls;
  }
}

// A slice looks up every target; a scan there would take the square of the
// rows.
TEST_F(RelationsTest, TargetsAreFoundByTheirIndex) {
  Refer(&plan_, "people", {"country"}, "countries", OnOrphan::kNull);
  Refer(&plan_, "countries", {"capital"}, "people", OnOrphan::kNull);
  // Columns whose types have other affinities.
  Refer(&plan_, "people", {"boss"}, "countries", OnOrphan::kNull);
  Refer(&plan_, "people", {"country"}, "people", OnOrphan::kNull);
  Refer(&plan_, "people", {"country"}, "notes", OnOrphan::kNull);
  Refer(&plan_, "notes", {"_"}, "people", OnOrphan::kNull);
  Migrate();
  for (const internal::Reference& reference : internal::ReferencesOf(plan_)) {
    for (const std::string& sql :
         {internal::SelectOrphansSql(plan_, reference, "1"),
          internal::SelectPairsSql(plan_, reference, "1"),
          internal::SelectTargetSql(plan_, reference)}) {
      Statement explain =
          std::move(store_->Prepare("EXPLAIN QUERY PLAN " + sql)).value();
      bool searches_target = false;
      while (*explain.Step()) {
        const std::string detail(explain.Column(3).text());
        EXPECT_THAT(detail, Not(HasSubstr("SCAN target"))) << sql;
        EXPECT_THAT(detail, Not(HasSubstr("SCAN t"))) << sql;
        EXPECT_THAT(detail, Not(HasSubstr("AUTOMATIC"))) << sql;
        if (detail.starts_with("SEARCH target")) searches_target = true;
      }
      EXPECT_TRUE(searches_target) << sql;
    }
  }
}

TEST_F(RelationsTest, TwoHundredThousandRowsNeedLittleMemory) {
  Refer(&plan_, "people", {"boss"}, "people", OnOrphan::kQuarantine);
  Refer(&plan_, "people", {"country"}, "countries", OnOrphan::kNull);
#ifdef FERRITE_SANITIZED
  constexpr int kRows = 20000;  // the others hold the memory to its bound
#else
  constexpr int kRows = 200000;
#endif
  TempDir dir;
  store_ = std::move(Store::Open(dir.File("store"), {})).value();
  ASSERT_TRUE(BeginMigration(store_.get(), plan_, host_.States(), {}).ok());
  // As the pass has it.
  Execute("PRAGMA foreign_keys=OFF");
  // A chain through all rows in no order: each goes because of the next.
  Execute(
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i+1 FROM n WHERE "
      "i<" +
      std::to_string(kRows - 1) +
      ") INSERT INTO people(id,boss) "
      "SELECT i*7919%200003, (i+1)*7919%200003 FROM n");
  auto relations =
      std::move(internal::Relations::Open(store_.get(), plan_, 1)).value();
  const size_t before = HeapBytes();
  size_t most = before;
  int calls = 0;
  for (bool done = false; !done; ++calls) {
    Result<bool> worked = relations->Work(1);
    ASSERT_TRUE(worked.ok()) << worked.error().message;
    done = *worked;
    most = std::max(most, HeapBytes());
  }
  EXPECT_EQ(Text("SELECT count(*) FROM people"), "0");
  EXPECT_EQ(relations->rows(), static_cast<uint64_t>(kRows));
  EXPECT_GT(calls, kRows / 4096);
  EXPECT_LT(most - before, size_t{64} << 20);
  RecordProperty("bytes", static_cast<int>(most - before));
  relations.reset();
  store_.reset();
}

}  // namespace
}  // namespace ferrite
