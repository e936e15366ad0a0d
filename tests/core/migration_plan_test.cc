// What a migration makes of plans with several sources, several rows of a
// record, filters, exclusions, optional sources, indexes and samples.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ferrite/migration.h"
#include "ferrite/verification.h"
#include "tests/support/memory_host.h"
#include "tests/support/references.h"
#include "tests/support/shop.h"

namespace ferrite {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::MemoryHost;
using testing::MemorySource;
using testing::ParsePlan;

// Orders, and their lines with `each`.
Plan OrdersAndLines() {
  Plan plan = ParsePlan(R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "orders", "from": {"indexedDB": "d", "store": "orders"},
     "columns": {"id": "integer"}, "primaryKey": ["id"]},
    {"name": "lines", "from": {"indexedDB": "d", "store": "orders"},
     "columns": {"order": {"path": "$key", "type": "integer"},
                 "sku": "text", "count": "integer"},
     "primaryKey": ["order", "sku"]}]})");
  plan.tables[1].each = {{"lines"}};
  return plan;
}

Exclusion Excluded(size_t source, Match match, const std::string& text) {
  Exclusion exclusion;
  exclusion.records.source = source;
  exclusion.records.match = match;
  exclusion.records.text = text;
  exclusion.reason = "secret";
  return exclusion;
}

class MigrationPlan : public ::testing::Test {
 protected:
  MigrationPlan() : store_(std::move(Store::Open(":memory:", {})).value()) {}

  Result<std::unique_ptr<Pass>> Begin(uint64_t sample_size = 0) {
    MigrationOptions options;
    options.now = host_.now;
    options.batch_bytes = 200;
    options.sample_size = sample_size;
    return BeginMigration(store_.get(), plan_, host_.States(), options);
  }

  json Migrate(uint64_t sample_size = 0) {
    Result<std::unique_ptr<Pass>> pass = Begin(sample_size);
    EXPECT_TRUE(pass.ok()) << pass.error().ToJson();
    if (!pass.ok()) return {};
    Result<void> driven = host_.Drive(pass->get());
    EXPECT_TRUE(driven.ok()) << driven.error().ToJson();
    return json::parse((*pass)->ReportJson());
  }

  json Verify() {
    Result<std::unique_ptr<Pass>> pass =
        BeginVerification(store_.get(), plan_, host_.States(), {.now = host_.now});
    EXPECT_TRUE(pass.ok()) << pass.error().message;
    if (!pass.ok()) return {};
    Result<void> driven = host_.Drive(pass->get());
    EXPECT_TRUE(driven.ok()) << driven.error().message;
    return json::parse((*pass)->ReportJson());
  }

  void Execute(const char* sql) {
    Result<void> done = store_->Execute(sql);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  std::vector<std::string> List(const std::string& sql) {
    Result<Statement> select = store_->Prepare(sql);
    EXPECT_TRUE(select.ok()) << select.error().message;
    std::vector<std::string> texts;
    while (*select->Step()) {
      const Cell cell = select->Column(0);
      texts.push_back(cell.type == Cell::Type::kInteger
                          ? std::to_string(cell.integer)
                          : std::string(cell.text()));
    }
    return texts;
  }

  std::unique_ptr<Store> store_;
  Plan plan_;
  MemoryHost host_;
};

TEST_F(MigrationPlan, RowsOfARecordAreOneUnit) {
  plan_ = OrdersAndLines();
  host_.sources = {MemorySource::IndexedDb("d", "orders")};
  host_.sources[0].Put("1", R"({"id":1,"lines":[{"sku":"a","count":1},
                                                {"sku":"b","count":2}]})");
  // The second row cannot be made, and in the next it cannot be written.
  host_.sources[0].Put("2", R"({"id":2,"lines":[{"sku":"a","count":1},
                                                {"sku":"b","count":"x"}]})");
  host_.sources[0].Put("3", R"({"id":3,"lines":[{"sku":"a","count":1},
                                                {"sku":"a","count":2}]})");
  host_.sources[0].Put("4", R"({"id":4})");
  const json report = Migrate();
  EXPECT_THAT(List("SELECT id FROM orders"), ElementsAre("1", "2", "3", "4"));
  EXPECT_THAT(List("SELECT \"order\" || sku FROM lines"),
              ElementsAre("1a", "1b"));
  ASSERT_EQ(report["failed"].size(), 2u);
  EXPECT_EQ(report["failed"][0]["table"], "lines");
  EXPECT_EQ(report["failed"][0]["code"], "type_mismatch");
  EXPECT_EQ(report["failed"][0]["key"], "2");
  EXPECT_EQ(report["failed"][1]["code"], "not_unique");
  EXPECT_EQ(report["failed"][1]["key"], "3");
  for (const json& table : report["tables"]) {
    EXPECT_EQ(table["hash"], table["expectedHash"]);
  }
  const json verified = Verify();
  EXPECT_EQ(verified["tables"][1]["matched"], 2);
  EXPECT_EQ(verified["tables"][1]["failed"], 2);
  EXPECT_EQ(verified["differences"], json::array());
}

