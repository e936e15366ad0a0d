// What the presets answer is a plan, once inferred columns are left out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/src/preset.h"
#include "ferrite/layout.h"
#include "ferrite/plan.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

// Facts for each built-in preset in which every table and every exclusion of
// its file finds something. Stores are [name, key path, auto increment].
constexpr const char* kFacts = R"({
  "amazon-cognito": {"local": ["CognitoIdentityServiceProvider.c.u.idToken"],
      "session": ["CognitoIdentityServiceProvider.c.u.idToken"]},
  "automerge-repo": {"database": "automerge", "version": 1, "stores": [["documents", null]]},
  "capacitor-preferences": {"local": ["CapacitorStorage.name", "_cap_name"]},
  "dexie": {"database": "__dbnames", "version": 10, "stores": [["dbnames", "name"], ["books", "id"]]},
  "dexie-cloud": {"database": "team", "version": 10, "stores": [["$logins", "userId"], ["$syncState", null],
      ["$jobs", null], ["$baseRevs", ["table", "clientRev"]], ["todos", "id"]]},
  "firebase-auth": {"database": "firebaseLocalStorageDb", "version": 1, "stores": [["firebaseLocalStorage", "fbase_key"]],
      "local": ["firebase:authUser:k:[DEFAULT]"], "session": ["firebase:authUser:k:[DEFAULT]"]},
  "firestore": {"database": "firestore/[DEFAULT]/p/main", "version": 14, "stores": [["mutations", "batchId", true],
      ["mutationQueues", "userId"], ["documentMutations", null], ["documentOverlays", ["userId", "collectionPath", "documentId"]],
      ["remoteDocumentsV14", null], ["targets", "targetId"], ["collectionParents", ["collectionId", "parent"]],
      ["clientMetadata", "clientId"], ["owner", null], ["bundles", "bundleId"], ["namedQueries", "name"],
      ["indexEntries", null]]},
  "idb-keyval": {"database": "keyval-store", "version": 1, "stores": [["keyval", null]]},
  "ionic-storage": {"database": "_ionicstorage", "version": 2, "stores": [["_ionickv", null], ["notes", null],
      ["local-forage-detect-blob-support", null]], "local": ["_ionicstorage/_ionickv/user"]},
  "localforage": {"database": "localforage", "version": 2, "stores": [["keyvaluepairs", null], ["orders", null],
      ["local-forage-detect-blob-support", null]], "local": ["localforage/theme"]},
  "lokijs": {"database": "catalogue", "version": 1, "stores": [["LokiIncrementalData", "key"]]},
  "msal": {"local": ["msal.account.keys", "u.t-login.windows.net-accesstoken-c", "u.t-login.windows.net-idtoken-c",
      "u.t-login.windows.net-refreshtoken-c"], "session": ["msal.account.keys", "u.t-login.windows.net-accesstoken-c",
      "u.t-login.windows.net-idtoken-c", "u.t-login.windows.net-refreshtoken-c"]},
  "oidc-client": {"local": ["oidc.user:https://id.example:app"], "session": ["oidc.user:https://id.example:app"]},
  "pouchdb": {"local": ["_pouch_check_localstorage", ["_pouch_notes", "a"]]},
  "pouchdb-idb": {"database": "_pouch_notes", "version": 5, "stores": [["document-store", "id"], ["by-sequence", null, true],
      ["attach-store", "digest"], ["attach-seq-store", null, true], ["meta-store", "id"], ["local-store", "_id"],
      ["detect-blob-support", null], ["more", null]]},
  "pouchdb-indexeddb": {"database": "_pouch_notes", "version": 5, "stores": [["docs", "id"], ["meta", "id"], ["more", null]]},
  "redux-persist": {"local": ["persist:root"], "session": ["persist:root"]},
  "rxdb-dexie": {"database": "rxdb-dexie-harbour--0--boats", "version": 10, "stores": [["docs", "id"], ["changes", "sequence"]]},
  "rxdb-localstorage": {"local": ["RxDB-ls-doc-h--boats--0-b1", "RxDB-ls-attachment-h--boats--0-b1||p", "RxDB-ls-idx-h--boats--0"]},
  "tanstack-query": {"local": ["REACT_QUERY_OFFLINE_CACHE", "tanstack-query-[1]"],
      "session": ["REACT_QUERY_OFFLINE_CACHE", "tanstack-query-[1]"]},
  "tinybase": {"database": "petstore", "version": 2, "stores": [["t", "k"], ["v", "k"], ["m", "k"]]},
  "y-indexeddb": {"database": "page-1", "version": 1, "stores": [["updates", null, true], ["custom", null]]},
  "zustand": {"local": [["bears", "{\"state\":{\"n\":1},\"version\":0}"]],
      "session": [["bears", "{\"state\":{\"n\":1},\"version\":0}"]]}
})";

Json Entries(const Json& list) {
  Json entries = Json::array();
  for (const Json& entry : list) {
    if (entry.is_string()) {
      entries.push_back(entry);
    } else {
      entries.push_back({{"key", entry[0]}, {"value", entry[1]}});
    }
  }
  return entries;
}

