// Versions of a store: what a chain says, applying it, and drift.
#include "ferrite/chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ferrite/migration.h"
#include "ferrite/verification.h"
#include "tests/support/chains.h"
#include "tests/support/memory_host.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::Content;
using ::testing::HasSubstr;
using testing::kChain;
using testing::MemoryHost;
using testing::MemorySource;

constexpr int64_t kNow = 1700000000000;

Chain Parsed(const std::string& text = kChain) {
  Result<Chain> chain = Chain::Parse(text);
  EXPECT_TRUE(chain.ok()) << chain.error().message << chain.error().path;
  return chain.ok() ? *chain : Chain();
}

// A chain of versions from 1 on, each with these members.
std::string ChainOf(const std::vector<std::string>& versions) {
  std::string text = R"({"ferrite":1,"name":"t","versions":[)";
  for (size_t i = 0; i < versions.size(); ++i) {
    if (i > 0) text += ",";
    text += R"({"version":)";
    text += std::to_string(i + 1);
    text += R"(,"name":"v",)" + versions[i] + "}";
  }
  return text + "]}";
}

std::string Sql(const std::string& sql) {
  return R"("up":[{"sql":)" + json(sql).dump() + "}]";
}

class ChainTest : public ::testing::Test {
 protected:
  ChainTest() : store_(Store::Open(":memory:", {}).value()) {}

  void Run(const std::string& sql) {
    const Result<void> done = store_->Execute(sql);
    ASSERT_TRUE(done.ok()) << sql << ": " << done.error().message;
  }

  void Apply(const Chain& chain, int64_t target) {
    const Result<void> done = ApplyChain(store_.get(), chain, target, kNow);
    ASSERT_TRUE(done.ok()) << done.error().message << " " << done.error().path;
  }

  json Status(const Chain& chain) {
    Result<std::string> status = ChainStatus(store_.get(), chain);
    EXPECT_TRUE(status.ok());
    return json::parse(*status);
  }

  int64_t Number(const std::string& sql) {
    Result<Statement> row = store_->Prepare(sql);
    EXPECT_TRUE(row.ok()) << row.error().message;
    EXPECT_TRUE(*row->Step());
    return row->Column(0).integer;
  }

  void FillOrders() {
    Run("INSERT INTO orders VALUES(1,'Oslo',50),(2,'Rome',150),(3,'Oslo',1)");
  }

  std::unique_ptr<Store> store_;
};

TEST_F(ChainTest, GoesUpOverDataAndDownAgain) {
  const Chain chain = Parsed();
  Apply(chain, 1);
  FillOrders();
  const std::string at_1 = Content(store_.get());
  Apply(chain, 3);
  EXPECT_EQ(Content(store_.get()),
            "orders: id town total state\n"
            "1,'Oslo',50.0,'it''s open'\n"
            "2,'Rome',150.0,'big'\n"
            "3,'Oslo',1.0,'it''s open'\n"
            "towns: name orders\n"
            "'Oslo',2\n"
            "'Rome',1\n");
  const json status = Status(chain);
  EXPECT_EQ(status["current"], 3);
  EXPECT_EQ(status["target"], 3);
  EXPECT_TRUE(status["pending"].empty());
  EXPECT_TRUE(status["drift"].empty());
  ASSERT_EQ(status["applied"].size(), 3u);
  EXPECT_EQ(status["applied"][1]["name"], "towns have a state");
  EXPECT_EQ(status["applied"][1]["appliedAt"], kNow);
  EXPECT_EQ(status["applied"][1]["stamped"], false);
  Apply(chain, 1);
  EXPECT_EQ(Content(store_.get()), at_1);
  EXPECT_EQ(Status(chain)["pending"].size(), 2u);
  Apply(chain, 0);
  EXPECT_EQ(Content(store_.get()), "");
  EXPECT_EQ(Number("PRAGMA foreign_keys"), 1);
}

