#include "ferrite/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/src/history_tables.h"
#include "core/src/page.h"
#include "ferrite/log.h"
#include "ferrite/migration.h"
#include "ferrite/verification.h"
#include "tests/support/memory_host.h"
#include "tests/support/shop.h"
#include "tests/support/temp_dir.h"

namespace ferrite {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::MemoryHost;
using ::testing::Not;
using testing::ParsePlan;
using testing::Shop;
using testing::TempDir;

constexpr int64_t kDay = 86'400'000;
constexpr int64_t kNow = 1'700'000'000'000;  // 2023-11-14T22:13:20Z

class History : public ::testing::Test {
 protected:
  void SetUp() override { Open(":memory:"); }

  void Open(const std::string& path) {
    store_.reset();
    Result<std::unique_ptr<Store>> store = Store::Open(path, {});
    ASSERT_TRUE(store.ok()) << store.error().message;
    store_ = std::move(store).value();
  }

  json Ask(const json& request, int64_t now = kNow) {
    Result<std::string> answer =
        AnswerHistory(store_.get(), request.dump(), now, {"tester", "here"});
    EXPECT_TRUE(answer.ok()) << answer.error().message << answer.error().path;
    return answer.ok() ? json::parse(*answer) : json();
  }

  Error ErrorOf(const json& request) {
    Result<std::string> answer =
        AnswerHistory(store_.get(), request.dump(), kNow);
    EXPECT_FALSE(answer.ok()) << request;
    return answer.ok() ? Error{} : answer.error();
  }

  json Rows(const std::string& what, json request = json::object()) {
    request["do"] = what;
    return Ask(request)["rows"];
  }

  void Execute(const std::string& sql) {
    Result<void> done = store_->Execute(sql);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  std::unique_ptr<Pass> Begin(const MemoryHost& host) {
    MigrationOptions options;
    options.now = host.now;
    options.batch_bytes = 1000;
    options.initiator = "tester";
    options.origin = "here";
    options.config = R"({"batchBytes":1000})";
    Result<std::unique_ptr<Pass>> pass =
        BeginMigration(store_.get(), ParsePlan(), host.States(), options);
    EXPECT_TRUE(pass.ok()) << pass.error().message;
    return std::move(pass).value();
  }

  void Migrate(MemoryHost* host) {
    auto pass = Begin(*host);
    ASSERT_TRUE(host->Drive(pass.get()).ok());
  }

  std::unique_ptr<Store> store_;
};

TEST_F(History, SaysOfAMigrationWhatWasDone) {
  MemoryHost host = Shop(100);
  Migrate(&host);
  const json row = Rows("history").at(0);
  EXPECT_EQ(row["kind"], "migration");
  EXPECT_EQ(row["plan"], "shop");
  EXPECT_EQ(row["status"], "completed_with_differences");
  EXPECT_EQ(row["initiator"], "tester");
  EXPECT_EQ(row["config"], json({{"batchBytes", 1000}}));
  EXPECT_EQ(row["records"], 103);
  EXPECT_EQ(row["failed"], testing::FailingOrders(100));
  EXPECT_EQ(row["attempts"], 1);
  EXPECT_GT(row["bytes"], 0);
  EXPECT_GT(row["finishedAt"], row["startedAt"]);
  EXPECT_EQ(row["tables"][0]["name"], "orders");
  EXPECT_EQ(row["tables"][0]["rows"], 100 - testing::FailingOrders(100));
  EXPECT_EQ(row["tables"][0]["hash"].get<std::string>().size(), 32u);
  ASSERT_EQ(row["runs"].size(), 1u);
  EXPECT_EQ(row["runs"][0]["status"], row["status"]);
  EXPECT_FALSE(row.contains("code"));
}

TEST_F(History, CountsWhileTheMigrationRuns) {
  MemoryHost host = Shop(100);
  auto pass = Begin(host);
  ASSERT_TRUE(host.Advance(pass.get()).ok());
  const json row = Rows("history").at(0);
  EXPECT_EQ(row["status"], "running");
  EXPECT_EQ(row["records"], pass->progress().current);
  EXPECT_EQ(row["bytes"], pass->progress().bytes);
}

TEST_F(History, KeepsTheReasonOfAMigrationThatWasCancelledAndResumesIt) {
  MemoryHost host = Shop(100);
  auto pass = Begin(host);
  ASSERT_TRUE(host.Advance(pass.get()).ok());
  const Error reason{ErrorCode::kCancelled, "A person cancelled.", "", ""};
  const uint64_t records = pass->progress().current;
  pass.reset();
  ASSERT_TRUE(StopRunning(store_.get(), reason, host.now, {}).ok());
  const json report = json::parse(*LastMigrationReport(store_.get()));
  EXPECT_EQ(report["status"], "cancelled");
  EXPECT_EQ(report["error"]["code"], "cancelled");
  EXPECT_EQ(report["totals"]["records"], records);
  json row = Rows("history").at(0);
  EXPECT_EQ(row["status"], "cancelled");
  EXPECT_EQ(row["code"], "cancelled");
  EXPECT_EQ(row["message"], "A person cancelled.");
  EXPECT_EQ(row["records"], records);
  Migrate(&host);
  const json rows = Rows("history");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0]["status"], "completed_with_differences");
  EXPECT_EQ(rows[0]["records"], 103);
  EXPECT_EQ(rows[0]["attempts"], 2);
  EXPECT_FALSE(rows[0].contains("message"));
  EXPECT_EQ(rows[0]["runs"][0]["status"], "cancelled");
  EXPECT_EQ(rows[0]["runs"][0]["message"], "A person cancelled.");
  EXPECT_EQ(rows[0]["runs"][1]["status"], "completed_with_differences");
}

