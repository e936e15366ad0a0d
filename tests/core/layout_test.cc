#include "ferrite/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Json Recognize(const Json& facts, const std::vector<std::string>& more = {}) {
  const auto text = RecognizeLayouts(facts.dump(), more);
  if (!text.ok()) {
    ADD_FAILURE() << text.error().message << " at " << text.error().path;
    return {};
  }
  return Json::parse(*text);
}

Json Database(const std::string& name, uint64_t version,
              const std::vector<std::string>& stores) {
  Json list = Json::array();
  for (const std::string& store : stores)
    list.push_back({{"name", store}, {"keyPath", "id"}, {"records", 1}});
  return {{"name", name}, {"version", version}, {"stores", list}};
}

Json Databases(std::vector<Json> databases) {
  return {{"databases", std::move(databases)}};
}

std::vector<std::string> Names(const Json& list, const char* member) {
  std::vector<std::string> names;
  for (const Json& item : list) names.push_back(item[member]);
  return names;
}

std::vector<std::string> Presets(const Json& answer) {
  return Names(answer["layouts"], "preset");
}

Error ErrorOf(const std::string& preset) {
  const auto text = RecognizeLayouts("{}", {preset});
  EXPECT_FALSE(text.ok()) << preset;
  return text.ok() ? Error{} : text.error();
}

// A preset with these members beside the required ones.
std::string PresetText(Json more) {
  Json preset = {{"preset", 1},
                 {"name", "ours"},
                 {"library", "Ours"},
                 {"matches", Json::parse(R"([{"all": [{"database": "our-{area}",
          "evidence": "It is called {database}."}]}])")}};
  preset.update(more);
  return preset.dump();
}

TEST(Layout, NothingIsRecognizedInNothing) {
  EXPECT_EQ(Recognize(Json::object()).dump(), R"({"layouts":[],"unknown":[]})");
}

TEST(Layout, UnknownSourcesAreListedOnce) {
  Json facts = Databases({Database("app", 3, {"a", "b"})});
  facts["localStorage"] = {"theme"};
  facts["sessionStorage"] = {"tab"};
  const Json answer = Recognize(facts);
  EXPECT_THAT(answer["layouts"], IsEmpty());
  EXPECT_EQ(answer["unknown"], Json::parse(R"([
      {"indexedDB": "app", "store": "a"}, {"indexedDB": "app", "store": "b"},
      {"localStorage": {"key": "theme"}},
      {"sessionStorage": {"key": "tab"}}])"));
}

TEST(Layout, DexieIsTheLastGuess) {
  const Json answer = Recognize(Databases({
      Database("shop", 30, {"orders"}),
      Database("team", 10, {"todos", "$logins", "$syncState"}),
      Database("rxdb-dexie-h--0--boats", 10, {"docs", "changes"}),
      Database("forage", 20, {"kv", "local-forage-detect-blob-support"}),
      Database("plain", 7, {"orders"}),
  }));
  EXPECT_THAT(Presets(answer),
              ElementsAre("dexie", "dexie-cloud", "rxdb-dexie", "localforage"));
  EXPECT_EQ(answer["unknown"],
            Json::parse(R"([{"indexedDB": "plain", "store": "orders"}])"));
  EXPECT_EQ(answer["layouts"][0]["certainty"], "guess");
  EXPECT_EQ(answer["layouts"][2]["evidence"][0],
            "The database's name is RxDB's for the collection boats of h, "
            "schema version 0.");
}

TEST(Layout, IonicStorageWinsOverTheLocalForageBelowIt) {
  Json facts = Databases({Database(
      "_ionicstorage", 2, {"_ionickv", "local-forage-detect-blob-support"})});
  facts["databases"][0]["stores"][0]["keyPath"] = nullptr;
  const Json answer = Recognize(facts);
  EXPECT_THAT(Presets(answer), ElementsAre("ionic-storage"));
  EXPECT_THAT(Names(answer["layouts"][0]["tables"], "name"),
              ElementsAre("ionic_storage"));
}

TEST(Layout, LoginsOfDexieCloudAreExcludedAndUnsentChangesWarnedOf) {
  const Json layout = Recognize(Databases({Database(
      "team", 10,
      {"todos", "$logins", "$syncState", "$todos_mutations"})}))["layouts"][0];
  EXPECT_EQ(layout["excluded"], Json::parse(R"([
      {"from": {"indexedDB": "team", "store": "$logins"},
       "reason": "credentials: access and refresh tokens of the signed-in user"}])"));
  EXPECT_THAT(Names(layout["tables"], "name"),
              ElementsAre("todos", "$syncState", "$todos_mutations"));
  EXPECT_EQ(layout["tables"][0]["columns"], "infer");
  EXPECT_THAT(layout["notes"][0].get<std::string>(),
              HasSubstr("$todos_mutations holds changes that were not sent"));
}