TEST_F(ChainTest, MakingATableAnewDeletesNoChildren) {
  Run("CREATE TABLE p(id INTEGER PRIMARY KEY);"
      "CREATE TABLE c(p REFERENCES p ON DELETE CASCADE);"
      "INSERT INTO p VALUES(1); INSERT INTO c VALUES(1)");
  Apply(Parsed(ChainOf({Sql("CREATE TABLE n(id INTEGER PRIMARY KEY, x);"
                            "INSERT INTO n(id) SELECT id FROM p; DROP TABLE p;"
                            "ALTER TABLE n RENAME TO p")})),
        1);
  EXPECT_EQ(Number("SELECT count(*) FROM c"), 1);
}

TEST_F(ChainTest, RenamesReachViewsTriggersAndIndexes) {
  Apply(Parsed(), 1);
  FillOrders();
  Run("CREATE VIEW v AS SELECT city FROM orders;"
      "CREATE TABLE log(city);"
      "CREATE TRIGGER t AFTER INSERT ON orders BEGIN INSERT INTO log "
      "VALUES(new.city); END;"
      "CREATE INDEX i ON orders(city)");
  Apply(Parsed(), 2);
  Run("INSERT INTO orders(id, town) VALUES(9, 'Bergen')");
  EXPECT_EQ(Number("SELECT count(*) FROM log WHERE city='Bergen'"), 1);
  EXPECT_EQ(Number("SELECT count(*) FROM v WHERE town='Bergen'"), 1);
  EXPECT_EQ(Number("SELECT count(*) FROM pragma_index_info('i') WHERE "
                   "name='town'"),
            1);
}

TEST_F(ChainTest, StatementThatFailsLeavesItsVersionUndone) {
  const Chain chain = Parsed(ChainOf(
      {Sql("CREATE TABLE a(x)"),
       R"j("up":[{"sql":"INSERT INTO a VALUES(1)"},{"sql":"nonsense"}])j"}));
  const Result<void> done = ApplyChain(store_.get(), chain, 2, kNow);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::kSql);
  EXPECT_EQ(done.error().path, "/versions/1/up/1");
  EXPECT_THAT(done.error().message, HasSubstr("Version 2"));
  EXPECT_EQ(Number("SELECT count(*) FROM a"), 0);
  EXPECT_EQ(Status(chain)["current"], 1);
}

TEST_F(ChainTest, ReferencesThatLeadNowhereUndoTheVersion) {
  Run("CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p REFERENCES p);"
      "INSERT INTO p VALUES(1); INSERT INTO c VALUES(1)");
  const Result<void> done = ApplyChain(
      store_.get(), Parsed(ChainOf({Sql("DELETE FROM p")})), 1, kNow);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::kConstraint);
  EXPECT_EQ(Number("SELECT count(*) FROM p"), 1);
}

TEST_F(ChainTest, StepsCannotLeaveTheirTables) {
  Run("CREATE TABLE a(x); INSERT INTO a VALUES(1)");
  const std::vector<std::string> hostile = {
      "DROP TABLE ferrite_meta",
      "DELETE FROM FERRITE_META",
      "INSERT INTO ferrite_meta VALUES('x','y')",
      "UPDATE ferrite_meta SET value='x'",
      "UPDATE a SET x=(SELECT value FROM ferrite_meta LIMIT 1)",
      "CREATE TABLE b AS SELECT * FROM ferrite_meta",
      "CREATE TABLE ferrite_x(y)",
      "CREATE VIEW ferrite_v AS SELECT 1",
      "CREATE INDEX i ON ferrite_failed(code)",
      "CREATE TRIGGER t AFTER INSERT ON ferrite_meta BEGIN SELECT 1; END",
      "CREATE TRIGGER ferrite_t AFTER INSERT ON a BEGIN SELECT 1; END",
      "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM ferrite_meta; END;"
      "INSERT INTO a VALUES(2)",
      "ALTER TABLE ferrite_meta ADD COLUMN z",
      "ALTER TABLE ferrite_meta RENAME TO z",
      "ALTER TABLE a RENAME TO ferrite_a",
      "ATTACH ':memory:' AS x",
      "DETACH main",
      "PRAGMA writable_schema=1",
      "PRAGMA foreign_keys=1",
      "PRAGMA journal_mode=off",
      "BEGIN",
      "COMMIT",
      "ROLLBACK",
      "SAVEPOINT s",
      "VACUUM",
      "CREATE TEMP TABLE t(x)",
      "CREATE VIRTUAL TABLE t USING fts3(x)",
      "CREATE VIRTUAL TABLE t USING dbstat",
      "SELECT load_extension('x')",
      "UPDATE sqlite_schema SET sql='x'",
      "INSERT INTO a VALUES(?1)",
      "CREATE TABLE u(x UNIQUE); INSERT INTO u VALUES(1); INSERT OR ROLLBACK "
      "INTO u VALUES(1)",
  };
  const std::string before = Content(store_.get());
  const int64_t schema = Number("SELECT count(*) FROM sqlite_schema");
  for (const std::string& sql : hostile) {
    const Result<void> done =
        ApplyChain(store_.get(), Parsed(ChainOf({Sql(sql)})), 1, kNow);
    EXPECT_FALSE(done.ok()) << sql;
    EXPECT_FALSE(store_->InTransaction()) << sql;
    EXPECT_EQ(Content(store_.get()), before) << sql;
    EXPECT_EQ(Number("SELECT count(*) FROM sqlite_schema"), schema) << sql;
  }
  // The authorizer is gone with the steps.
  Run("SELECT * FROM ferrite_meta");
}