TEST_F(History, CallsAMigrationFailedThatItsHostGaveUp) {
  MemoryHost host = Shop(100);
  auto pass = Begin(host);
  pass.reset();
  Ask({{"do", "stop"}, {"code", "source_unreadable"}, {"message", "Gone."}});
  EXPECT_EQ(Rows("history").at(0)["status"], "failed");
  EXPECT_EQ(Rows("logs", {{"level", "error"}}).size(), 1u);
  EXPECT_EQ(json::parse(*LastMigrationReport(store_.get()))["status"],
            "failed");
  Migrate(&host);
  EXPECT_EQ(Rows("history").at(0)["status"], "completed_with_differences");
}

TEST_F(History, TellsNoValueOfARecordThatEndedIt) {
  MemoryHost host = Shop(100);
  auto pass = Begin(host);
  pass.reset();
  Ask({{"do", "stop"}, {"code", "orphan"}, {"message", "No \"SECRET\"."}});
  for (const char* what : {"history", "logs", "audit"}) {
    EXPECT_THAT(Rows(what).dump(), Not(HasSubstr("SECRET"))) << what;
  }
  EXPECT_EQ(Rows("history").at(0)["code"], "orphan");
}

TEST_F(History, CallsInterruptedWhatNobodyEndedAndResumesIt) {
  TempDir dir;
  Open(dir.File("shop.db"));
  MemoryHost host = Shop(100);
  auto pass = Begin(host);
  ASSERT_TRUE(host.Advance(pass.get()).ok());
  const int64_t last_sign = host.now;
  pass.reset();
  Open(dir.File("shop.db"));
  json row = Rows("history").at(0);
  EXPECT_EQ(row["status"], "interrupted");
  EXPECT_EQ(row["finishedAt"], last_sign);
  EXPECT_EQ(json::parse(*LastMigrationReport(store_.get()))["status"],
            "interrupted");
  Migrate(&host);
  row = Rows("history").at(0);
  EXPECT_EQ(row["status"], "completed_with_differences");
  EXPECT_EQ(row["records"], 103);
  EXPECT_EQ(row["runs"][0]["status"], "interrupted");
  EXPECT_EQ(row["runs"][1]["status"], "completed_with_differences");
  EXPECT_EQ(Rows("logs", {{"search", "Interrupted"}}).size(), 1u);
}