TEST(Layout, AnEmptyListOfMutationsIsNoWarning) {
  Json facts = Databases({Database(
      "team", 10, {"todos", "$logins", "$syncState", "$todos_mutations"})});
  facts["databases"][0]["stores"][3]["records"] = 0;
  EXPECT_EQ(Recognize(facts)["layouts"][0]["notes"].size(), 1);
}

TEST(Layout, FirestoresCacheIsExcludedAndItsUnsentWritesKept) {
  const Json layout = Recognize(Databases({Database(
      "firestore/[DEFAULT]/p/main", 14,
      {"mutations", "remoteDocumentsV14", "targets"})}))["layouts"][0];
  EXPECT_EQ(layout["preset"], "firestore");
  EXPECT_THAT(Names(layout["tables"], "name"),
              ElementsAre("firestore_mutations"));
  EXPECT_EQ(layout["excluded"].size(), 2);
  EXPECT_THAT(layout["notes"][0].get<std::string>(), HasSubstr("Warning"));
}

TEST(Layout, AStoreThatFirestoreMayAddLaterIsUnknown) {
  const Json answer = Recognize(Databases(
      {Database("firestore/[DEFAULT]/p/main", 99, {"mutations", "novel"})}));
  EXPECT_EQ(answer["unknown"], Json::parse(R"([
      {"indexedDB": "firestore/[DEFAULT]/p/main", "store": "novel"}])"));
}

TEST(Layout, CredentialsAreExcludedInBothAreas) {
  const Json answer = Recognize(
      {{"databases",
        {Database("firebaseLocalStorageDb", 1, {"firebaseLocalStorage"})}},
       {"localStorage",
        {"msal.account.keys", "CognitoIdentityServiceProvider.1.a.idToken",
         "u.t-login.windows.net-accesstoken-c-t-s"}},
       {"sessionStorage", {"oidc.user:https://id.example:app", "tab"}}});
  EXPECT_THAT(Presets(answer), ElementsAre("firebase-auth", "amazon-cognito",
                                           "msal", "oidc-client"));
  for (const Json& layout : answer["layouts"]) {
    EXPECT_THAT(layout["tables"], IsEmpty());
    EXPECT_THAT(layout["excluded"], testing::Not(IsEmpty()));
    for (const Json& exclusion : layout["excluded"]) {
      EXPECT_THAT(exclusion["reason"].get<std::string>(),
                  testing::StartsWith("credentials"));
    }
  }
  EXPECT_EQ(answer["layouts"][2]["excluded"][1]["from"],
            Json::parse(
                R"({"localStorage": {"pattern": "*-login.*-accesstoken-*"}})"));
  EXPECT_EQ(answer["unknown"],
            Json::parse(R"([{"sessionStorage": {"key": "tab"}}])"));
}

TEST(Layout, ZustandIsKnownByItsValueAlone) {
  const Json answer = Recognize(
      {{"localStorage",
        {{{"key", "bears"}, {"value", R"({"state":{"n":1},"version":0})"}},
         {{"key", "wolves"}, {"value", R"({"state":{"n":1}})"}},
         "no-value"}}});
  EXPECT_THAT(Presets(answer), ElementsAre("zustand"));
  EXPECT_EQ(answer["layouts"][0]["tables"][0]["from"],
            Json::parse(R"({"localStorage": {"key": "bears"}})"));
  EXPECT_EQ(answer["layouts"][0]["tables"][0]["as"], "json");
  EXPECT_EQ(answer["unknown"].size(), 2);
}