TEST_F(ChainTest, Fts5CanBeMade) {
  Apply(Parsed(ChainOf({Sql("CREATE VIRTUAL TABLE f USING fts5(x); INSERT INTO "
                            "f VALUES('hello world'); PRAGMA "
                            "foreign_key_check")})),
        1);
  EXPECT_EQ(Number("SELECT count(*) FROM f WHERE f MATCH 'hello'"), 1);
}

TEST_F(ChainTest, NoWayBackIsSaidBeforeAnythingIsDone) {
  const Chain chain =
      Parsed(ChainOf({Sql("CREATE TABLE a(x)"),
                      R"("up":[{"rename":{"table":"a","to":"b"}}])"}));
  Apply(chain, 2);
  const Result<void> done = ApplyChain(store_.get(), chain, 0, kNow);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::kState);
  EXPECT_EQ(Status(chain)["current"], 2);
  Apply(chain, 1);
  EXPECT_EQ(Content(store_.get()), "a: x\n");
}

TEST_F(ChainTest, DriftIsShownRefusedAndRepairedOnRequest) {
  Apply(Parsed(), 2);
  std::string changed = kChain;
  const size_t at = changed.find("total > 100");
  changed.replace(at, 11, "total > 200");
  const Chain chain = Parsed(changed);
  const json drift = Status(chain)["drift"];
  ASSERT_EQ(drift.size(), 1u);
  EXPECT_EQ(drift[0]["version"], 2);
  EXPECT_EQ(drift[0]["found"], Parsed().versions[1].checksum.ToHex());
  EXPECT_EQ(drift[0]["expected"], chain.versions[1].checksum.ToHex());
  const std::string text = drift[0]["text"];
  EXPECT_THAT(text, HasSubstr("\n-    \"where\": \"total > 100\"\n"));
  EXPECT_THAT(text, HasSubstr("\n+    \"where\": \"total > 200\"\n"));
  const Result<void> done = ApplyChain(store_.get(), chain, 3, kNow);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::kDrift);
  EXPECT_EQ(Status(chain)["current"], 2);
  EXPECT_EQ(*RepairChain(store_.get(), chain, kNow), 1u);
  EXPECT_TRUE(Status(chain)["drift"].empty());
  EXPECT_EQ(*RepairChain(store_.get(), chain, kNow), 0u);
  Apply(chain, 3);
}

TEST_F(ChainTest, VersionPutBetweenAppliedOnesIsDrift) {
  std::string two = kChain;
  two.replace(two.find("\"version\": 2"), 12, "\"version\": 3");
  two.replace(two.rfind("\"version\": 3"), 12, "\"version\": 4");
  Apply(Parsed(two), 3);
  // The order of a table's columns counts, so it must stay.
  auto between = nlohmann::ordered_json::parse(two);
  const nlohmann::ordered_json late = {{"version", 2}, {"name", "late"}};
  between["versions"].insert(between["versions"].begin() + 1, late);
  const json drift = Status(Parsed(between.dump()))["drift"];
  ASSERT_EQ(drift.size(), 1u);
  EXPECT_EQ(drift[0]["version"], 2);
  EXPECT_TRUE(drift[0]["found"].is_null());
}