TEST_F(History, HoldsVerifications) {
  MemoryHost host = Shop(9);
  Migrate(&host);
  Execute("DELETE FROM orders WHERE id=3");
  auto pass = BeginVerification(
      store_.get(), ParsePlan(), host.States(),
      {.now = host.now, .actor = {"tester", "here"}, .config = R"({"a":1})"});
  ASSERT_TRUE(pass.ok());
  ASSERT_TRUE(host.Drive(pass->get()).ok());
  const json row = Rows("history", {{"kind", "verification"}}).at(0);
  EXPECT_EQ(row["status"], "completed_with_differences");
  EXPECT_EQ(row["differences"], 1);
  EXPECT_EQ(row["records"], 12);
  EXPECT_EQ(row["config"], json({{"a", 1}}));
  // The migration is the store's still.
  EXPECT_EQ(json::parse(*LastMigrationReport(store_.get()))["kind"],
            "migration");
}

TEST_F(History, HoldsAVerificationThatWasCancelled) {
  MemoryHost host = Shop(9);
  Migrate(&host);
  auto pass = BeginVerification(store_.get(), ParsePlan(), host.States(),
                                {.now = host.now});
  ASSERT_TRUE(pass.ok());
  pass->reset();
  Ask({{"do", "stop"}, {"code", "cancelled"}});
  EXPECT_EQ(Rows("history", {{"kind", "verification"}}).at(0)["status"],
            "cancelled");
}

TEST_F(History, LogsEachStageAndSumsUpFailuresOfABatch) {
  MemoryHost host = Shop(100);
  Migrate(&host);
  const json rows = Rows("logs", {{"sort", "id"}, {"limit", 1000}});
  std::vector<std::string> messages;
  int64_t failed = 0;
  int64_t warnings = 0;
  for (const json& row : rows) {
    messages.push_back(row["message"]);
    EXPECT_EQ(row["migration"], 1);
    if (row["level"] != "warn" || !row["context"].contains("source")) continue;
    failed += row["context"]["failed"].get<int64_t>();
    ++warnings;
  }
  EXPECT_EQ(messages.front(), "Migration begun, plan \"shop\".");
  EXPECT_THAT(messages,
              ::testing::IsSupersetOf(
                  {"Source indexedDB shop/orders read to its end: "
                   "100 records.",
                   "Stage \"index\" begins.", "Stage \"reconcile\" begins."}));
  EXPECT_THAT(messages.back(), HasSubstr("completed_with_differences"));
  EXPECT_EQ(failed, testing::FailingOrders(100));
  EXPECT_LT(warnings, failed);
}

TEST_F(History, LogsEveryBatchInDebugModeOnly) {
  MemoryHost host = Shop(100);
  Migrate(&host);
  EXPECT_EQ(Rows("logs", {{"search", "Batch of"}}).size(), 0u);
  EXPECT_EQ(Ask({{"do", "logLevel"}})["level"], "info");
  Open(":memory:");
  EXPECT_EQ(Ask({{"do", "logLevel"}, {"level", "debug"}})["level"], "debug");
  MemoryHost again = Shop(100);
  Migrate(&again);
  EXPECT_GT(Rows("logs", {{"search", "Batch of"}}).size(), 3u);
  EXPECT_EQ(Rows("audit", {{"action", "log.level"}}).at(0)["details"],
            json({{"from", "info"}, {"to", "debug"}}));
}

TEST_F(History, TakesEntriesOfTheHostFromTheLevelOn) {
  Ask({{"do", "log"},
       {"message", "Sync is late."},
       {"level", "warn"},
       {"context", {{"ms", 12}}}});
  Ask({{"do", "log"}, {"message", "Noise."}, {"level", "debug"}});
  const json rows = Rows("logs");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0]["at"], kNow);
  EXPECT_EQ(rows[0]["context"]["ms"], 12);
  EXPECT_EQ(ErrorOf({{"do", "log"}}).path, "/message");
  EXPECT_EQ(ErrorOf({{"do", "log"}, {"message", "m"}, {"level", "wran"}}).path,
            "/level");
  EXPECT_EQ(ErrorOf({{"do", "log"}, {"message", "m"}, {"context", 1}}).path,
            "/context");
  EXPECT_EQ(ErrorOf({{"do", "log"}, {"message", std::string(8193, 'x')}}).path,
            "/message");
}