TEST(Layout, EachCollectionOfRxDbInLocalStorageIsATable) {
  const Json answer = Recognize(
      {{"localStorage",
        {"RxDB-ls-doc-h--boats--0-b1", "RxDB-ls-doc-h--boats--0-b2",
         "RxDB-ls-doc-h--my--crew--12-c", "RxDB-ls-idx-h--boats--0"}}});
  const Json& tables = answer["layouts"][0]["tables"];
  EXPECT_THAT(Names(tables, "name"),
              ElementsAre("boats", "my--crew", "h_rxdb_idx"));
  EXPECT_EQ(tables[1]["from"], Json::parse(R"(
      {"localStorage": {"prefix": "RxDB-ls-doc-h--my--crew--12-"}})"));
  EXPECT_THAT(answer["unknown"], IsEmpty());
}

TEST(Layout, TableNamesAreOnesAPlanAllows) {
  const Json answer = Recognize(Databases({
      Database("a", 10, {"Orders", "ferrite_x", std::string(200, 'n'), ""}),
      Database("b", 10, {"orders"}),
  }));
  EXPECT_THAT(
      Names(answer["layouts"][0]["tables"], "name"),
      ElementsAre("Orders", "app_ferrite_x", std::string(128, 'n'), "unnamed"));
  EXPECT_THAT(Names(answer["layouts"][1]["tables"], "name"),
              ElementsAre("orders_2"));
}

TEST(Layout, AUsersPresetWinsOverBuiltInOnes) {
  const std::string ours = PresetText(Json::parse(R"({
      "certainty": "guess",
      "matches": [{"all": [{"store": "$logins", "evidence": "Ours."}]},
                  {"all": [{"localStorage": "msal.{part}",
                            "evidence": "{part} is ours."}]}],
      "tables": [{"name": "t_{store}", "from": {"store": "*"}},
                 {"name": "m_{part}", "from": {"localStorage": "msal.{part}"}}]
  })"));
  Json facts = Databases({Database("team", 10, {"$logins", "$syncState"})});
  facts["localStorage"] = {"msal.a"};
  const Json answer = Recognize(facts, {ours});
  EXPECT_THAT(Presets(answer), ElementsAre("ours", "ours"));
  EXPECT_THAT(Names(answer["layouts"][0]["tables"], "name"),
              ElementsAre("t_$logins", "t_$syncState"));
  EXPECT_EQ(answer["layouts"][1]["evidence"][0], "a is ours.");
}

TEST(Layout, ConditionsOnStoresMustAllHold) {
  const std::string ours = PresetText(Json::parse(R"({
      "matches": [{"all": [
          {"version": {"multipleOf": 5, "atLeast": 10}, "evidence": "1"},
          {"store": "s", "keyPath": ["a", "b"], "autoIncrement": true,
           "filled": true, "key": "x-*", "index": "by_{field}",
           "evidence": "{field}"},
          {"without": "other", "evidence": "3"},
          {"onlyStores": ["s", "t?"], "evidence": "4"}]}]})"));
  const Json good = Json::parse(R"({"databases": [{"name": "d", "version": 15,
      "stores": [{"name": "s", "keyPath": ["a", "b"], "autoIncrement": true,
                  "records": 2, "keys": ["y", "x-1"],
                  "indexes": [{"name": "by_city"}]},
                 {"name": "t1"}]}]})");
  EXPECT_EQ(Recognize(good, {ours})["layouts"][0]["evidence"],
            Json({"1", "city", "3", "4"}));
  for (const char* change :
       {R"({"version": 5})", R"({"version": 16})",
        R"({"stores": [{"name": "s"}]})", R"({"stores": []})"}) {
    Json bad = good;
    bad["databases"][0].update(Json::parse(change));
    EXPECT_THAT(Recognize(bad, {ours})["layouts"], IsEmpty()) << change;
  }
  for (const char* change :
       {R"({"keyPath": "a"})", R"({"autoIncrement": false})",
        R"({"records": 0})", R"({"keys": ["y"]})", R"({"indexes": []})"}) {
    Json bad = good;
    bad["databases"][0]["stores"][0].update(Json::parse(change));
    EXPECT_THAT(Recognize(bad, {ours})["layouts"], IsEmpty()) << change;
  }
  for (const char* store : {"other", "t12"}) {
    Json bad = good;
    bad["databases"][0]["stores"][1]["name"] = store;
    EXPECT_THAT(Recognize(bad, {ours})["layouts"], IsEmpty()) << store;
  }
}

TEST(Layout, NamesFoundInStorageAreNoTemplates) {
  const std::string ours = PresetText(Json::parse(R"({
      "tables": [{"name": "{area}", "from": {"store": "{what}"},
                  "columns": {"x": {"path": "/{what}", "type": "text"}}}]})"));
  const Json answer = Recognize(
      Databases({Database("our-{database}", 1, {"{area}*"})}), {ours});
  const Json& table = answer["layouts"][0]["tables"][0];
  EXPECT_EQ(table["name"], "{database}");
  EXPECT_EQ(table["from"]["store"], "{area}*");
  EXPECT_EQ(table["columns"]["x"]["path"], "/{area}*");
}