TEST_F(ChainTest, StoreBeyondTheChainIsNotTouched) {
  Apply(Parsed(), 3);
  json shorter = json::parse(kChain);
  shorter["versions"].erase(2);
  const Chain chain = Parsed(shorter.dump());
  EXPECT_EQ(ApplyChain(store_.get(), chain, 2, kNow).error().code,
            ErrorCode::kDrift);
  EXPECT_EQ(RepairChain(store_.get(), chain, kNow).error().code,
            ErrorCode::kDrift);
}

TEST_F(ChainTest, WrongTargetsAndOpenTransactionsAreRefused) {
  EXPECT_EQ(ApplyChain(store_.get(), Parsed(), 7, kNow).error().code,
            ErrorCode::kInvalidArgument);
  Run("BEGIN");
  EXPECT_EQ(ApplyChain(store_.get(), Parsed(), 1, kNow).error().code,
            ErrorCode::kState);
  Run("COMMIT");
  ASSERT_TRUE(StampVersion(store_.get(), Parsed(), 2, kNow).ok());
  EXPECT_EQ(StampVersion(store_.get(), Parsed(), 2, kNow).error().code,
            ErrorCode::kState);
}

TEST(ChainFile, ChecksumCountsStepsAlone) {
  const Hash128 plain = Parsed().versions[1].checksum;
  json other = json::parse(kChain);  // sorts the members
  other["versions"][1]["name"] = "renamed";
  other["versions"][1]["up"][0]["$comment"] = "why";
  other["versions"][1].erase("plan");
  EXPECT_EQ(Parsed(other.dump(3)).versions[1].checksum, plain);
  other["versions"][1]["up"][1]["add"]["default"] = "closed";
  EXPECT_NE(Parsed(other.dump()).versions[1].checksum, plain);
}

TEST(ChainFile, RenameAndAddHaveAnImpliedWayBack) {
  const Chain chain =
      Parsed(ChainOf({R"("up":[{"rename":{"table":"a","to":"b"}},)"
                      R"({"add":{"table":"b","column":"c\"d","type":"real"}}])",
                      R"("up":[{"drop":{"table":"a"}}])", R"("up":[])"}));
  ASSERT_TRUE(chain.versions[0].down.has_value());
  ASSERT_EQ(chain.versions[0].down->size(), 2u);
  EXPECT_EQ((*chain.versions[0].down)[0].sql,
            R"(ALTER TABLE "b" DROP COLUMN "c""d")");
  EXPECT_EQ((*chain.versions[0].down)[1].sql,
            R"(ALTER TABLE "b" RENAME TO "a")");
  EXPECT_FALSE(chain.versions[1].down.has_value());
  EXPECT_TRUE(chain.versions[2].down.has_value());
}

