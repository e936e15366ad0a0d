// Records of the ledger that come into their tables after all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ferrite/migration.h"
#include "ferrite/retry.h"
#include "ferrite/verification.h"
#include "tests/support/json_record.h"
#include "tests/support/memory_host.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::EncodeJson;
using ::testing::HasSubstr;
using testing::MemoryHost;
using testing::MemorySource;

// Orders of customers; `column` is the definition of "placed".
std::string PlanText(const std::string& column,
                     const std::string& more = R"(, "primaryKey": ["id"])") {
  return R"({"ferrite": 1, "name": "shop", "tables": [
    {"name": "orders", "from": {"indexedDB": "d", "store": "orders"},
     "columns": {"id": "integer", "placed": )" +
         column + R"(, "customer": {"type": "integer",
       "references": {"table": "customers"}}})" +
         more + R"(},
    {"name": "customers", "from": {"indexedDB": "d", "store": "customers"},
     "columns": {"id": "integer", "name": {"type": "text", "notNull": true}},
     "primaryKey": ["id"]}]})";
}

Plan Parse(const std::string& text) {
  Result<Plan> plan = Plan::Parse(text);
  EXPECT_TRUE(plan.ok()) << plan.error().message;
  return std::move(plan).value();
}

Plan Strict() { return Parse(PlanText(R"("datetime")")); }
Plan Lenient() {
  return Parse(PlanText(R"({"type": "datetime", "onMismatch": "null"})"));
}

class Retry : public ::testing::Test {
 protected:
  Retry() {
    Result<std::unique_ptr<Store>> store = Store::Open(":memory:", {});
    EXPECT_TRUE(store.ok());
    store_ = std::move(store).value();
    for (const char* name : {"orders", "customers"}) {
      host_.sources.push_back(MemorySource::IndexedDb("d", name));
    }
  }

  // Every tenth is not placed at a time, every eighth by a customer who is
  // not there.
  void PutOrders(int count) {
    for (int id = 1; id <= count; ++id) {
      const std::string key = std::to_string(id);
      host_.sources[0].Put(
          key, R"({"id":)" + key + R"(,"placed":)" +
                   (id % 10 == 0 ? R"("some day")" : R"({"$date": 1000})") +
                   R"(,"customer":)" + (id % 8 == 0 ? "2" : "1") + "}");
    }
    host_.sources[1].Put("1", R"({"id":1,"name":"Ada"})");
    host_.sources[1].Put("2", R"({"id":2,"name":null})");
  }

  json Drive(Result<std::unique_ptr<Pass>> pass) {
    EXPECT_TRUE(pass.ok()) << pass.error().message;
    const Result<void> done = host_.Drive(pass->get());
    EXPECT_TRUE(done.ok()) << done.error().message;
    return json::parse((*pass)->ReportJson());
  }
  json Migrate(const Plan& plan) {
    return Drive(BeginMigration(store_.get(), plan, host_.States(), {}));
  }
  json Verify(const Plan& plan) {
    return Drive(
        BeginVerification(store_.get(), plan, host_.States(), {.now = 1}));
  }
  json RunRetry(const Plan& plan, LedgerFilter filter = {}) {
    return Drive(BeginRetry(store_.get(), plan, {++host_.now, filter}));
  }
  Error RetryError(const Plan& plan) {
    Result<std::unique_ptr<Pass>> pass = BeginRetry(store_.get(), plan, {});
    EXPECT_FALSE(pass.ok());
    return pass.ok() ? Error{} : pass.error();
  }

  Ledger TheLedger() {
    return std::move(Ledger::OpenLatest(store_.get())).value();
  }
  FailedRecord Entry(const std::string& table, const std::string& key) {
    LedgerFilter filter;
    filter.table = table;
    const LedgerPage page = TheLedger().List(filter, 0, 1000).value();
    for (const FailedRecord& record : page.records) {
      if (record.key_text == key) return record;
    }
    ADD_FAILURE() << table << " " << key;
    return {};
  }
  Result<void> Correct(const FailedRecord& entry, std::string_view value) {
    return TheLedger().Correct(entry.id, *EncodeJson(value), 5);
  }

  std::string Query(const std::string& sql) {
    Result<Statement> statement = store_->Prepare(sql);
    EXPECT_TRUE(statement.ok()) << statement.error().message;
    Result<bool> row = statement->Step();
    EXPECT_TRUE(row.ok() && *row);
    return std::string(statement->Column(0).text());
  }
  std::string Count(const std::string& table) {
    return Query("SELECT count(*)||'' FROM " + table);
  }

