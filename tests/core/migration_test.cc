#include "ferrite/migration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ferrite/ledger.h"
#include "tests/support/json_record.h"
#include "tests/support/memory_host.h"
#include "tests/support/shop.h"
#include "tests/support/temp_dir.h"

namespace ferrite {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using testing::EncodeJson;
using testing::FailingOrders;
using testing::MemoryHost;
using testing::MemorySource;
using testing::ParsePlan;
using testing::Shop;
using testing::TempDir;

constexpr uint32_t kSmallBatch = 1000;

std::unique_ptr<Store> OpenStore(const std::string& path = ":memory:") {
  Result<std::unique_ptr<Store>> store = Store::Open(path, {});
  EXPECT_TRUE(store.ok()) << store.error().message;
  return std::move(store).value();
}

int64_t Integer(Store* store, const std::string& sql) {
  Result<Statement> statement = store->Prepare(sql);
  EXPECT_TRUE(statement.ok()) << statement.error().message;
  EXPECT_TRUE(*statement->Step());
  return statement->Column(0).integer;
}

std::string Text(Store* store, const std::string& sql) {
  Result<Statement> statement = store->Prepare(sql);
  EXPECT_TRUE(statement.ok()) << statement.error().message;
  EXPECT_TRUE(*statement->Step());
  return std::string(statement->Column(0).text());
}

MigrationOptions SmallBatches(const MemoryHost& host) {
  MigrationOptions options;
  options.now = host.now;
  options.batch_bytes = kSmallBatch;
  return options;
}

std::unique_ptr<Pass> Begin(Store* store, const MemoryHost& host,
                            const Plan& plan = ParsePlan()) {
  Result<std::unique_ptr<Pass>> pass =
      BeginMigration(store, plan, host.States(), SmallBatches(host));
  EXPECT_TRUE(pass.ok()) << pass.error().message;
  return std::move(pass).value();
}

Error BeginError(Store* store, const MemoryHost& host,
                 const Plan& plan = ParsePlan()) {
  Result<std::unique_ptr<Pass>> pass =
      BeginMigration(store, plan, host.States(), SmallBatches(host));
  EXPECT_FALSE(pass.ok());
  return pass.ok() ? Error{} : pass.error();
}

json ReportOf(const Pass& pass) { return json::parse(pass.ReportJson()); }

// Name, hash and rows of every table, and the failed records.
std::string Fingerprint(const Pass& pass) {
  json report = ReportOf(pass);
  for (json& table : report["tables"]) table.erase("expectedHash");
  return report["tables"].dump() + report["failed"].dump();
}

ByteBuffer Batch(
    std::initializer_list<std::pair<const char*, const char*>> records) {
  Writer batch;
  for (const auto& [key, value] : records) {
    batch.BeginArray(2);
    batch.Raw(*EncodeJson(key));
    batch.Raw(*EncodeJson(value));
  }
  return batch.Take();
}

TEST(Migration, MovesEveryRecordIntoItsTableOrTheLedger) {
  auto store = OpenStore();
  MemoryHost host = Shop(100);
  auto pass = Begin(store.get(), host);
  ASSERT_TRUE(host.Drive(pass.get()).ok());

  const int failing = FailingOrders(100);
  EXPECT_EQ(Integer(store.get(), "SELECT count(*) FROM orders"), 100 - failing);
  EXPECT_EQ(Integer(store.get(), "SELECT count(*) FROM ferrite_failed"),
            failing);
  EXPECT_EQ(Text(store.get(), "SELECT city FROM orders WHERE id=7"), "City 7");
  EXPECT_EQ(Integer(store.get(), "SELECT count(*) FROM settings"), 2);
  const json report = ReportOf(*pass);
  EXPECT_EQ(report["sources"][0]["records"], 100);
  EXPECT_EQ(report["sources"][0]["failed"], failing);
  EXPECT_EQ(report["sources"][1]["unclaimed"], 1);
}

TEST(Migration, IsVerifiedWhenEveryRecordBecameARow) {
  auto store = OpenStore();
  MemoryHost host = Shop(9);
  auto pass = Begin(store.get(), host);
  ASSERT_TRUE(host.Drive(pass.get()).ok());
  const json report = ReportOf(*pass);
  EXPECT_EQ(report["status"], "verified");
  EXPECT_EQ(report["totals"]["differences"], 0);
  EXPECT_EQ(report["tables"][0]["rows"], 9);
  EXPECT_EQ(report["tables"][0]["hash"], report["tables"][0]["expectedHash"]);
  EXPECT_EQ(Text(store.get(), "SELECT status FROM ferrite_migration"),
            "verified");
}

TEST(Migration, IsNotVerifiedBeforeTheTablesWereScanned) {
  auto store = OpenStore();
  MemoryHost host = Shop(9);
  auto pass = Begin(store.get(), host);
  while (pass->step().kind == StepKind::kRead) {
    ASSERT_TRUE(host.Advance(pass.get()).ok());
  }
  for (const char* stage : {"relations", "index", "reconcile"}) {
    while (pass->progress().stage != stage) {
      ASSERT_EQ(ReportOf(*pass)["status"], "running");
      ASSERT_TRUE(host.Advance(pass.get()).ok());
    }
  }
  EXPECT_EQ(ReportOf(*pass)["status"], "running");
}

TEST(Migration, FindsRowsThatWereLostAfterTheyWereWritten) {
  auto store = OpenStore();
  MemoryHost host = Shop(9);
  auto pass = Begin(store.get(), host);
  while (pass->step().kind == StepKind::kRead) {
    ASSERT_TRUE(host.Advance(pass.get()).ok());
  }
  ASSERT_TRUE(store->Execute("DELETE FROM orders WHERE id=3").ok());
  ASSERT_TRUE(host.Drive(pass.get()).ok());
  const json report = ReportOf(*pass);
  EXPECT_EQ(report["status"], "completed_with_differences");
  EXPECT_EQ(report["totals"]["differences"], 1);
}

TEST(Migration, KeepsAFailedRecordWithItsReasonAndAllItsData) {
  auto store = OpenStore();
  MemoryHost host = Shop(25);
  auto pass = Begin(store.get(), host);
  ASSERT_TRUE(host.Drive(pass.get()).ok());
  const json failed = ReportOf(*pass)["failed"];
  ASSERT_EQ(failed.size(), 3u);
  EXPECT_EQ(failed[0]["code"], "not_null");
  EXPECT_EQ(failed[0]["key"], "10");
  EXPECT_EQ(failed[2]["code"], "type_mismatch");
  EXPECT_EQ(failed[2]["path"], "/address/city");
  EXPECT_EQ(ReportOf(*pass)["status"], "completed_with_differences");

  Result<Ledger> ledger = Ledger::Open(store.get(), 1);
  std::vector<std::string> values;
  ASSERT_TRUE(ledger
                  ->ForEach([&](const FailedRecord& record) {
                    values.push_back(testing::DecodeJsonText(record.value));
                    return true;
                  })
                  .ok());
  EXPECT_EQ(ledger->Count().value(), 3u);
  EXPECT_EQ(json::parse(values[2])["address"]["city"], 25);
}

TEST(Migration, SendsADuplicateKeyToTheLedgerAndGoesOn) {
  const Plan plan = ParsePlan(R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "t", "from": {"indexedDB": "d", "store": "s"},
     "columns": {"email": "text", "k": {"path": "$key", "type": "integer"}},
     "primaryKey": ["email"]}]})");
  auto store = OpenStore();
  MemoryHost host;
  host.sources = {MemorySource::IndexedDb("d", "s", "{}")};
  host.sources[0].Put("1", R"({"email": "a@x"})");
  host.sources[0].Put("2", R"({"email": "a@x"})");
  host.sources[0].Put("3", R"({"email": "b@x"})");
  auto pass = Begin(store.get(), host, plan);
  ASSERT_TRUE(host.Drive(pass.get()).ok());
  EXPECT_EQ(Integer(store.get(), "SELECT count(*) FROM t"), 2);
  const json failed = ReportOf(*pass)["failed"];
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0]["code"], "not_unique");
  EXPECT_EQ(failed[0]["key"], "2");
}