TEST_F(History, CountsStatusesVolumesAndDays) {
  const auto entry = [](const char* id, const char* status, int64_t at,
                        int records) {
    return json{{"id", id},           {"status", status},
                {"startedAt", at},    {"finishedAt", at + 2000},
                {"records", records}, {"bytes", records * 10}};
  };
  Ask({{"do", "import"},
       {"entries",
        {entry("a", "verified", kNow - 2 * kDay, 100),
         entry("b", "completed", kNow - 1000, 300),
         entry("c", "failed", kNow - 2000, 0),
         entry("d", "completed_with_differences", kNow - 3 * kDay, 50),
         entry("e", "verified", kNow - 400 * kDay, 50)}}});
  const json all = Ask({{"do", "statistics"}, {"days", 3}});
  EXPECT_EQ(all["total"], 5);
  EXPECT_EQ(all["succeeded"], 3);
  EXPECT_EQ(all["withDifferences"], 1);
  EXPECT_EQ(all["failed"], 1);
  EXPECT_DOUBLE_EQ(all["successRate"], 0.6);
  EXPECT_EQ(all["records"], 500);
  EXPECT_EQ(all["bytes"], 5000);
  EXPECT_EQ(all["busyMs"], 10000);
  EXPECT_EQ(all["recordsPerSecond"], 50);
  EXPECT_EQ(all["last24Hours"]["total"], 2);
  EXPECT_EQ(all["last24Hours"]["records"], 300);
  ASSERT_EQ(all["days"].size(), 3u);
  EXPECT_EQ(all["days"][0]["day"], "2023-11-12");
  EXPECT_EQ(all["days"][0]["records"], 100);
  EXPECT_EQ(all["days"][1]["total"], 0);
  EXPECT_EQ(all["days"][2]["day"], "2023-11-14");
  EXPECT_EQ(all["days"][2]["total"], 2);
  EXPECT_EQ(all["days"][2]["failed"], 1);
  // 22:13:20 in Greenwich is the next day two hours east of it.
  const json east =
      Ask({{"do", "statistics"}, {"days", 1}, {"offsetMinutes", 120}});
  EXPECT_EQ(east["days"][0]["day"], "2023-11-15");
  EXPECT_EQ(east["days"][0]["total"], 2);
}

TEST_F(History, SaysNoRateOfNothing) {
  const json nothing = Ask({{"do", "statistics"}});
  EXPECT_EQ(nothing["total"], 0);
  EXPECT_FALSE(nothing.contains("successRate"));
  EXPECT_FALSE(nothing.contains("recordsPerSecond"));
  EXPECT_EQ(nothing["days"].size(), 30u);
}

TEST_F(History, ImportsAnEntryOnce) {
  const json entry = {
      {"id", 17},
      {"status", "running"},
      {"startedAt", "2023-01-31T09:30:00Z"},
      {"finishedAt", "2023-01-31T10:30:00+01:00"},
      {"plan", "old"},
      {"config", {{"batchSize", 100}}},
      {"logs",
       {{{"message", "Begun."}}, {{"message", "Slow."}, {"level", "warn"}}}}};
  const json request = {{"do", "import"}, {"entries", {entry}}};
  EXPECT_EQ(Ask(request), json({{"imported", 1}, {"existing", 0}}));
  EXPECT_EQ(Ask(request), json({{"imported", 0}, {"existing", 1}}));
  const json rows = Rows("history", {{"externalId", "17"}});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0]["status"], "interrupted");
  EXPECT_EQ(rows[0]["startedAt"], 1675157400000);
  EXPECT_EQ(rows[0]["finishedAt"], 1675157400000);
  EXPECT_EQ(rows[0]["config"]["batchSize"], 100);
  EXPECT_FALSE(rows[0].contains("planHash"));
  EXPECT_EQ(Rows("logs", {{"migration", rows[0]["id"]}}).size(), 2u);
  EXPECT_EQ(Rows("audit", {{"action", "history.import"}}).size(), 1u);
  EXPECT_EQ(*LastMigrationReport(store_.get()), "");
}

