#include "ferrite/plan_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ferrite/migration.h"
#include "tests/support/json_record.h"
#include "tests/support/memory_host.h"
#include "tests/support/references.h"
#include "tests/support/shop.h"

namespace ferrite {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::FailingOrders;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MemoryHost;
using testing::MemorySource;
using testing::ParsePlan;
using testing::Referring;
using testing::Shop;

std::unique_ptr<Store> OpenStore() {
  Result<std::unique_ptr<Store>> store = Store::Open(":memory:", {});
  EXPECT_TRUE(store.ok());
  return std::move(store).value();
}

json Answer(const Plan& plan, const std::vector<SourceState>& sources,
            const HostFacts& facts = {}, Store* store = nullptr) {
  Result<std::string> answer = AnswerPlan(store, plan, sources, facts);
  EXPECT_TRUE(answer.ok()) << answer.error().message;
  return json::parse(answer.ok() ? *answer : "{}");
}

// The report of a probe of so many records of each source.
json Probe(const Plan& plan, MemoryHost* host, uint64_t sample = 2000) {
  std::unique_ptr<Store> scratch = OpenStore();
  MigrationOptions options;
  options.now = host->now;
  options.sample_size = sample;
  Result<std::unique_ptr<Pass>> pass =
      BeginProbe(scratch.get(), plan, host->States(), options);
  EXPECT_TRUE(pass.ok()) << pass.error().message;
  EXPECT_TRUE(host->Drive(pass->get()).ok());
  return json::parse((*pass)->ReportJson());
}

HostFacts FactsOf(const json& probe, double ms = 10) {
  HostFacts facts;
  facts.probe_ms = ms;
  facts.probe_report = probe.dump();
  return facts;
}

std::vector<std::string> Codes(const json& answer) {
  std::vector<std::string> codes;
  for (const json& blocker : answer["blockers"])
    codes.push_back(blocker["code"]);
  return codes;
}

TEST(PlanAnswer, CountsWhatTheTablesWillHold) {
  MemoryHost host = Shop(40);
  const Plan plan = ParsePlan();
  const json answer = Answer(plan, host.States(), FactsOf(Probe(plan, &host)));
  EXPECT_EQ(answer["canProceed"], true);
  EXPECT_EQ(answer["records"], 43);
  EXPECT_EQ(answer["tables"][0]["name"], "orders");
  EXPECT_EQ(answer["tables"][0]["rows"], 40);
  EXPECT_EQ(answer["tables"][0]["isExact"], true);
  EXPECT_EQ(answer["tables"][0]["columns"], 5);
  EXPECT_EQ(answer["tables"][1]["rows"], 2);
  EXPECT_EQ(answer["tables"][1]["isExact"], true);
  EXPECT_THAT(answer["order"], ElementsAre("orders", "settings"));
  EXPECT_NEAR(answer["tables"][0]["share"].get<double>(), 40.0 / 42, 0.001);
}

TEST(PlanAnswer, EstimatesByWhatTheProbeNeeded) {
  MemoryHost host = Shop(400);
  const Plan plan = ParsePlan();
  const json answer =
      Answer(plan, host.States(), FactsOf(Probe(plan, &host, 40), 10));
  EXPECT_EQ(answer["estimate"]["basis"], "probe");
  EXPECT_EQ(answer["estimate"]["probe"]["records"], 43);
  // Ten times the records of which each takes the same time.
  EXPECT_NEAR(answer["estimate"]["ms"].get<double>(), 100, 10);
  EXPECT_GT(answer["bytes"], 400 * 50);
}

TEST(PlanAnswer, ExpectsRowsWhereTheProbeSawAPart) {
  MemoryHost host = Shop(1);
  const Plan plan = ParsePlan();
  // Two of three entries are tried, and both are settings.
  const json answer =
      Answer(plan, host.States(), FactsOf(Probe(plan, &host, 2)));
  EXPECT_EQ(answer["tables"][1]["rows"], 3);
  EXPECT_EQ(answer["tables"][1]["isExact"], false);
  EXPECT_EQ(answer["tables"][0]["isExact"], true);
}

TEST(PlanAnswer, SaysThatItEstimatesNothingWithoutAProbe) {
  const json answer = Answer(ParsePlan(), Shop(10).States());
  EXPECT_EQ(answer["estimate"], json({{"basis", "none"}}));
  EXPECT_FALSE(answer.contains("bytes"));
  EXPECT_EQ(answer["canProceed"], true);
}

TEST(PlanAnswer, NamesEverySourceThatIsNotThere) {
  MemoryHost host = Shop(10);
  host.sources[0].set_status(SourceState::Status::kAbsent);
  host.sources[1].set_status(SourceState::Status::kUnreadable);
  const json answer = Answer(ParsePlan(), host.States());
  EXPECT_EQ(answer["canProceed"], false);
  EXPECT_THAT(Codes(answer),
              ElementsAre("source_missing", "source_unreadable"));
  EXPECT_EQ(answer["blockers"][0]["path"], "/tables/0/from");
  EXPECT_EQ(answer["blockers"][1]["path"], "/tables/1/from");
}

TEST(PlanAnswer, TriesTheOtherSourcesWhenOneIsBlocked) {
  MemoryHost host = Shop(10);
  host.sources[0].set_status(SourceState::Status::kBlocked);
  const Plan plan = ParsePlan();
  const json answer = Answer(plan, host.States(), FactsOf(Probe(plan, &host)));
  EXPECT_THAT(Codes(answer), ElementsAre("source_blocked"));
  EXPECT_EQ(answer["tables"][1]["rows"], 2);
}

TEST(PlanAnswer, AnOptionalSourceMayBeAbsent) {
  MemoryHost host = Shop(10);
  host.sources[0].set_status(SourceState::Status::kAbsent);
  Plan plan = ParsePlan();
  plan.tables[0].from[0].optional = true;
  const json answer = Answer(plan, host.States());
  EXPECT_EQ(answer["canProceed"], true);
  EXPECT_THAT(answer["warnings"],
              Contains("indexedDB shop/orders does not exist; it counts as "
                       "empty."));
}

TEST(PlanAnswer, RefusesKeysThatWouldBeLost) {
  MemoryHost host = Shop(0);
  host.sources[0] = MemorySource::IndexedDb("shop", "orders", "{}");
  const json answer = Answer(ParsePlan(), host.States());
  EXPECT_THAT(Codes(answer), ElementsAre("plan_invalid"));
  EXPECT_EQ(answer["blockers"][0]["path"], "/tables/0/columns");
}

TEST(PlanAnswer, FindsNamesThatAreTaken) {
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Execute("CREATE TABLE Settings(a)").ok());
  const json answer = Answer(ParsePlan(), Shop(1).States(), {}, store.get());
  EXPECT_THAT(Codes(answer), ElementsAre("table_exists"));
  EXPECT_EQ(answer["blockers"][0]["path"], "/tables/1/name");
}