TEST(Migration, ContinuesBehindTheLastCommittedBatchAfterACrash) {
  auto whole = OpenStore();
  MemoryHost host = Shop(60);
  auto undisturbed = Begin(whole.get(), host);
  ASSERT_TRUE(host.Drive(undisturbed.get()).ok());
  const std::string expected = Fingerprint(*undisturbed);

  for (int calls = 0; calls < 30; ++calls) {
    auto store = OpenStore();
    {
      auto pass = Begin(store.get(), host);
      for (int i = 0; i < calls && pass->step().kind != StepKind::kDone; ++i) {
        ASSERT_TRUE(host.Advance(pass.get()).ok());
      }
    }
    auto pass = Begin(store.get(), host);
    ASSERT_TRUE(host.Drive(pass.get()).ok());
    EXPECT_EQ(Fingerprint(*pass), expected) << calls;
  }
}

TEST(Migration, AsksForBatchesOfSoManyRecords) {
  auto store = OpenStore();
  MemoryHost host = Shop(60);
  MigrationOptions options;
  options.batch_records = 7;
  auto pass = BeginMigration(store.get(), ParsePlan(), host.States(), options);
  ASSERT_TRUE(pass.ok()) << pass.error().message;
  uint64_t before = 0;
  int batches = 0;
  for (; (*pass)->step().kind == StepKind::kRead; ++batches) {
    EXPECT_EQ((*pass)->step().max_records, 7u);
    ASSERT_TRUE(host.Advance(pass->get()).ok());
    EXPECT_LE((*pass)->progress().current, before + 7);
    before = (*pass)->progress().current;
  }
  EXPECT_GE(batches, 60 / 7);
}

