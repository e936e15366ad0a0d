// Versions whose apps differ in nothing but their keys in localStorage and
// sessionStorage.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ferrite/bundle.h"
#include "ferrite/chain.h"
#include "tests/support/memory_host.h"
#include "tests/support/temp_dir.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::MemoryHost;
using testing::MemorySource;
using testing::TempDir;
using Keys = std::vector<bool>;

json Table(const json& from) { return {{"name", "t"}, {"from", from}}; }

// A chain of versions from 1 on, with these plans' tables and exclusions.
Chain ChainOf(const std::vector<json>& tables, const json& excluded = {}) {
  json versions = json::array();
  for (size_t i = 0; i < tables.size(); ++i) {
    json plan = {{"ferrite", 1}, {"name", "p"}, {"tables", {tables[i]}}};
    if (!excluded.is_null()) plan["excluded"] = excluded;
    versions.push_back({{"version", i + 1}, {"name", "v"}, {"plan", plan}});
  }
  const json chain = {{"ferrite", 1}, {"name", "c"}, {"versions", versions}};
  Result<Chain> parsed = Chain::Parse(chain.dump());
  EXPECT_TRUE(parsed.ok()) << parsed.error().path << parsed.error().message;
  return parsed.ok() ? *std::move(parsed) : Chain();
}

MemoryHost StorageOf(const std::vector<std::string>& keys) {
  MemoryHost host;
  host.sources = {MemorySource::LocalStorage()};
  for (const std::string& key : keys) {
    host.sources[0].Put(json(key).dump(), "\"1\"");
  }
  return host;
}

// What is found in a bundle of the host's sources: the version, or 0.
int64_t FoundIn(MemoryHost host, const Chain& chain) {
  TempDir dir;
  const std::string path = dir.File("bundle");
  auto pass = BeginBundle(path, {}, host.States(), {}, host.now);
  EXPECT_TRUE(pass.ok() && host.Drive(pass->get()).ok());
  auto bundle = std::move(BundleReader::Open(path)).value();
  const ChainTraces traces = TracesOf(chain);
  Result<Keys> keys = FindKeys(bundle.get(), chain, traces);
  EXPECT_TRUE(keys.ok());
  const auto found =
      DetectVersion(chain, bundle->StatesFor(traces.sources), *keys);
  return found ? chain.versions[*found].version : 0;
}

json Local(const json& match) { return Table({{"localStorage", match}}); }

TEST(ChainKeys, TellVersionsApart) {
  const Chain chain =
      ChainOf({Local({{"key", "cart"}}), Local({{"prefix", "cart."}}),
               Local({{"pattern", "cart-?"}})});
  EXPECT_EQ(FoundIn(StorageOf({"cart"}), chain), 1);
  EXPECT_EQ(FoundIn(StorageOf({"cart.1", "theme"}), chain), 2);
  EXPECT_EQ(FoundIn(StorageOf({"cart-1"}), chain), 3);
  // An app that went on left the older one's key.
  EXPECT_EQ(FoundIn(StorageOf({"cart", "cart.1"}), chain), 2);
  // No version's: the area is there, as it always is, and holds nothing.
  EXPECT_EQ(FoundIn(StorageOf({"theme", "cart-10"}), chain), 3);
}

TEST(ChainKeys, CountMoreThanANewerVersionThatLacksThem) {
  const json store = {{"indexedDB", "app"}, {"store", "notes"}};
  const auto with = [&](const json& match) {
    return Table({store, {{"localStorage", match}}});
  };
  const Chain chain = ChainOf({with({{"key", "old"}}), with({{"key", "new"}})});
  const auto app = [&](const std::vector<std::string>& keys) {
    MemoryHost host = StorageOf(keys);
    host.sources.push_back(MemorySource::IndexedDb("app", "notes", "{}"));
    host.sources[1].Put("1", "1");
    return host;
  };
  EXPECT_EQ(FoundIn(app({"old"}), chain), 1);
  EXPECT_EQ(FoundIn(app({"new"}), chain), 2);
  EXPECT_EQ(FoundIn(app({"old", "new"}), chain), 2);
  EXPECT_EQ(FoundIn(app({"other"}), chain), 2);
}

TEST(ChainKeys, OfASourceThatIsOptionalNeedNotBeThere) {
  const json store = {{"indexedDB", "app"}, {"store", "notes"}};
  const Chain chain = ChainOf(
      {Table(store),
       Table(
           {store, {{"localStorage", {{"key", "new"}}}, {"optional", true}}})});
  MemoryHost host = StorageOf({});
  host.sources.push_back(MemorySource::IndexedDb("app", "notes", "{}"));
  host.sources[1].Put("1", "1");
  EXPECT_EQ(FoundIn(host, chain), 2);
}

TEST(ChainKeys, ThatAPlanExcludesAreNone) {
  const Chain chain = ChainOf(
      {Local({{"key", "cart"}}), Local({{"prefix", "a."}})},
      json::array({{{"from", {{"localStorage", {{"pattern", "*.token"}}}}},
                    {"reason", "credentials"}}}));
  EXPECT_EQ(FoundIn(StorageOf({"a.token", "cart"}), chain), 1);
  EXPECT_EQ(FoundIn(StorageOf({"a.b", "a.token", "cart"}), chain), 2);
}

TEST(ChainKeys, AreToldToHosts) {
  const Chain chain =
      ChainOf({Local(true), Table({{{"sessionStorage", {{"prefix", "a"}}}},
                                   {{"localStorage", {{"key", "b"}}}}})});
  EXPECT_EQ(json::parse(TracesOf(chain).ToJson(chain)), json::parse(R"({
      "sources": [{"localStorage": true}, {"sessionStorage": true}],
      "keys": [{"version": 2, "from": {"sessionStorage": {"prefix": "a"}}},
               {"version": 2, "from": {"localStorage": {"key": "b"}}}]})"));
}

TEST(ChainKeys, OfManyBatchesAreAllLookedAt) {
  const Chain chain =
      ChainOf({Local({{"key", "zz"}}), Local({{"key", "missing"}})});
  std::vector<std::string> keys = {"zz"};
  for (int i = 0; i < 60'000; ++i) keys.push_back("k" + std::to_string(i));
  EXPECT_EQ(FoundIn(StorageOf(keys), chain), 1);
}

}  // namespace
}  // namespace ferrite