TEST(PlanAnswer, FindsAnUnfinishedMigrationOfAnotherPlan) {
  std::unique_ptr<Store> store = OpenStore();
  MemoryHost host = Shop(10);
  ASSERT_TRUE(BeginMigration(store.get(), ParsePlan(), host.States(), {}).ok());
  Plan changed = ParsePlan();
  changed.hash.low ^= 1;
  EXPECT_THAT(Codes(Answer(changed, host.States(), {}, store.get())),
              ElementsAre("plan_changed"));
  EXPECT_THAT(Codes(Answer(ParsePlan(), host.States(), {}, store.get())),
              IsEmpty());
}

TEST(PlanAnswer, ACompletedMigrationNeedsNothingMore) {
  std::unique_ptr<Store> store = OpenStore();
  MemoryHost host = Shop(10);
  auto pass = BeginMigration(store.get(), ParsePlan(), host.States(), {});
  ASSERT_TRUE(pass.ok());
  ASSERT_TRUE(host.Drive(pass->get()).ok());
  host.sources[0].set_status(SourceState::Status::kAbsent);
  const json answer = Answer(ParsePlan(), host.States(), {}, store.get());
  EXPECT_EQ(answer["canProceed"], true);
  ASSERT_EQ(answer["recommendations"].size(), 1u);
  EXPECT_THAT(answer["recommendations"][0], HasSubstr("completed migration"));
}

TEST(PlanAnswer, WritesNothing) {
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Execute("PRAGMA query_only=ON").ok());
  EXPECT_EQ(
      Answer(ParsePlan(), Shop(10).States(), {}, store.get())["canProceed"],
      true);
}

TEST(PlanAnswer, TheHostsProblemsAreBlockers) {
  Result<HostFacts> facts = HostFacts::Parse(
      R"({"storeProblem": {"code": "store_foreign", "message": "Newer."},
          "migrationRunning": true})");
  ASSERT_TRUE(facts.ok());
  const json answer = Answer(ParsePlan(), Shop(1).States(), *facts);
  EXPECT_THAT(Codes(answer), ElementsAre("store_foreign", "store_busy"));
  EXPECT_EQ(answer["blockers"][0]["message"], "Newer.");
}

