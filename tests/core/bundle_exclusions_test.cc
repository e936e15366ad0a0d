// What a plan excludes is in no bundle, and is counted all the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ferrite/bundle.h"
#include "ferrite/inference.h"
#include "ferrite/migration.h"
#include "ferrite/plan_answer.h"
#include "ferrite/verification.h"
#include "tests/support/memory_host.h"
#include "tests/support/temp_dir.h"

namespace ferrite {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::MemoryHost;
using testing::MemorySource;
using testing::ReadFile;
using testing::TempDir;

constexpr char kSecret[] = "planted-secret-5f1c9a";
constexpr char kPlain[] = "planted-theme-77d0";

constexpr char kPlan[] = R"({"ferrite": 1, "name": "app", "tables": [
    {"name": "entries", "from": {"localStorage": true}},
    {"name": "notes", "from": {"indexedDB": "app", "store": "notes"}}],
  "excluded": [
    {"from": {"localStorage": {"prefix": "msal."}}, "reason": "credentials"},
    {"from": {"localStorage": {"pattern": "*token*"}}, "reason": "tokens"},
    {"from": {"indexedDB": "app", "store": "notes", "key": "session"},
     "reason": "credentials"},
    {"from": {"sessionStorage": {"pattern": "oidc.*"}}, "reason": "sign-in"},
    {"from": {"indexedDB": "app", "store": "logins"}, "reason": "sign-in"}]})";

Plan Parse(const std::string& text) {
  Result<Plan> plan = Plan::Parse(text);
  EXPECT_TRUE(plan.ok()) << plan.error().path << plan.error().message;
  return std::move(plan).value();
}

// kPlan with other exclusions.
Plan Excluding(const std::string& excluded) {
  json plan = json::parse(kPlan);
  plan["excluded"] = json::parse(excluded);
  return Parse(plan.dump());
}

MemoryHost App() {
  const std::string secret = std::string("\"") + kSecret + "\"";
  MemoryHost host;
  host.sources = {MemorySource::LocalStorage(),
                  MemorySource::IndexedDb("app", "notes", "{}"),
                  MemorySource::Storage(SourceKind::kSessionStorage),
                  MemorySource::IndexedDb("app", "logins", "{}")};
  host.sources[0].Put("\"msal.token\"", secret);
  host.sources[0].Put("\"my-token\"", secret);
  host.sources[0].Put("\"msal.account\"", secret);
  host.sources[0].Put("\"theme\"", std::string("\"") + kPlain + "\"");
  host.sources[1].Put("\"a\"", R"({"text": "b"})");
  host.sources[1].Put("\"session\"", secret);
  host.sources[2].Put("\"oidc.user\"", secret);
  host.sources[3].Put("1", secret);
  host.sources[3].Put("2", secret);
  return host;
}

class BundleExclusions : public ::testing::Test {
 protected:
  BundleExclusions() {
    auto pass =
        BeginBundle(path_, {}, host_.States(), plan_.excluded, host_.now);
    EXPECT_TRUE(pass.ok() && host_.Drive(pass->get()).ok());
    report_ = json::parse((*pass)->ReportJson());
    bundle_ = std::move(BundleReader::Open(path_)).value();
    states_ = bundle_->StatesFor(plan_.sources);
  }

  // From the bundle, or else from the sources themselves.
  json Drive(Result<std::unique_ptr<Pass>> pass, bool from_bundle) {
    EXPECT_TRUE(pass.ok()) << pass.error().message;
    const Result<void> driven = from_bundle
                                    ? DrivePass(
                                          bundle_.get(), states_, pass->get(),
                                          [] { return int64_t{1}; },
                                          [](const Progress&) { return true; })
                                    : host_.Drive(pass->get());
    EXPECT_TRUE(driven.ok()) << driven.error().message;
    return json::parse((*pass)->ReportJson());
  }

  const Plan plan_ = Parse(kPlan);
  TempDir dir_;
  const std::string path_ = dir_.File("app.bundle");
  MemoryHost host_ = App();
  json report_;
  std::unique_ptr<BundleReader> bundle_;
  std::vector<SourceState> states_;
};

TEST_F(BundleExclusions, NoByteOfThemIsInTheFile) {
  const std::string bytes = ReadFile(path_);
  EXPECT_THAT(bytes, HasSubstr(kPlain));
  EXPECT_EQ(bytes.find(kSecret), std::string::npos);
}