TEST_F(MigrationPlan, VerificationNamesTheRowOfARecord) {
  plan_ = OrdersAndLines();
  host_.sources = {MemorySource::IndexedDb("d", "orders")};
  host_.sources[0].Put("1", R"({"id":1,"lines":[{"sku":"a","count":1},
                                      {"sku":"b"}, {"sku":"c"}]})");
  Migrate();
  Execute(
      "DELETE FROM lines WHERE sku='a'; "
      "UPDATE lines SET count=7 WHERE sku='b';"
      "INSERT INTO lines VALUES(1, 'z', 1, NULL)");
  const json report = Verify();
  EXPECT_EQ(report["differences"], json::parse(R"([
      {"table":"lines","kind":"missing","key":"[1, \"a\"]","columns":[]},
      {"table":"lines","kind":"different","key":"[1, \"b\"]",
       "columns":["count"]},
      {"table":"lines","kind":"extra","key":"[1, \"z\"]","columns":[]}])"));
}

TEST_F(MigrationPlan, SeveralSourcesFillOneTable) {
  plan_ = ParsePlan(R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "t", "from": {"indexedDB": "d", "store": "a"},
     "columns": {"id": "integer"}, "primaryKey": ["id"]},
    {"name": "u", "from": {"indexedDB": "d", "store": "b"}}]})");
  plan_.tables[0].from.push_back({1, Match::kAll, "", false});
  host_.sources = {MemorySource::IndexedDb("d", "a"),
                   MemorySource::IndexedDb("d", "b")};
  host_.sources[0].Put("1", R"({"id":1})");
  host_.sources[0].Put("2", R"({"id":2})");
  host_.sources[1].Put("2", R"({"id":2})");
  host_.sources[1].Put("3", R"({"id":3})");
  // A key that fails in both is two records.
  host_.sources[0].Put("5", R"({"id":"x"})");
  host_.sources[1].Put("5", R"({"id":"y"})");
  const json report = Migrate();
  EXPECT_THAT(List("SELECT id FROM t"), ElementsAre("1", "2", "3"));
  EXPECT_EQ(report["sources"][0]["failed"], 1);
  EXPECT_EQ(report["sources"][1]["failed"], 2);
  EXPECT_EQ(report["failed"][1]["code"], "not_unique");
  EXPECT_EQ(report["tables"][1]["rows"], 3);
  Execute("DELETE FROM t WHERE id=3; INSERT INTO t(id) VALUES(4)");
  const json verified = Verify();
  EXPECT_EQ(verified["tables"][0]["missing"], 1);
  EXPECT_EQ(verified["tables"][0]["extra"], 1);
  EXPECT_EQ(verified["tables"][0]["matched"], 2);
  EXPECT_EQ(verified["tables"][0]["failed"], 3);
}