TEST(Migration, FitsItsBatchesToWhatTheyTake) {
  auto store = OpenStore();
  MemoryHost host = Shop(4000);
  MigrationOptions options;
  options.batch_bytes = 128 << 10;
  auto pass = BeginMigration(store.get(), ParsePlan(), host.States(), options);
  ASSERT_TRUE(pass.ok()) << pass.error().message;
  (*pass)->Took(5);  // of nothing yet
  EXPECT_EQ((*pass)->step().max_bytes, 128u << 10);
  ASSERT_TRUE(host.Advance(pass->get()).ok());
  ASSERT_GE((*pass)->progress().bytes, 128u << 10);
  (*pass)->Took(10 * kBatchTargetMs);
  EXPECT_EQ((*pass)->step().max_bytes, 64u << 10);
}

TEST(Migration, CountsItsAttemptsAndTheirTime) {
  auto store = OpenStore();
  MemoryHost host = Shop(30);
  Begin(store.get(), host);
  host.now += 1000000;
  auto pass = Begin(store.get(), host);
  ASSERT_TRUE(host.Drive(pass.get()).ok());
  const json report = ReportOf(*pass);
  EXPECT_EQ(report["attempts"], 2);
  EXPECT_LT(report["busyMs"], 1000);
  EXPECT_GT(report["busyMs"], 0);
}

TEST(Migration, DoesNothingTwice) {
  auto store = OpenStore();
  MemoryHost host = Shop(20);
  auto first = Begin(store.get(), host);
  ASSERT_TRUE(host.Drive(first.get()).ok());
  // The sources may be gone by then.
  for (MemorySource& source : host.sources) {
    source.set_status(SourceState::Status::kAbsent);
  }
  auto second = Begin(store.get(), host);
  EXPECT_EQ(second->step().kind, StepKind::kDone);
  EXPECT_EQ(second->ReportJson(), first->ReportJson());
  EXPECT_EQ(second->progress().stage, "done");
  EXPECT_EQ(second->progress().current, 23u);
}

TEST(Migration, TellsFourKindsOfNotBeingThereApart) {
  auto store = OpenStore();
  MemoryHost host = Shop(3);
  const std::pair<SourceState::Status, ErrorCode> cases[] = {
      {SourceState::Status::kAbsent, ErrorCode::kSourceMissing},
      {SourceState::Status::kBlocked, ErrorCode::kSourceBlocked},
      {SourceState::Status::kUnreadable, ErrorCode::kSourceUnreadable}};
  for (const auto& [status, code] : cases) {
    host.sources[0].set_status(status);
    EXPECT_EQ(BeginError(store.get(), host).code, code);
  }
  EXPECT_EQ(Integer(store.get(), "SELECT count(*) FROM ferrite_migration"), 0);
  EXPECT_EQ(Integer(store.get(),
                    "SELECT count(*) FROM sqlite_schema WHERE name='orders'"),
            0);

  MemoryHost empty = Shop(0);
  empty.sources[0].set_status(SourceState::Status::kEmpty);
  auto pass = Begin(store.get(), empty);
  ASSERT_TRUE(empty.Drive(pass.get()).ok());
  EXPECT_EQ(ReportOf(*pass)["status"], "verified");
}