TEST(ChainFile, ErrorsNameThePath) {
  struct Case {
    std::string text;
    std::string path;
  };
  const auto step = [](const std::string& json_step) {
    return ChainOf({R"("up":[)" + json_step + "]"});
  };
  const std::vector<Case> cases = {
      {"[]", ""},
      {R"({"ferrite":2,"name":"x","versions":[]})", "/ferrite"},
      {R"({"ferrite":1,"name":"","versions":[]})", "/name"},
      {R"({"ferrite":1,"name":"x","versions":[]})", "/versions"},
      {R"({"ferrite":1,"name":"x","versions":[{"version":0,"name":"a"}]})",
       "/versions/0/version"},
      {R"({"ferrite":1,"name":"x","versions":[{"version":1.5,"name":"a"}]})",
       "/versions/0/version"},
      {R"({"ferrite":1,"name":"x","versions":[{"version":2,"name":"a"},)"
       R"({"version":2,"name":"b"}]})",
       "/versions/1/version"},
      {ChainOf({R"("plan":{"ferrite":1,"name":"p","tables":[]})"}),
       "/versions/0/plan/tables"},
      {ChainOf({R"("up":{})"}), "/versions/0/up"},
      {ChainOf({R"("upp":[])"}), "/versions/0/upp"},
      {step("{}"), "/versions/0/up/0"},
      {step(R"({"sql":"x","drop":{"table":"a"}})"), "/versions/0/up/0"},
      {step(R"({"sql":"a\u0000b"})"), "/versions/0/up/0/sql"},
      {step(R"({"drop":{"table":"ferrite_meta"}})"),
       "/versions/0/up/0/drop/table"},
      {step(R"({"rename":{"table":"a","to":"sqlite_x"}})"),
       "/versions/0/up/0/rename/to"},
      {step(R"({"add":{"table":"a","column":"b","type":"txt"}})"),
       "/versions/0/up/0/add/type"},
      {step(R"({"add":{"table":"a","column":"b","type":"text",)"
            R"("notNull":true}})"),
       "/versions/0/up/0/add/notNull"},
      {step(R"({"add":{"table":"a","columns":{"b":"text"},)"
            R"("primaryKey":["c"]}})"),
       "/versions/0/up/0/add/primaryKey/0"},
      {step(R"j({"transform":{"table":"a","set":{"b":"1) WHERE (1"}}})j"),
       "/versions/0/up/0/transform/set/b"},
      {step(R"({"transform":{"table":"a","set":{"b":"1"},"where":"1;"}})"),
       "/versions/0/up/0/transform/where"},
      {step(R"({"transform":{"table":"a","set":{}}})"),
       "/versions/0/up/0/transform/set"},
  };
  for (const Case& one : cases) {
    const Result<Chain> chain = Chain::Parse(one.text);
    ASSERT_FALSE(chain.ok()) << one.text;
    EXPECT_EQ(chain.error().code, ErrorCode::kPlanInvalid) << one.text;
    EXPECT_EQ(chain.error().path, one.path) << chain.error().message;
  }
  EXPECT_EQ(Chain::Parse("{").error().code, ErrorCode::kPlanSyntax);
}

MemoryHost LegacyOf(int version) {
  MemoryHost host;
  host.sources.push_back(
      MemorySource::IndexedDb("shop" + std::to_string(version), "orders"));
  for (int i = 1; i <= 40; ++i) {
    json order = {{"id", i}, {"total", i * 5}};
    const std::string town = i % 3 == 0 ? "Oslo" : "Rome";
    order[version == 1 ? "city" : "town"] = town;
    if (version == 2) order["state"] = i * 5 > 100 ? "big" : "it's open";
    host.sources[0].Put(std::to_string(i), order.dump());
  }
  return host;
}

std::string ArriveFrom(int version) {
  const Chain chain = Parsed();
  MemoryHost host = LegacyOf(version);
  const std::optional<size_t> found = DetectVersion(chain, host.States(), {});
  EXPECT_TRUE(found.has_value());
  if (!found) return "";
  EXPECT_EQ(chain.versions[*found].version, version);
  std::unique_ptr<Store> store = Store::Open(":memory:", {}).value();
  const Result<Plan> plan = Plan::Parse(chain.versions[*found].plan);
  EXPECT_TRUE(plan.ok());
  auto pass = BeginMigration(store.get(), *plan, host.States(), {});
  EXPECT_TRUE(pass.ok()) << pass.error().message;
  EXPECT_EQ(StampVersion(store.get(), chain, version, kNow).error().code,
            ErrorCode::kState)
      << "the migration is not finished";
  EXPECT_TRUE(host.Drive(pass->get()).ok());
  EXPECT_EQ(json::parse((*pass)->ReportJson())["status"], "verified");
  const auto stamped = StampVersion(store.get(), chain, version, kNow);
  EXPECT_TRUE(stamped.ok()) << stamped.error().message;
  const Result<void> done = ApplyChain(store.get(), chain, 3, kNow);
  EXPECT_TRUE(done.ok()) << done.error().message;
  return Content(store.get());
}

TEST(ChainLegacy, DataOfOlderVersionsArrivesAtTheSameContent) {
  const std::string from_1 = ArriveFrom(1);
  EXPECT_THAT(from_1, HasSubstr("'Oslo',13"));
  EXPECT_EQ(ArriveFrom(2), from_1);
}