TEST_F(MigrationPlan, FilteredRowsAndExcludedRecordsAreCounted) {
  plan_ = ParsePlan(R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "t", "from": {"localStorage": true}},
    {"name": "u", "from": {"indexedDB": "d", "store": "s"},
     "columns": {"id": "integer"}, "primaryKey": ["id"]}]})");
  plan_.excluded.push_back(Excluded(0, Match::kPrefix, "token."));
  Condition open;
  open.path = {"state"};
  open.any_of.emplace_back();
  open.any_of.back().type = Condition::Value::Type::kString;
  open.any_of.back().text = "open";
  plan_.tables[1].when = {open};
  host_.sources = {MemorySource::LocalStorage(),
                   MemorySource::IndexedDb("d", "s")};
  host_.sources[0].Put("\"a\"", "\"1\"");
  host_.sources[0].Put("\"token.a\"", "\"1\"");
  host_.sources[0].Put("\"token.b\"", "\"1\"");
  host_.sources[1].Put("1", R"({"id":1,"state":"open"})");
  host_.sources[1].Put("2", R"({"id":2,"state":"shut"})");
  for (const json& report : {Migrate(), Verify()}) {
    EXPECT_EQ(report["status"], "verified");
    EXPECT_EQ(report["sources"][0]["excluded"], 2);
    EXPECT_EQ(report["sources"][0]["unclaimed"], 0);
    EXPECT_EQ(report["sources"][1]["filtered"], 1);
    EXPECT_EQ(report["sources"][1]["unclaimed"], 0);
    EXPECT_EQ(report["tables"][0]["rows"], 1);
    EXPECT_EQ(report["tables"][1]["rows"], 1);
  }
}

TEST_F(MigrationPlan, ExclusionsOfASourceThatNoTableTakesFromAreCounted) {
  plan_ = ParsePlan(R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "t", "from": {"localStorage": true}}]})");
  plan_.sources.push_back({SourceKind::kSessionStorage, "", ""});
  plan_.excluded.push_back(Excluded(1, Match::kPattern, "oidc.*"));
  host_.sources = {MemorySource::LocalStorage(),
                   MemorySource::Storage(SourceKind::kSessionStorage)};
  host_.sources[0].Put("\"a\"", "\"1\"");
  host_.sources[1].Put("\"oidc.user\"", "\"1\"");
  host_.sources[1].Put("\"oidc.state\"", "\"1\"");
  for (const json& report : {Migrate(), Verify()}) {
    EXPECT_EQ(report["sources"][1]["excluded"], 2);
    EXPECT_EQ(report["sources"][1]["records"], 0);
    EXPECT_EQ(report["warnings"], json::array());
  }
  // What is there beside them is not passed over in silence.
  store_ = std::move(Store::Open(":memory:", {})).value();
  host_.sources[1].Put("\"tab\"", "\"1\"");
  EXPECT_EQ(Migrate()["sources"][1]["unclaimed"], 1);
}

TEST_F(MigrationPlan, SourceThatIsExcludedAsAWholeIsNotRead) {
  plan_ = ParsePlan(R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "t", "from": {"localStorage": true}}]})");
  plan_.sources.push_back({SourceKind::kIndexedDb, "d", "secrets"});
  plan_.excluded.push_back(Excluded(1, Match::kAll, ""));
  host_.sources = {MemorySource::LocalStorage(),
                   MemorySource::IndexedDb("d", "secrets", "{}")};
  host_.sources[1].Put("1", "1");
  auto pass = std::move(Begin()).value();
  while (pass->step().kind != StepKind::kDone) {
    ASSERT_EQ(pass->step().source, 0u);
    ASSERT_TRUE(host_.Advance(pass.get()).ok());
  }
  for (const json& report : {json::parse(pass->ReportJson()), Verify()}) {
    EXPECT_EQ(report["sources"][1]["records"], 0);
    EXPECT_EQ(report["sources"][1]["excluded"], 1);
    EXPECT_EQ(report["warnings"], json::array());
  }
  // It need not be there either.
  pass.reset();
  store_ = std::move(Store::Open(":memory:", {})).value();
  host_.sources[1].set_status(SourceState::Status::kAbsent);
  EXPECT_EQ(Migrate()["status"], "verified");
}