TEST(Migration, RefusesAPlanThatWouldLoseTheKey) {
  const Plan plan = ParsePlan(R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "t", "from": {"indexedDB": "d", "store": "s"},
     "columns": {"id": "integer"}, "primaryKey": ["id"]}]})");
  auto store = OpenStore();
  MemoryHost host;
  for (const char* info : {"{}", R"({"keyPath": null})"}) {
    host.sources = {MemorySource::IndexedDb("d", "s", info)};
    const Error error = BeginError(store.get(), host, plan);
    EXPECT_EQ(error.code, ErrorCode::kPlanInvalid);
    EXPECT_EQ(error.path, "/tables/0/columns");
  }
  host.sources = {MemorySource::IndexedDb("d", "s", R"({"keyPath": "id"})")};
  Begin(store.get(), host, plan);
}

TEST(Migration, RefusesAnotherPlanWhileOneIsUnfinished) {
  auto store = OpenStore();
  MemoryHost host = Shop(3);
  Begin(store.get(), host);
  const Plan other = ParsePlan(
      R"({"ferrite": 1, "name": "shop", "tables": [
        {"name": "orders", "from": {"indexedDB": "shop", "store": "orders"}},
        {"name": "settings", "from": {"localStorage": true}}]})");
  EXPECT_EQ(BeginError(store.get(), host, other).code, ErrorCode::kPlanChanged);
}

TEST(Migration, LeavesATableAloneThatItDidNotMake) {
  for (const char* sql :
       {"CREATE TABLE Orders(a)", "CREATE VIEW settings AS SELECT 1"}) {
    auto store = OpenStore();
    ASSERT_TRUE(store->Execute(sql).ok());
    MemoryHost host = Shop(3);
    EXPECT_EQ(BeginError(store.get(), host).code, ErrorCode::kTableExists);
    EXPECT_EQ(Integer(store.get(), "SELECT count(*) FROM ferrite_migration"),
              0);
  }
}

TEST(Migration, DoesNotGoOnWithTablesThatWereChanged) {
  MemoryHost host = Shop(3);
  {
    auto store = OpenStore();
    Begin(store.get(), host);
    ASSERT_TRUE(store->Execute("ALTER TABLE orders ADD COLUMN x").ok());
    EXPECT_EQ(BeginError(store.get(), host).code, ErrorCode::kTableExists);
  }
  auto store = OpenStore();
  Begin(store.get(), host);
  ASSERT_TRUE(store->Execute("DROP TABLE orders").ok());
  EXPECT_EQ(BeginError(store.get(), host).code, ErrorCode::kStoreCorrupt);
}