  std::unique_ptr<Store> store_;
  MemoryHost host_;
};

TEST_F(Retry, MovesWhatFitsUnderTheCorrectedPlan) {
  PutOrders(100);
  const json before = Migrate(Strict());
  // Ten are not placed; of the others those of customer 2 are orphans, and
  // customer 2 has no name.
  EXPECT_EQ(before["totals"]["failed"], 10 + 10 + 1);
  EXPECT_EQ(Count("orders"), "80");

  const json report = RunRetry(Lenient());
  // Customer 2 still has no name, so its orders are orphans again: 12 of 100.
  EXPECT_EQ(report["retry"], (json{{"tried", 21}, {"moved", 8}, {"left", 13}}));
  EXPECT_EQ(Count("orders"), "88");
  EXPECT_EQ(report["status"], "completed_with_differences");
  EXPECT_EQ(report["sources"][0]["failed"], 0);
  EXPECT_EQ(report["tables"][0]["quarantined"], 12);
  EXPECT_EQ(report["tables"][0]["rows"], 88);
  EXPECT_EQ(report["plan"]["hash"], Lenient().hash.ToHex());
  EXPECT_EQ(json::parse(*LastMigrationReport(store_.get())), report);
  // The corrected plan is the migration's from now on.
  EXPECT_EQ(Migrate(Lenient())["tables"], report["tables"]);
  const json verified = Verify(Lenient());
  EXPECT_EQ(verified["totals"]["differences"], 0);
  EXPECT_EQ(verified["tables"][0]["matched"], 88);
  // An app with the plan of before finds its rows right, too.
  EXPECT_EQ(Verify(Strict())["totals"]["differences"], 0);
}

TEST_F(Retry, CorrectedRecordBringsItsOrphansBackAndEverythingIsVerified) {
  PutOrders(50);
  Migrate(Lenient());
  EXPECT_EQ(Count("ferrite_failed"), "7");
  const FailedRecord customer = Entry("customers", "2");
  ASSERT_TRUE(Correct(customer, R"({"id":2,"name":"Bob"})").ok());
  const FailedRecord corrected = TheLedger().Get(customer.id).value();
  EXPECT_TRUE(corrected.is_corrected);
  EXPECT_EQ(corrected.value, *EncodeJson(R"({"id":2,"name":null})"));
  EXPECT_EQ(Verify(Lenient())["tables"][1]["failed"], 1) << "until the retry";

  const json report = RunRetry(Lenient());
  EXPECT_EQ(report["status"], "verified");
  EXPECT_EQ(report["retry"], (json{{"tried", 7}, {"moved", 7}, {"left", 0}}));
  EXPECT_EQ(report["failed"], json::array());
  EXPECT_EQ(report["tables"][1]["corrected"], 1);
  EXPECT_THAT(report["warnings"].dump(), HasSubstr("customers: 1 row as"));
  EXPECT_EQ(Count("orders"), "50");
  EXPECT_EQ(Query("SELECT name FROM customers WHERE id=2"), "Bob");
  // What the source had is still in the store.
  auto original = store_->Prepare("SELECT original FROM ferrite_correction");
  ASSERT_TRUE(*original->Step());
  const Bytes bytes = original->Column(0).bytes;
  EXPECT_EQ(ByteBuffer(bytes.begin(), bytes.end()),
            *EncodeJson(R"({"id":2,"name":null})"));

  json verified = Verify(Lenient());
  EXPECT_EQ(verified["status"], "verified") << verified.dump(1);
  EXPECT_EQ(verified["tables"][1]["corrected"], 1);
  EXPECT_EQ(verified["tables"][1]["matched"], 2);
  // The app mended the record itself: no correction any more.
  host_.sources[1].Put("2", R"({"id":2,"name":"Bob"})");
  verified = Verify(Lenient());
  EXPECT_EQ(verified["status"], "verified");
  EXPECT_FALSE(verified["tables"][1].contains("corrected"));
  // Or otherwise than it was corrected here.
  host_.sources[1].Put("2", R"({"id":2,"name":"Bea"})");
  EXPECT_EQ(Verify(Lenient())["tables"][1]["different"], 1);
}