TEST(PlanAnswer, TooLittleSpaceIsABlocker) {
  MemoryHost host = Shop(400);
  const Plan plan = ParsePlan();
  HostFacts facts = FactsOf(Probe(plan, &host));
  facts.bytes_available = 100000;
  const json little = Answer(plan, host.States(), facts);
  EXPECT_THAT(Codes(little), ElementsAre("store_full"));
  EXPECT_EQ(little["space"]["available"], 100000);
  const uint64_t needed = little["space"]["needed"];
  facts.bytes_available = needed;
  EXPECT_THAT(Answer(plan, host.States(), facts)["warnings"],
              Contains(HasSubstr("bytes there are")));
  facts.bytes_available = 10 * needed;
  EXPECT_THAT(Codes(Answer(plan, host.States(), facts)), IsEmpty());
}

TEST(PlanAnswer, WarnsOfWhatTheMachineLacks) {
  Result<HostFacts> facts = HostFacts::Parse(
      R"({"durable": false, "persistent": false, "privateMode": true})");
  ASSERT_TRUE(facts.ok());
  const json answer = Answer(ParsePlan(), Shop(1).States(), *facts);
  EXPECT_EQ(answer["canProceed"], true);
  EXPECT_THAT(answer["warnings"], Contains(HasSubstr("private window")));
  EXPECT_THAT(answer["warnings"], Contains(HasSubstr("fit into memory")));
  EXPECT_THAT(answer["warnings"], Contains(HasSubstr("persistent storage")));
  EXPECT_THAT(answer["recommendations"], Contains(HasSubstr("persist()")));
  // Nothing is said where nothing is known.
  EXPECT_THAT(Answer(ParsePlan(), Shop(1).States())["warnings"], IsEmpty());
}

TEST(PlanAnswer, WarnsWhenItTakesLongerThanTheLimit) {
  MemoryHost host = Shop(10);
  const Plan plan = ParsePlan();
  HostFacts facts = FactsOf(Probe(plan, &host), 800);
  const auto limit = HasSubstr("over the limit");
  facts.limit_ms = 900;
  EXPECT_THAT(Answer(plan, host.States(), facts)["warnings"],
              Not(Contains(limit)));
  facts.limit_ms = 700;
  EXPECT_THAT(Answer(plan, host.States(), facts)["warnings"], Contains(limit));
}

TEST(PlanAnswer, CountsWhatCannotBeCarriedByKind) {
  MemoryHost host = Shop(0);
  const auto put = [&](const char* id, const std::string& kinds) {
    host.sources[0].Put(id, std::string("{\"id\": ") + id +
                                ", \"code\": \"c\", \"x\": [" + kinds + "]}");
  };
  const std::string key = R"({"$instance": ["Unsupported", "CryptoKey"]})";
  const std::string file =
      R"({"$instance": ["Unsupported", "FileSystemFileHandle"]})";
  put("1", key + "," + key);
  put("2", file);
  const Plan plan = ParsePlan();
  const json answer = Answer(plan, host.States(), FactsOf(Probe(plan, &host)));
  EXPECT_EQ(answer["unsupported"], json::parse(R"([
    {"source": "indexedDB shop/orders", "kind": "CryptoKey", "count": 2},
    {"source": "indexedDB shop/orders", "kind": "FileSystemFileHandle",
     "count": 1}])"));
  EXPECT_THAT(answer["warnings"], Contains(HasSubstr("\"CryptoKey\"")));
  EXPECT_EQ(answer["canProceed"], true);
}

TEST(PlanAnswer, SaysWhyRecordsWouldFailAndWhatToDo) {
  MemoryHost host = Shop(100);
  const Plan plan = ParsePlan();
  const json answer = Answer(plan, host.States(), FactsOf(Probe(plan, &host)));
  EXPECT_THAT(answer["warnings"],
              Contains(HasSubstr(std::to_string(FailingOrders(100)) +
                                 " records cannot become rows")));
  EXPECT_THAT(answer["recommendations"],
              Contains(HasSubstr("\"orders\" at \"/address/city\"")));
  EXPECT_THAT(answer["recommendations"], Contains(HasSubstr("default")));
  EXPECT_THAT(answer["recommendations"],
              Contains(HasSubstr("rest of localStorage")));
}