TEST_F(MigrationPlan, OptionalSourceMayBeAbsent) {
  plan_ = ParsePlan(R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "t", "from": {"indexedDB": "d", "store": "s"},
     "columns": {"id": "integer"}, "primaryKey": ["id"]},
    {"name": "u", "from": {"indexedDB": "d", "store": "s"}}]})");
  host_.sources = {MemorySource::IndexedDb("d", "s")};
  host_.sources[0].set_status(SourceState::Status::kAbsent);
  EXPECT_EQ(Begin().error().code, ErrorCode::kSourceMissing);
  plan_.tables[0].from[0].optional = true;
  // The other table insists on it.
  EXPECT_EQ(Begin().error().code, ErrorCode::kSourceMissing);
  plan_.tables[1].from[0].optional = true;
  for (const json& report : {Migrate(), Verify()}) {
    EXPECT_EQ(report["status"], "verified");
    EXPECT_EQ(report["sources"][0]["status"], "absent");
    ASSERT_EQ(report["warnings"].size(), 1u);
    EXPECT_THAT(report["warnings"][0], HasSubstr("does not exist"));
  }
  store_ = std::move(Store::Open(":memory:", {})).value();
  host_.sources[0].set_status(SourceState::Status::kBlocked);
  EXPECT_EQ(Begin().error().code, ErrorCode::kSourceBlocked);
}

TEST_F(MigrationPlan, SourceThatCameBackIsRead) {
  plan_ = ParsePlan(R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "t", "from": {"indexedDB": "d", "store": "s"}}]})");
  plan_.tables[0].from[0].optional = true;
  host_.sources = {MemorySource::IndexedDb("d", "s")};
  host_.sources[0].set_status(SourceState::Status::kAbsent);
  ASSERT_TRUE(Begin().ok());
  host_.sources[0].set_status(SourceState::Status::kReady);
  host_.sources[0].Put("1", "{}");
  EXPECT_EQ(Migrate()["tables"][0]["rows"], 1);
}

TEST_F(MigrationPlan, KeyMayBeKeptByAnotherTableOfTheSource) {
  plan_ = ParsePlan(R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "t", "from": {"localStorage": {"prefix": "a"}},
     "columns": {"v": {"path": "", "type": "text"}}, "primaryKey": ["v"]},
    {"name": "keys", "from": {"localStorage": {"prefix": "a"}}}]})");
  host_.sources = {MemorySource::LocalStorage()};
  EXPECT_TRUE(Begin().ok());
  store_ = std::move(Store::Open(":memory:", {})).value();
  plan_.tables[1].from[0].text = "ab";
  EXPECT_EQ(Begin().error().path, "/tables/0/columns");
  plan_.tables[1].from[0].match = Match::kAll;
  EXPECT_TRUE(Begin().ok());
  store_ = std::move(Store::Open(":memory:", {})).value();
  plan_.tables[1].when_sql = "1";
  EXPECT_EQ(Begin().error().code, ErrorCode::kPlanInvalid);
}

TEST_F(MigrationPlan, KeyThatMayBecomeNullIsNotKept) {
  plan_ = ParsePlan(R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "t", "from": {"indexedDB": "d", "store": "s"},
     "columns": {"id": "integer", "k": {"path": "$key", "type": "key"}},
     "primaryKey": ["id"]}]})");
  host_.sources = {MemorySource::IndexedDb("d", "s", "{}")};
  testing::Refer(&plan_, "t", {"k"}, "t", OnOrphan::kNull);
  EXPECT_EQ(Begin().error().code, ErrorCode::kPlanInvalid);
  plan_.tables[0].foreign_keys[0].on_orphan = OnOrphan::kQuarantine;
  EXPECT_TRUE(Begin().ok());
}

TEST_F(MigrationPlan, IndexesAreMadeBehindTheLoadAndOnlyOnce) {
  plan_ = OrdersAndLines();
  testing::AddIndex(&plan_, "lines", "lines_sku", {"sku"});
  testing::AddIndex(&plan_, "lines", "by \"count\"", {"count", "sku"});
  host_.sources = {MemorySource::IndexedDb("d", "orders")};
  host_.sources[0].Put("1", R"({"id":1,"lines":[{"sku":"a","count":1}]})");
  const auto indexes = [&] {
    return List(
        "SELECT name FROM sqlite_schema WHERE type='index' AND "
        "tbl_name='lines' AND sql IS NOT NULL ORDER BY name");
  };
  {
    auto pass = std::move(Begin()).value();
    while (pass->progress().stage != "index") {
      ASSERT_TRUE(host_.Advance(pass.get()).ok());
    }
    EXPECT_THAT(indexes(), ::testing::IsEmpty());
    ASSERT_TRUE(pass->Work(1).ok());
    EXPECT_THAT(indexes(), ElementsAre("lines_sku"));
  }
  EXPECT_EQ(Migrate()["status"], "verified");
  EXPECT_THAT(indexes(), ElementsAre("by \"count\"", "lines_sku"));
  EXPECT_THAT(List("SELECT idx FROM sqlite_stat1 WHERE tbl='lines' AND "
                   "idx='lines_sku'"),
              ElementsAre("lines_sku"));
}