TEST_F(History, ImportsAllEntriesOrNone) {
  const auto error = [&](const json& wrong) {
    const json good = {{"id", "g"}, {"status", "failed"}, {"startedAt", 1}};
    json entry = good;
    entry["id"] = "w";
    entry.update(wrong);
    return ErrorOf({{"do", "import"}, {"entries", {good, entry}}});
  };
  EXPECT_EQ(error({{"statsu", 1}}).path, "/entries/1/statsu");
  EXPECT_THAT(error({{"statsu", 1}}).hint,
              HasSubstr("Did you mean \"status\""));
  EXPECT_EQ(error({{"status", "faild"}}).path, "/entries/1/status");
  EXPECT_EQ(error({{"startedAt", "2023-01-31T09:30:00"}}).path,
            "/entries/1/startedAt");
  EXPECT_EQ(error({{"finishedAt", 0}}).path, "/entries/1/finishedAt");
  EXPECT_EQ(error({{"records", -1}}).path, "/entries/1/records");
  EXPECT_EQ(error({{"id", ""}}).path, "/entries/1/id");
  EXPECT_EQ(error({{"config", 1}}).path, "/entries/1/config");
  EXPECT_EQ(error({{"logs", {{{"level", "info"}}}}}).path,
            "/entries/1/logs/0/message");
  EXPECT_EQ(Rows("history").size(), 0u);
  EXPECT_EQ(Rows("audit").size(), 0u);
}

TEST_F(History, CleansUpByAgeAndNumberButKeepsWhatTheDataComesFrom) {
  MemoryHost host = Shop(9);  // nothing fails
  host.now = kNow - 500 * kDay;
  Migrate(&host);
  json entries = json::array();
  for (int i = 0; i < 10; ++i) {
    entries.push_back({{"id", i},
                       {"status", "failed"},
                       {"startedAt", kNow - i * kDay},
                       {"logs", {{{"message", "Line."}}}}});
  }
  Ask({{"do", "import"}, {"entries", entries}});
  EXPECT_EQ(Ask({{"do", "cleanUp"}, {"history", {{"maxAgeDays", 7}}}}),
            json({{"history", 2}, {"logs", 0}}));
  EXPECT_EQ(Ask({{"do", "cleanUp"}, {"history", {{"keep", 3}}}})["history"], 5);
  EXPECT_EQ(Rows("history", {{"status", "verified"}}).size(), 1u);
  EXPECT_EQ(Rows("history").size(), 4u);
  EXPECT_EQ(Ask({{"do", "cleanUp"}, {"logs", {{"keep", 2}}}})["history"], 0);
  EXPECT_EQ(Rows("logs").size(), 2u);
  EXPECT_EQ(Rows("audit", {{"action", "history.cleanUp"}}).size(), 3u);
  // The migration is known still.
  auto pass = Begin(host);
  EXPECT_EQ(pass->step().kind, StepKind::kDone);
  EXPECT_EQ(ErrorOf({{"do", "cleanUp"}}).code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ErrorOf({{"do", "cleanUp"}, {"audit", {{"keep", 0}}}}).path,
            "/audit");
  EXPECT_EQ(ErrorOf({{"do", "cleanUp"}, {"logs", {{"keep", -1}}}}).path,
            "/logs/keep");
}

TEST_F(History, CleansUpNothingThatHasFailedRecords) {
  MemoryHost host = Shop(100);
  Migrate(&host);
  Execute("UPDATE ferrite_migration SET status='rolled_back'");
  EXPECT_EQ(Ask({{"do", "cleanUp"}, {"history", {{"keep", 0}}}})["history"], 0);
  Execute("DELETE FROM ferrite_failed");
  EXPECT_EQ(Ask({{"do", "cleanUp"}, {"history", {{"keep", 0}}}})["history"], 1);
}