TEST(PlanAnswer, ListsWhatIsExcluded) {
  Plan plan = ParsePlan();
  Exclusion& excluded = plan.excluded.emplace_back();
  excluded.records.source = 1;
  excluded.records.match = Match::kPattern;
  excluded.records.text = "msal.*";
  excluded.reason = "credentials";
  const json answer = Answer(plan, Shop(1).States());
  EXPECT_EQ(answer["excluded"][0]["reason"], "credentials");
  EXPECT_THAT(answer["warnings"],
              Contains("Excluded: localStorage, keys like \"msal.*\" "
                       "(credentials)."));
}

TEST(PlanAnswer, CountsWhatIsExcluded) {
  Plan plan = ParsePlan();
  for (const auto& [source, match, text] :
       {std::tuple(1u, Match::kPrefix, "token."),
        std::tuple(2u, Match::kAll, "")}) {
    Exclusion& excluded = plan.excluded.emplace_back();
    excluded.records.source = source;
    excluded.records.match = match;
    excluded.records.text = text;
  }
  plan.sources.push_back({SourceKind::kIndexedDb, "app", "secrets"});
  MemoryHost host = Shop(10);
  const uint64_t entries = host.States()[1].records;
  host.sources[1].Put("\"token.a\"", "\"1\"");
  host.sources[1].Put("\"token.b\"", "\"1\"");
  host.sources.push_back(MemorySource::IndexedDb("app", "secrets"));
  host.sources[2].Put("1", "1");
  const json answer = Answer(plan, host.States(), FactsOf(Probe(plan, &host)));
  EXPECT_EQ(answer["sources"][0]["excluded"], 0);
  EXPECT_EQ(answer["sources"][1]["excluded"], 2);
  EXPECT_EQ(answer["sources"][1]["records"], entries + 2);
  EXPECT_EQ(answer["sources"][2]["excluded"], 1);
  EXPECT_EQ(answer["records"], 10 + entries);
}

TEST(PlanAnswer, RecommendsIndexesForReferencesThatHaveNone) {
  Plan plan = Referring(2, {{1, 0}});
  const std::vector<SourceState> sources = {
      {plan.sources[0], SourceState::Status::kEmpty, 0, "{}", ""}};
  for (Table& table : plan.tables) table.columns[0].from = ColumnFrom::kKey;
  const auto index = HasSubstr("to the indexes of \"b\"");
  const json answer = Answer(plan, sources);
  EXPECT_THAT(answer["recommendations"], Contains(index));
  EXPECT_THAT(answer["tables"][1]["dependsOn"], ElementsAre("a"));
  plan.tables[1].indexes.push_back({"b_other", {1, 0}});
  EXPECT_THAT(Answer(plan, sources)["recommendations"], Not(Contains(index)));
}

TEST(PlanAnswer, RefusesStatesOfOtherSources) {
  std::vector<SourceState> states = Shop(1).States();
  states.pop_back();
  EXPECT_EQ(AnswerPlan(nullptr, ParsePlan(), states, {}).error().code,
            ErrorCode::kInvalidArgument);
  states = Shop(1).States();
  std::swap(states[0], states[1]);
  EXPECT_EQ(AnswerPlan(nullptr, ParsePlan(), states, {}).error().code,
            ErrorCode::kInvalidArgument);
}

TEST(HostFacts, RefusesWhatIsOfAnotherKind) {
  for (const char* wrong :
       {"[]", "{", R"({"durable": 1})", R"({"bytesAvailable": -1})",
        R"({"limitMs": "1"})", R"({"probe": {}})", R"({"storeProblem": 1})",
        R"({"persistent": "yes"})", R"({"probe": {"report": {}, "ms": -1}})"}) {
    Result<HostFacts> facts = HostFacts::Parse(wrong);
    ASSERT_FALSE(facts.ok()) << wrong;
    EXPECT_EQ(facts.error().code, ErrorCode::kInvalidArgument) << wrong;
  }
  EXPECT_TRUE(HostFacts::Parse("{}").ok());
}

TEST(Probe, IsATrialRunThatTakesNoMoreThanItsSample) {
  MemoryHost host = Shop(100);
  const json report = Probe(ParsePlan(), &host, 20);
  EXPECT_EQ(report["kind"], "probe");
  EXPECT_EQ(report["sampled"], true);
  EXPECT_EQ(report["sources"][0]["records"], 20);
  EXPECT_EQ(report["unsupported"], json::array());
}

}  // namespace
}  // namespace ferrite