TEST_F(MigrationPlan, IndexNameMustBeFree) {
  plan_ = OrdersAndLines();
  testing::AddIndex(&plan_, "lines", "mine", {"sku"});
  host_.sources = {MemorySource::IndexedDb("d", "orders")};
  Execute("CREATE TABLE Mine(a)");
  const Error error = Begin().error();
  EXPECT_EQ(error.code, ErrorCode::kTableExists);
  EXPECT_EQ(error.path, "/tables/1/indexes/0");
}

TEST_F(MigrationPlan, TrialRunTakesSoManyRecordsOfEachSource) {
  plan_ = ParsePlan(R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "t", "from": {"indexedDB": "d", "store": "s"},
     "columns": {"id": "integer", "to": "integer"}, "primaryKey": ["id"]},
    {"name": "u", "from": {"localStorage": true}}]})");
  testing::Refer(&plan_, "t", {"to"}, "t", OnOrphan::kFail);
  host_.sources = {MemorySource::IndexedDb("d", "s"),
                   MemorySource::LocalStorage()};
  for (int id = 1; id <= 30; ++id) {
    host_.sources[0].Put(std::to_string(id),
                         R"({"id":)" + std::to_string(id) + R"(,"to":30})");
  }
  host_.sources[1].Put("\"a\"", "\"1\"");
  const json report = Migrate(12);
  EXPECT_EQ(report["status"], "completed");
  EXPECT_EQ(report["sampled"], true);
  EXPECT_EQ(report["sources"][0]["records"], 12);
  EXPECT_EQ(report["sources"][0]["expected"], 30);
  EXPECT_EQ(report["sources"][1]["records"], 1);
  EXPECT_EQ(report["tables"][0]["rows"], 12);
  ASSERT_EQ(report["warnings"].size(), 1u);
  EXPECT_THAT(report["warnings"][0], HasSubstr("relations"));
  // It is no migration that a later call could take for done.
  EXPECT_EQ(Begin().error().code, ErrorCode::kTableExists);
  // A sample that is all of it looks at relations too.
  store_ = std::move(Store::Open(":memory:", {})).value();
  EXPECT_EQ(Migrate(30)["warnings"], json::array());
}

TEST_F(MigrationPlan, TrialRunIsNotGoneOnWithAsAMigration) {
  plan_ = OrdersAndLines();
  host_.sources = {MemorySource::IndexedDb("d", "orders")};
  host_.sources[0].Put("1", R"({"id":1})");
  ASSERT_TRUE(Begin(5).ok());
  EXPECT_EQ(Begin().error().code, ErrorCode::kState);
  EXPECT_EQ(Migrate(5)["status"], "completed");
}

// A dry run is a migration into a scratch store.
TEST_F(MigrationPlan, ScratchStoreGivesTheSameReport) {
  plan_ = OrdersAndLines();
  plan_.tables[1].columns[1].not_null = true;
  testing::Refer(&plan_, "lines", {"count"}, "orders", OnOrphan::kQuarantine);
  host_.sources = {MemorySource::IndexedDb("d", "orders")};
  for (int id = 1; id <= 20; ++id) {
    const std::string key = std::to_string(id);
    host_.sources[0].Put(key, R"({"id":)" + key +
                                  R"(,"lines":[{"sku":"a","count":)" +
                                  std::to_string(id * 2) + "}, {" +
                                  (id % 5 == 0 ? "" : R"("sku":"b")") + "}]}");
  }
  const json dry = Migrate();
  store_ = std::move(Store::Open(":memory:", {})).value();
  const json real = Migrate();
  EXPECT_EQ(dry["totals"]["failed"], 4 + 8);
  for (const char* member :
       {"status", "sources", "tables", "failed", "warnings"}) {
    EXPECT_EQ(dry[member], real[member]) << member;
  }
}

}  // namespace
}  // namespace ferrite