TEST_F(Retry, DiscardedRecordIsCountedAndItsDataKept) {
  PutOrders(10);
  Migrate(Strict());
  Ledger ledger = TheLedger();
  const LedgerPage page = ledger.List({}, 0, 100).value();
  for (const FailedRecord& each : page.records) {
    ASSERT_TRUE(ledger.Discard(each.id, 9).ok());
  }
  EXPECT_EQ(Count("ferrite_failed"), "0");
  EXPECT_EQ(Query("SELECT group_concat(table_name||key_text||kind||code) FROM "
                  "ferrite_correction"),
            "customers2discardednot_null,orders10discardedtype_mismatch,"
            "orders[8]discardedorphan");
  json report = json::parse(*LastMigrationReport(store_.get()));
  EXPECT_EQ(report["totals"]["failed"], 0);
  report = RunRetry(Strict());
  EXPECT_EQ(report["status"], "verified");
  EXPECT_EQ(report["tables"][0]["discarded"], 2);
  report = Verify(Strict());
  EXPECT_EQ(report["status"], "verified") << report.dump(1);
  EXPECT_EQ(report["tables"][0]["discarded"], 2);
  EXPECT_EQ(report["tables"][1]["discarded"], 1);
  EXPECT_THAT(report["warnings"].dump(), HasSubstr("orders: 2 records"));
}

TEST_F(Retry, SaysAnewWhyARecordStays) {
  host_.sources[0].Put("1", R"({"id":1,"placed":"soon"})");
  Migrate(Strict());
  ASSERT_TRUE(Correct(Entry("orders", "1"), R"({"id":"x"})").ok());
  const json report = RunRetry(Strict());
  EXPECT_EQ(report["status"], "completed_with_differences");
  EXPECT_EQ(report["failed"][0]["path"], "/id");
  EXPECT_EQ(report["retry"], (json{{"tried", 1}, {"moved", 0}, {"left", 1}}));
  EXPECT_EQ(Entry("orders", "1").value,
            *EncodeJson(R"({"id":1,"placed":"soon"})"));
  EXPECT_EQ(Verify(Strict())["tables"][0]["failed"], 1);
}

TEST_F(Retry, TriesThoseThatAreAskedForAlone) {
  PutOrders(100);
  Migrate(Strict());
  LedgerFilter filter;
  filter.code = "type_mismatch";
  EXPECT_EQ(TheLedger().List(filter, 0, 3)->total, 10u);
  EXPECT_EQ(TheLedger().List(filter, 0, 3)->records.size(), 3u);
  EXPECT_EQ(TheLedger().List(filter, 9, 3)->records.size(), 1u);
  filter.search = "30";
  EXPECT_EQ(TheLedger().List(filter, 0, 3)->records[0].key_text, "30");
  filter.ids = {Entry("orders", "30").id};
  const json report = RunRetry(Lenient(), filter);
  EXPECT_EQ(report["retry"], (json{{"tried", 1}, {"moved", 1}, {"left", 20}}));
  filter = {};
  filter.table = "customers";
  EXPECT_EQ(TheLedger().List(filter, 0, 3)->total, 1u);
}