TEST(Layout, APatternOfManyWildcardsEnds) {
  const std::string ours = PresetText(Json::parse(R"({
      "matches": [{"all": [{"localStorage": "*a*a*a*a*a*a*a*a*b",
                            "evidence": "e"}]}],
      "excluded": [{"from": {"localStorage": "*a*a*a*a*a*a*a*a*b"},
                    "reason": "r"}]})"));
  const Json answer =
      Recognize({{"localStorage", {std::string(3000, 'a')}}}, {ours});
  EXPECT_THAT(answer["layouts"], IsEmpty());
}

TEST(Layout, FactsOfAnotherFormAreRefused) {
  for (const char* facts :
       {"", "[]", "{\"databases\":1}", R"({"databases":[{}]})",
        R"({"databases":[{"name":"a","stores":[{"name":1}]}]})",
        R"({"localStorage":[1]})"}) {
    const auto text = RecognizeLayouts(facts);
    ASSERT_FALSE(text.ok()) << facts;
    EXPECT_EQ(text.error().code, ErrorCode::kInvalidArgument) << facts;
  }
}

TEST(Preset, WhatIsWrongIsNamedWithItsPath) {
  const struct {
    const char* more;
    const char* path;
    const char* hint;
  } kCases[] = {
      {R"({"preset": 2})", "/preset", "Expected 1"},
      {R"({"notess": []})", "/notess", "Did you mean \"notes\"?"},
      {R"({"certainty": "gues"})", "/certainty", "Did you mean \"guess\"?"},
      {R"({"matches": []})", "/matches", "at least one match"},
      {R"({"matches": [{"all": []}]})", "/matches/0/all", "at least one"},
      {R"({"matches": [{"all": [{"evidence": "e"}]}]})", "/matches/0/all/0",
       "Expected one of database"},
      {R"({"matches": [{"all": [{"store": "a"}]}]})", "/matches/0/all/0",
       "required"},
      {R"({"matches": [{"all": [{"store": "{a", "evidence": "e"}]}]})",
       "/matches/0/all/0/store", "{{"},
      {R"({"matches": [{"all": [{"store": "a", "evidence": "e"},
                                {"localStorage": "b", "evidence": "e"}]}]})",
       "/matches/0/all/1", "about one database"},
      {R"({"matches": [{"all": [{"version": {"atLeast": 1.5},
                                 "evidence": "e"}]}]})",
       "/matches/0/all/0/version/atLeast", "whole number"},
      {R"({"matches": [{"all": [{"database": "{a}", "evidence": "{b}"}]}]})",
       "/matches/0/all/0/evidence", "Allowed"},
      {R"({"tables": [{"name": "t", "from": {"database": "a"}}]})",
       "/tables/0/from", "Expected one of store"},
      {R"({"tables": [{"name": "{ara}", "from": {"store": "a"}}]})",
       "/tables/0/name", "Did you mean \"area\"?"},
      {R"({"tables": [{"name": "t", "from": {"store": "a"},
                       "column": {}}]})",
       "/tables/0/column", "Did you mean \"columns\"?"},
      {R"({"tables": [{"name": "t", "from": {"store": "a"},
                       "columns": "guess"}]})",
       "/tables/0/columns", "infer"},
      {R"({"excluded": [{"from": {"store": "a"}}]})", "/excluded/0",
       "required"},
      {R"({"notes": [{"text": "t"}]})", "/notes/0", "required"},
  };
  for (const auto& test : kCases) {
    const Error error = ErrorOf(PresetText(Json::parse(test.more)));
    EXPECT_EQ(error.code, ErrorCode::kPlanInvalid) << test.more;
    EXPECT_EQ(error.path, test.path) << test.more;
    EXPECT_THAT(error.hint, HasSubstr(test.hint)) << test.more;
    EXPECT_THAT(error.message, HasSubstr("Preset 1: ")) << test.more;
  }
}

TEST(Preset, TextThatIsNoJsonIsRefused) {
  EXPECT_EQ(ErrorOf("{").code, ErrorCode::kPlanInvalid);
  EXPECT_EQ(ErrorOf("[]").code, ErrorCode::kPlanInvalid);
}

}  // namespace
}  // namespace ferrite