TEST(ChainLegacy, StoreThatWasFilledBeforeThereWasAChainGoesOnFromItsPlan) {
  const Chain chain = Parsed();
  for (const int version : {1, 2}) {
    MemoryHost host = LegacyOf(version);
    std::unique_ptr<Store> store = Store::Open(":memory:", {}).value();
    const Plan plan = Plan::Parse(chain.versions[version - 1].plan).value();
    auto pass = BeginMigration(store.get(), plan, host.States(), {});
    const Result<void> early =
        UpgradeStore(store.get(), chain, std::nullopt, kNow);
    EXPECT_EQ(early.error().code, ErrorCode::kState) << "it is not finished";
    EXPECT_TRUE(host.Drive(pass->get()).ok());
    const Result<void> up =
        UpgradeStore(store.get(), chain, std::nullopt, kNow);
    EXPECT_TRUE(up.ok()) << up.error().message;
    EXPECT_EQ(Content(store.get()), ArriveFrom(version));
    const Result<void> back = DowngradeStore(store.get(), chain, 1, kNow);
    EXPECT_TRUE(back.ok()) << back.error().message;
    EXPECT_EQ(UpgradeStore(store.get(), chain, 0, kNow).error().code,
              ErrorCode::kInvalidArgument);
    EXPECT_EQ(DowngradeStore(store.get(), chain, 2, kNow).error().code,
              ErrorCode::kInvalidArgument);
  }
}

TEST(ChainLegacy, VerificationIsRefusedOnceTheChainWentOn) {
  const Chain chain = Parsed();
  MemoryHost host = LegacyOf(1);
  std::unique_ptr<Store> store = Store::Open(":memory:", {}).value();
  const Plan plan = Plan::Parse(chain.versions[0].plan).value();
  auto pass = BeginMigration(store.get(), plan, host.States(), {});
  EXPECT_TRUE(host.Drive(pass->get()).ok());
  EXPECT_TRUE(StampVersion(store.get(), chain, 1, kNow).ok());
  const auto verify = [&] {
    return BeginVerification(store.get(), plan, host.States(), {.now = kNow});
  };
  EXPECT_TRUE(verify().ok());
  EXPECT_TRUE(UpgradeStore(store.get(), chain, 3, kNow).ok());
  EXPECT_EQ(verify().error().code, ErrorCode::kState);
  EXPECT_TRUE(DowngradeStore(store.get(), chain, 1, kNow).ok());
  EXPECT_TRUE(verify().ok());
}

TEST(ChainLegacy, NewestVersionWithDataIsFound) {
  const auto states = [](SourceState::Status first,
                         SourceState::Status second) {
    std::vector<SourceState> found = LegacyOf(1).States();
    found[0].status = first;
    found.push_back(LegacyOf(2).States()[0]);
    found[1].status = second;
    return found;
  };
  using S = SourceState::Status;
  const Chain chain = Parsed();
  EXPECT_EQ(DetectVersion(chain, states(S::kReady, S::kReady), {}), 1u);
  EXPECT_EQ(DetectVersion(chain, states(S::kReady, S::kAbsent), {}), 0u);
  EXPECT_EQ(DetectVersion(chain, states(S::kReady, S::kEmpty), {}), 0u);
  EXPECT_EQ(DetectVersion(chain, states(S::kEmpty, S::kEmpty), {}), 1u);
  EXPECT_EQ(DetectVersion(chain, states(S::kAbsent, S::kAbsent), {}),
            std::nullopt);
  // What nobody could look at is not passed over for an older version.
  EXPECT_EQ(DetectVersion(chain, states(S::kReady, S::kBlocked), {}), 1u);
  EXPECT_EQ(DetectVersion(chain, states(S::kReady, S::kUnreadable), {}), 1u);
  EXPECT_EQ(DetectVersion(chain, states(S::kBlocked, S::kReady), {}), 1u);
  EXPECT_EQ(DetectVersion(chain, {}, {}), std::nullopt);
}

}  // namespace
}  // namespace ferrite