TEST_F(BundleExclusions, AreCountedOnceByTheFirstThatNamesThem) {
  ASSERT_EQ(states_[0].left_out.size(), 2u);
  EXPECT_EQ(states_[0].left_out[0].text, "msal.");
  EXPECT_EQ(states_[0].left_out[0].match, Match::kPrefix);
  EXPECT_EQ(states_[0].left_out[0].reason, "credentials");
  EXPECT_EQ(states_[0].left_out[0].records, 2u);
  EXPECT_EQ(states_[0].left_out[1].records, 1u);
  EXPECT_EQ(states_[0].records, 1u);
  EXPECT_EQ(states_[3].status, SourceState::Status::kReady);
  EXPECT_EQ(states_[3].records, 0u);
  EXPECT_EQ(states_[3].left_out.at(0).match, Match::kAll);
  EXPECT_EQ(states_[3].left_out.at(0).records, 2u);
  const uint64_t left_out[] = {3, 1, 1, 2};
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(report_["sources"][i]["excluded"], left_out[i]) << i;
  }
}

TEST_F(BundleExclusions, GiveTheSameReportsAsTheSources) {
  json reports[2][2];
  for (const bool from_bundle : {false, true}) {
    auto store = std::move(Store::Open(":memory:", {})).value();
    const auto states = from_bundle ? states_ : host_.States();
    reports[from_bundle][0] =
        Drive(BeginMigration(store.get(), plan_, states, {}), from_bundle);
    reports[from_bundle][1] =
        Drive(BeginVerification(store.get(), plan_, states, {.now = 1}), from_bundle);
    for (const json& report : reports[from_bundle]) {
      EXPECT_EQ(report["status"], "verified");
      EXPECT_EQ(report["warnings"], json::array());
      EXPECT_EQ(report["sources"][0]["expected"], 4);
      EXPECT_EQ(report["sources"][0]["records"], 1);
      EXPECT_EQ(report["sources"][0]["excluded"], 3);
      EXPECT_EQ(report["sources"][3]["excluded"], 2);
    }
  }
  for (const int pass : {0, 1}) {
    EXPECT_EQ(reports[0][pass]["sources"], reports[1][pass]["sources"]);
    EXPECT_EQ(reports[0][pass]["tables"], reports[1][pass]["tables"]);
  }
}

TEST_F(BundleExclusions, ThatThePlanDoesNotNameRefuseTheBundle) {
  auto store = std::move(Store::Open(":memory:", {})).value();
  for (const char* narrower :
       {R"([])",
        R"([{"from": {"localStorage": {"prefix": "msal.t"}}, "reason": "r"}])",
        R"([{"from": {"localStorage": {"key": "msal."}}, "reason": "r"}])"}) {
    const Plan plan = Excluding(narrower);
    const auto states = bundle_->StatesFor(plan.sources);
    auto pass = BeginMigration(store.get(), plan, states, {});
    ASSERT_FALSE(pass.ok()) << narrower;
    EXPECT_EQ(pass.error().code, ErrorCode::kSourceMissing);
    EXPECT_THAT(pass.error().message, HasSubstr("msal."));
    const json answer =
        json::parse(*AnswerPlan(store.get(), plan, states, HostFacts()));
    EXPECT_EQ(answer["blockers"][0]["code"], "source_missing");
  }
  const Plan wider = Excluding(R"([
    {"from": {"localStorage": {"prefix": "msa"}}, "reason": "r"},
    {"from": {"localStorage": {"pattern": "*token*"}}, "reason": "r"},
    {"from": {"indexedDB": "app", "store": "notes", "pattern": "s*n"},
     "reason": "r"}])");
  EXPECT_TRUE(
      BeginMigration(store.get(), wider, bundle_->StatesFor(wider.sources), {})
          .ok());
}

TEST_F(BundleExclusions, AreInThePlanThatIsInferredFromIt) {
  const auto& sources = bundle_->sources();
  auto pass = BeginInference(sources, {});
  ASSERT_TRUE(pass.ok());
  ASSERT_TRUE(DrivePass(
                  bundle_.get(), sources, pass->get(),
                  [] { return int64_t{1}; },
                  [](const Progress&) { return true; })
                  .ok());
  const json inferred = json::parse((*pass)->ReportJson())["plan"];
  EXPECT_THAT(inferred["excluded"],
              ::testing::IsSupersetOf(json::parse(kPlan)["excluded"]));
  const Plan plan = Parse(inferred.dump());
  auto store = std::move(Store::Open(":memory:", {})).value();
  states_ = bundle_->StatesFor(plan.sources);
  const json report =
      Drive(BeginMigration(store.get(), plan, states_, {}), true);
  EXPECT_EQ(report["status"], "verified");
}

}  // namespace
}  // namespace ferrite