Json Facts(const Json& brief) {
  Json facts = {
      {"localStorage", Entries(brief.value("local", Json::array()))},
      {"sessionStorage", Entries(brief.value("session", Json::array()))}};
  if (!brief.contains("database")) return facts;
  Json stores = Json::array();
  for (const Json& store : brief["stores"]) {
    stores.push_back({{"name", store[0]},
                      {"keyPath", store[1]},
                      {"autoIncrement", store.size() > 2},
                      {"records", 1}});
  }
  facts["databases"] = {{{"name", brief["database"]},
                         {"version", brief["version"]},
                         {"stores", std::move(stores)}}};
  return facts;
}

// The layouts' tables and exclusions. A plan has one table at least.
Json PlanOf(const Json& layouts) {
  Json plan = {{"ferrite", 1},
               {"name", "layouts"},
               {"tables", Json::array()},
               {"excluded", Json::array()}};
  for (const Json& layout : layouts) {
    for (const Json& table : layout["tables"]) {
      Json added = table;
      if (added.value("columns", Json()) == "infer") added.erase("columns");
      plan["tables"].push_back(std::move(added));
    }
    for (const Json& exclusion : layout["excluded"])
      plan["excluded"].push_back(exclusion);
  }
  if (plan["tables"].empty()) {
    plan["tables"].push_back(
        {{"name", "rest"}, {"from", {{"localStorage", true}}}});
  }
  return plan;
}

class BuiltInPreset : public testing::TestWithParam<std::string_view> {};

TEST_P(BuiltInPreset, GivesTablesAndExclusionsOfAPlan) {
  const auto preset = internal::Preset::Parse(GetParam());
  ASSERT_TRUE(preset.ok()) << preset.error().message;
  const Json all = Json::parse(kFacts);
  ASSERT_TRUE(all.contains(preset->name)) << "no facts for " << preset->name;
  const auto text = RecognizeLayouts(Facts(all[preset->name]).dump());
  ASSERT_TRUE(text.ok()) << text.error().message;
  const Json answer = Json::parse(*text);
  size_t tables = 0, excluded = 0;
  for (const Json& layout : answer["layouts"]) {
    EXPECT_EQ(layout["preset"], preset->name);
    tables += layout["tables"].size();
    excluded += layout["excluded"].size();
  }
  EXPECT_EQ(tables, preset->tables.size());
  EXPECT_EQ(excluded, preset->excluded.size());
  EXPECT_EQ(answer["unknown"], Json::array());
  const std::string plan = PlanOf(answer["layouts"]).dump(1);
  const auto parsed = Plan::Parse(plan);
  EXPECT_TRUE(parsed.ok()) << parsed.error().message << " at "
                           << parsed.error().path << "\n"
                           << plan;
}

// Its file is refused as a team's would be, were a table wrong.
TEST_P(BuiltInPreset, IsTakenAsAPresetOfATeam) {
  const auto text = RecognizeLayouts("{}", {std::string(GetParam())});
  EXPECT_TRUE(text.ok()) << text.error().message << " at " << text.error().path;
}

std::vector<std::string_view> Texts() {
  const auto texts = internal::BuiltInPresets();
  return {texts.begin(), texts.end()};
}

INSTANTIATE_TEST_SUITE_P(All, BuiltInPreset, testing::ValuesIn(Texts()),
                         [](const auto& info) {
                           std::string name =
                               internal::Preset::Parse(info.param).value().name;
                           for (char& c : name) {
                             if (c == '-') c = '_';
                           }
                           return name;
                         });

TEST(Preset, ATableThatNoPlanCanHaveIsNamedWithItsPath) {
  const struct {
    const char* members;
    const char* path;
  } kCases[] = {
      {R"("columns": {"a": "txt"})", "/tables/1/columns/a"},
      {R"("columns": {"a": {"type": "text", "convert": "iso"}})",
       "/tables/1/columns/a/convert"},
      {R"("columns": {"{x}": {"path": "{store}", "type": "text"}})",
       "/tables/1/columns/{x}/path"},
      {R"("columns": {"a": "text"}, "primaryKey": ["b"])",
       "/tables/1/primaryKey/0"},
      {R"("columns": "infer", "primaryKey": ["b"])", "/tables/1/primaryKey/0"},
      {R"("when": "random() = 1")", "/tables/1/when"},
      {R"("each": "lines")", "/tables/1/each"},
      {R"("as": "text")", "/tables/1/as"},
  };
  for (const auto& test : kCases) {
    const std::string preset = std::string(R"({"preset": 1, "name": "ours",
        "library": "Ours", "matches": [{"all": [{"database": "ours",
        "evidence": "It is ours."}]}], "tables": [
        {"name": "{store}", "from": {"store": "*"}, "columns": "infer"},
        {"name": "{store}", "from": {"store": "s"}, )") +
                               test.members + "}]}";
    const auto text = RecognizeLayouts("{}", {preset});
    ASSERT_FALSE(text.ok()) << test.members;
    EXPECT_EQ(text.error().code, ErrorCode::kPlanInvalid) << test.members;
    EXPECT_EQ(text.error().path, test.path) << test.members;
    EXPECT_THAT(text.error().message, testing::StartsWith("Preset 1: "));
  }
}

}  // namespace
}  // namespace ferrite