TEST(Migration, RefusesBatchesOutOfOrderAndChangesNothing) {
  auto store = OpenStore();
  MemoryHost host = Shop(9);
  auto pass = Begin(store.get(), host);
  const char* order = R"({"id": 1, "code": "x"})";
  ASSERT_TRUE(
      pass->Apply(Batch({{"1", order}, {"2", R"({"id": 2, "code": "x"})"}}),
                  false, 1)
          .ok());
  const auto code = [&](const ByteBuffer& batch) {
    return pass->Apply(batch, false, 1).error().code;
  };
  EXPECT_EQ(code(Batch({{"2", order}})), ErrorCode::kSourceChanged);
  EXPECT_EQ(code(Batch({{"4", order}, {"3", order}})),
            ErrorCode::kRecordMalformed);
  EXPECT_EQ(code(Batch({{"4", order}, {"4", order}})),
            ErrorCode::kRecordMalformed);
  EXPECT_EQ(code({}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({0x01}), ErrorCode::kRecordMalformed);
  EXPECT_EQ(Integer(store.get(), "SELECT count(*) FROM orders"), 2);
  EXPECT_EQ(pass->progress().current, 2u);
}

TEST(Migration, RefusesCallsThatItsStepDoesNotAskFor) {
  auto store = OpenStore();
  MemoryHost host = Shop(3);
  auto pass = Begin(store.get(), host);
  EXPECT_EQ(pass->Work(1).error().code, ErrorCode::kState);
  ASSERT_TRUE(host.Drive(pass.get()).ok());
  EXPECT_EQ(pass->Apply({}, true, 1).error().code, ErrorCode::kState);
  EXPECT_EQ(pass->Work(1).error().code, ErrorCode::kState);
}

TEST(Migration, DoesNotDisturbAnOpenTransaction) {
  auto store = OpenStore();
  MemoryHost host = Shop(3);
  ASSERT_TRUE(store->Execute("BEGIN; CREATE TABLE mine(a)").ok());
  EXPECT_EQ(BeginError(store.get(), host).code, ErrorCode::kState);
  EXPECT_TRUE(store->InTransaction());
  EXPECT_EQ(Integer(store.get(), "SELECT count(*) FROM mine"), 0);
}

TEST(Migration, WarnsWhenTheAppWroteMeanwhile) {
  auto store = OpenStore();
  MemoryHost host = Shop(9);
  auto pass = Begin(store.get(), host);
  host.sources[0].Put("11", R"({"id": 11, "code": "late"})");
  ASSERT_TRUE(host.Drive(pass.get()).ok());
  const json report = ReportOf(*pass);
  EXPECT_EQ(report["status"], "verified");
  ASSERT_EQ(report["warnings"].size(), 2u);
  EXPECT_THAT(report["warnings"][0], ::testing::HasSubstr("9 records"));
  EXPECT_THAT(report["warnings"][1], ::testing::HasSubstr("no table takes 1 "));
}

TEST(Migration, TellsItsStoryToTheNextOne) {
  auto store = OpenStore();
  EXPECT_EQ(LastMigrationReport(store.get()).value(), "");
  MemoryHost host = Shop(60);
  auto pass = Begin(store.get(), host);
  ASSERT_TRUE(host.Advance(pass.get()).ok());
  json stored = json::parse(LastMigrationReport(store.get()).value());
  EXPECT_EQ(stored["status"], "running");
  EXPECT_EQ(stored["sources"][0]["expected"], 60);
  EXPECT_EQ(stored["sources"][0]["records"],
            ReportOf(*pass)["sources"][0]["records"]);
  EXPECT_GT(stored["sources"][0]["records"], 0);
  EXPECT_GT(stored["tables"][0]["expectedRows"], 0);
  ASSERT_TRUE(host.Drive(pass.get()).ok());
  EXPECT_EQ(LastMigrationReport(store.get()).value(), pass->ReportJson());
}

TEST(Migration, FillsTwoTablesFromOneSource) {
  const Plan plan = ParsePlan(R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "all", "from": {"localStorage": true}},
    {"name": "some", "from": {"localStorage": {"prefix": "a"}}},
    {"name": "one", "from": {"localStorage": {"key": "b"}}}]})");
  auto store = OpenStore();
  MemoryHost host;
  host.sources = {MemorySource::LocalStorage()};
  for (const char* key : {"\"a1\"", "\"a2\"", "\"b\"", "\"c\""}) {
    host.sources[0].Put(key, "\"v\"");
  }
  auto pass = Begin(store.get(), host, plan);
  ASSERT_TRUE(host.Drive(pass.get()).ok());
  const json report = ReportOf(*pass);
  std::vector<int> rows;
  for (const json& table : report["tables"]) rows.push_back(table["rows"]);
  EXPECT_THAT(rows, ElementsAre(4, 2, 1));
  EXPECT_EQ(report["status"], "verified");
}

TEST(SourceState, IsParsedFromWhatHostsHandOver) {
  Result<std::vector<SourceState>> states = SourceState::ParseList(R"([
    {"source": {"indexedDB": "d", "store": "s"}, "status": "ready",
     "records": 3, "info": {"keyPath": "id"}},
    {"source": {"localStorage": true}, "status": "blocked", "message": "m"}])");
  ASSERT_TRUE(states.ok()) << states.error().message;
  EXPECT_EQ((*states)[0].records, 3u);
  EXPECT_EQ((*states)[0].info, R"({"keyPath":"id"})");
  EXPECT_EQ((*states)[1].status, SourceState::Status::kBlocked);
  EXPECT_EQ((*states)[1].message, "m");
  for (const char* wrong :
       {"", "{}", "[1]", R"([{"status": "ready"}])",
        R"([{"source": {"localStorage": true}, "status": "gone"}])",
        R"([{"source": {"localStorage": false}, "status": "ready"}])",
        R"([{"source": {"localStorage": true}, "status": "ready",
             "records": -1}])"}) {
    EXPECT_EQ(SourceState::ParseList(wrong).error().code,
              ErrorCode::kInvalidArgument)
        << wrong;
  }
}

}  // namespace
}  // namespace ferrite