TEST_F(Retry, PlanOfAnotherShapeIsRefusedByName) {
  PutOrders(10);
  EXPECT_EQ(RetryError(Strict()).code, ErrorCode::kState);
  Migrate(Strict());
  const auto refused = [&](const std::string& text, const std::string& path,
                           const std::string& name) {
    const Error error = RetryError(Parse(text));
    EXPECT_EQ(error.code, ErrorCode::kPlanChanged) << text;
    EXPECT_EQ(error.path, path);
    EXPECT_THAT(error.message, HasSubstr(name));
  };
  refused(PlanText(R"("text")"), "/tables/0", "\"orders\"");
  refused(PlanText(R"({"type": "datetime", "notNull": true})"), "/tables/0",
          "\"orders\"");
  refused(PlanText(R"("datetime")", R"(, "primaryKey": ["id", "customer"])"),
          "/tables/0", "\"orders\"");
  refused(PlanText(R"("datetime")",
                   R"(, "primaryKey": ["id"], "unmapped": "drop")"),
          "/tables/0", "\"orders\"");
  std::string text = PlanText(R"("datetime")");
  text.replace(text.find("\"store\": \"customers\""), 20,
               "\"store\": \"customers\", \"prefix\": \"a\"");
  refused(text, "/tables/1/from", "\"customers\"");
  text = PlanText(R"("datetime")");
  text.insert(
      text.rfind(']'),
      R"(, {"name": "t", "from": {"indexedDB": "d", "store": "orders"}})");
  refused(text, "/tables/2", "\"t\"");
  EXPECT_EQ(Query("SELECT count(*)||'' FROM ferrite_plan"), "1");
  // In what a value is made of it may differ.
  const json report = RunRetry(Parse(PlanText(
      R"({"type": "datetime", "path": ["/placed", "/at"], "default": 0, "onMismatch": "default"})",
      R"(, "primaryKey": ["id"], "when": "record ->> '$.id' < 1000", "schema": {"type": "object"},
         "drop": ["/x"], "indexes": [["customer"]])")));
  EXPECT_EQ(report["sources"][0]["failed"], 0);
  EXPECT_EQ(Query("SELECT count(*)||'' FROM sqlite_schema WHERE type='index' "
                  "AND tbl_name='orders' AND sql IS NOT NULL"),
            "1");
}

TEST_F(Retry, LedgerRefusesWhatIsNoCorrection) {
  PutOrders(8);
  Migrate(Strict());
  Ledger ledger = TheLedger();
  const FailedRecord customer = Entry("customers", "2");
  const ByteBuffer two_items = {0x01, 0x01};
  EXPECT_EQ(ledger.Correct(customer.id, two_items, 1).error().code,
            ErrorCode::kRecordMalformed);
  EXPECT_EQ(ledger.Correct(customer.id, {}, 1).error().code,
            ErrorCode::kRecordMalformed);
  EXPECT_EQ(ledger.Correct(99, *EncodeJson("1"), 1).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(ledger.Discard(99, 1).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ledger.Correct(Entry("orders", "[8]").id, *EncodeJson("1"), 1)
                .error()
                .code,
            ErrorCode::kState);
  EXPECT_EQ(Count("ferrite_correction"), "0");
}

// However often it is cut off between two calls, the end is the same.
TEST_F(Retry, CutOffBetweenTwoBatchesItComesToTheSameEnd) {
  const auto prepare = [&] {
    store_ = std::move(Store::Open(":memory:", {})).value();
    PutOrders(6000);
    Migrate(Strict());
    ASSERT_TRUE(
        Correct(Entry("customers", "2"), R"({"id":2,"name":"Bob"})").ok());
  };
  const auto content = [](const json& report) {
    return report["tables"].dump() + report["status"].dump() +
           report["sources"].dump() + report["failed"].dump();
  };
  prepare();
  const std::string wanted = content(RunRetry(Lenient()));
  int calls = 0;
  bool is_done = false;
  for (int stop = 1; !is_done; ++stop) {
    prepare();
    // Cut off after every `stop` calls, again and again.
    const int attempts_before = calls;
    for (int attempt = 0; !is_done && attempt < 3; ++attempt) {
      auto pass = BeginRetry(store_.get(), Lenient(), {});
      ASSERT_TRUE(pass.ok());
      const auto ended = [&] {
        return (*pass)->step().kind == StepKind::kDone;
      };
      for (int i = 0; i < stop && !ended(); ++i, ++calls) {
        ASSERT_TRUE((*pass)->Work(1).ok());
      }
      is_done = attempt == 0 && ended();
      EXPECT_NE(Query("SELECT status FROM ferrite_migration"), "running");
    }
    ASSERT_EQ(content(RunRetry(Lenient())), wanted) << stop;
    ASSERT_GT(calls, attempts_before);
  }
  EXPECT_GT(calls, 100);
  EXPECT_EQ(Verify(Lenient())["status"], "verified");
}

TEST_F(Retry, TenThousandFailuresAreListedByFifty) {
  for (int id = 1; id <= 10000; ++id) {
    const std::string key = std::to_string(id);
    host_.sources[0].Put(key, R"({"id":)" + key + R"(,"placed":"x"})");
  }
  const json report = Migrate(Strict());
  EXPECT_EQ(report["failed"].size(), 50u);
  EXPECT_EQ(report["totals"]["failed"], 10000);
  EXPECT_EQ(Verify(Strict())["totals"]["failed"], 10000);
  EXPECT_EQ(TheLedger().List({}, 9990, 50)->records.size(), 10u);
  const json retried = RunRetry(Lenient());
  EXPECT_EQ(retried["status"], "verified");
  EXPECT_EQ(retried["retry"]["moved"], 10000);
}

}  // namespace
}  // namespace ferrite