TEST_F(History, SaysWhatIsNotAskedForRight) {
  EXPECT_EQ(ErrorOf({{"do", "histroy"}}).path, "/do");
  EXPECT_THAT(ErrorOf({{"do", "histroy"}}).hint, HasSubstr("\"history\""));
  EXPECT_EQ(ErrorOf(json::object()).path, "/do");
  EXPECT_EQ(ErrorOf({{"do", "history"}, {"status", "verifed"}}).path,
            "/status");
  EXPECT_EQ(ErrorOf({{"do", "statistics"}, {"days", 0}}).path, "/days");
  EXPECT_EQ(ErrorOf({{"do", "checkAudit"}, {"x", 0}}).path, "/x");
  Execute("BEGIN");
  EXPECT_EQ(ErrorOf({{"do", "import"}, {"entries", json::array()}}).code,
            ErrorCode::kState);
}

// What SQLite would do for the page, one line for each step.
std::string PlanOf(Store* store, const internal::PageTable& table,
                   const json& request) {
  Result<std::string> sql = internal::PageSql(table, request.dump());
  EXPECT_TRUE(sql.ok()) << sql.error().message;
  Result<Statement> explain = store->Prepare("EXPLAIN QUERY PLAN " + *sql);
  EXPECT_TRUE(explain.ok());
  std::string plan;
  while (*explain->Step()) {
    plan += std::string(explain->Column(3).text()) + "\n";
  }
  return plan;
}

TEST_F(History, FindsPagesOfAHundredThousandRowsByIndex) {
  Execute(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE "
      "i<100000) INSERT INTO ferrite_migration(kind,plan_name,plan_hash,status,"
      "stage,initiator,started_at,updated_at,attempts,busy_ms,external_id) "
      "SELECT 'migration','p',x'',iif(i%50,'verified','failed'),'done','x',"
      "i*1000,i*1000,1,5,i FROM n");
  Execute(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE "
      "i<100000) INSERT INTO ferrite_log(at,level,migration,message,context) "
      "SELECT i,iif(i%50,'info','error'),i%1000,'m','{}' FROM n");
  Execute("ANALYZE");
  const auto expect = [&](const internal::PageTable& table, json request,
                          const char* index) {
    const std::string plan = PlanOf(store_.get(), table, request);
    EXPECT_THAT(plan, HasSubstr(index)) << request;
    EXPECT_THAT(plan, Not(HasSubstr("TEMP B-TREE FOR ORDER BY")))
        << request << plan;
  };
  using internal::kHistoryPage;
  using internal::kLogPage;
  expect(kHistoryPage, json::object(), "ferrite_migration_started");
  expect(kHistoryPage, {{"status", "failed"}}, "ferrite_migration_status");
  expect(kHistoryPage, {{"status", "failed"}, {"from", 5000}},
         "ferrite_migration_status (status=? AND started_at>?)");
  expect(kHistoryPage, {{"from", 5000}, {"to", 9000}},
         "ferrite_migration_started (started_at>? AND started_at<?)");
  expect(kHistoryPage, {{"after", {"-startedAt", 50000, 50}}},
         "ferrite_migration_started (");
  expect(kLogPage, {{"after", {"-id", 500, 500}}},
         "INTEGER PRIMARY KEY (rowid<?)");
  expect(kLogPage, {{"level", "error"}}, "ferrite_log_level (level=?)");
  expect(kLogPage, {{"migration", 7}}, "ferrite_log_migration (migration=?)");
  expect(kLogPage, {{"from", 500}, {"to", 900}, {"sort", "at"}},
         "ferrite_log_at (at>? AND at<?)");
  const json page = Ask({{"do", "history"}, {"status", "failed"}});
  EXPECT_EQ(page["total"], 2000);
  EXPECT_EQ(page["rows"][0]["startedAt"], 100000000);
}

}  // namespace
}  // namespace ferrite
