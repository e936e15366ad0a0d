// What a bundle needs so that its sources can be built again: their structure,
// keys as they were, and a comparison with what was built.
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "ferrite/bundle.h"
#include "ferrite/bundle_comparison.h"
#include "tests/core/hex.h"
#include "tests/support/memory_host.h"
#include "tests/support/temp_dir.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::MemoryHost;
using testing::MemorySource;
using testing::ReadFile;
using testing::TempDir;

const std::vector<std::string> kStructure = {
    R"({"snapshot":1})",
    R"({"database":"a\ud800","version":9007199254740991})"};

MemoryHost Sources() {
  MemoryHost host;
  host.sources.push_back(MemorySource::IndexedDb("a", "s", "{}"));
  host.sources.push_back(MemorySource::IndexedDb("a", "empty", "{}"));
  host.sources.push_back(MemorySource::LocalStorage());
  for (int i = 0; i < 200; ++i) {
    host.sources[0].Put(std::to_string(i), R"({"b": 1, "a": [2]})");
  }
  host.sources[2].Put("\"key\"", "\"value\"");
  return host;
}

class BundleSnapshot : public ::testing::Test {
 protected:
  void Write(MemoryHost host) {
    Result<std::unique_ptr<Pass>> pass =
        BeginBundle(path_, {}, host.States(), {}, host.now, kStructure);
    ASSERT_TRUE(pass.ok()) << pass.error().message;
    ASSERT_TRUE(host.Drive(pass->get()).ok());
  }

  std::unique_ptr<BundleReader> Open() {
    auto reader = BundleReader::Open(path_);
    EXPECT_TRUE(reader.ok()) << (reader.ok() ? "" : reader.error().message);
    return reader.ok() ? std::move(reader).value() : nullptr;
  }

  json Compare(MemoryHost host) {
    auto reader = Open();
    std::unique_ptr<Pass> pass = BeginComparison(reader.get());
    const Result<void> driven = host.Drive(pass.get());
    EXPECT_TRUE(driven.ok());
    EXPECT_EQ(pass->progress().stage, "done");
    return json::parse(pass->ReportJson());
  }

  void Alter(const std::string& sql) {
    auto file = Store::OpenPlain(path_, {});
    const Result<void> done = (*file)->Execute(sql);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  TempDir dir_;
  const std::string path_ = dir_.File("bundle");
};

TEST_F(BundleSnapshot, GivesTheStructureBackAsItIs) {
  Write(Sources());
  EXPECT_EQ(Open()->structure(), kStructure);
}

TEST_F(BundleSnapshot, IsTruncatedWhenTheStructureChanged) {
  Write(Sources());
  Alter("UPDATE bundle_structure SET structure=structure||' ' WHERE id=1");
  auto reader = BundleReader::Open(path_);
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().code, ErrorCode::kBundleTruncated);
}

TEST_F(BundleSnapshot, HasTheIdentityOfWhatItHolds) {
  Write(Sources());
  const std::string identity = Open()->identity();
  EXPECT_EQ(identity.size(), 64u);
  std::remove(path_.c_str());
  Write(Sources());
  EXPECT_EQ(Open()->identity(), identity);
  std::remove(path_.c_str());
  MemoryHost other = Sources();
  other.sources[2].Put("\"key\"", "\"other\"");
  Write(other);
  EXPECT_NE(Open()->identity(), identity);
}

TEST_F(BundleSnapshot, KeepsTheSignOfAZeroInAKey) {
  const ByteBuffer value = FromHex("01");
  // -0; [0, -0]; the text "-0" in CBOR, which only looks like one.
  const ByteBuffer keys[] = {FromHex("f98000"), FromHex("8200f98000"),
                             FromHex("43f98000")};
  MemoryHost host;
  host.sources.push_back(MemorySource::IndexedDb("a", "s", "{}"));
  for (const ByteBuffer& key : keys) host.sources[0].Put(key, value);
  Write(host);
  auto reader = Open();
  Step step;
  step.max_bytes = 1 << 20;
  Writer batch;
  bool last = false;
  ASSERT_TRUE(
      reader->Read(reader->sources()[0].source, step, &batch, &last).ok());
  EXPECT_EQ(ToHex(batch.bytes()),
            "82f9800001"
            "8243f9800001"
            "828200f9800001");
  EXPECT_EQ(Compare(host)["status"], "verified");

  MemoryHost positive;
  positive.sources.push_back(MemorySource::IndexedDb("a", "s", "{}"));
  positive.sources[0].Put(FromHex("00"), value);
  positive.sources[0].Put(keys[1], value);
  positive.sources[0].Put(keys[2], value);
  EXPECT_EQ(Compare(positive)["sources"][0]["different"], 1);
}

TEST_F(BundleSnapshot, IsReadWhenItIsOfVersion2) {
  Write(Sources());
  // Of a bundle without structure version 2 differs in its tables alone.
  std::remove(path_.c_str());
  MemoryHost host = Sources();
  auto pass = BeginBundle(path_, {}, host.States(), {}, host.now);
  ASSERT_TRUE(pass.ok() && host.Drive(pass->get()).ok());
  Alter(
      "DROP TABLE bundle_structure;"
      "CREATE TABLE old(source INTEGER NOT NULL, key BLOB NOT NULL, "
      "value BLOB NOT NULL, PRIMARY KEY(source, key)) WITHOUT ROWID;"
      "INSERT INTO old SELECT source, key, value FROM bundle_record;"
      "DROP TABLE bundle_record; ALTER TABLE old RENAME TO bundle_record;"
      "PRAGMA user_version=2");
  auto reader = Open();
  ASSERT_NE(reader, nullptr);
  EXPECT_TRUE(reader->structure().empty());
  EXPECT_EQ(reader->sources()[0].records, 200u);
  EXPECT_EQ(Compare(Sources())["status"], "verified");
}

TEST_F(BundleSnapshot, IsVerifiedByWhatIsTheSame) {
  Write(Sources());
  const json report = Compare(Sources());
  EXPECT_EQ(report["status"], "verified");
  EXPECT_EQ(report["hash"], report["expectedHash"]);
  EXPECT_EQ(report["hash"], Open()->identity().substr(32));
  EXPECT_EQ(report["sources"][0]["records"], 200);
  EXPECT_EQ(report["sources"][1]["records"], 0);
}

TEST_F(BundleSnapshot, IsNotVerifiedByWhatDiffers) {
  struct Case {
    const char* what;
    std::function<void(MemoryHost*)> change;
    const char* counted;
    const char* key;
  };
  const Case cases[] = {
      {"a record less at the beginning",
       [](MemoryHost* host) { host->sources[0].Remove("0"); }, "missing", "0"},
      {"a record less in the middle",
       [](MemoryHost* host) { host->sources[0].Remove("99"); }, "missing",
       "99"},
      {"a record less at the end",
       [](MemoryHost* host) { host->sources[0].Remove("199"); }, "missing",
       "199"},
      {"a record more in the middle",
       [](MemoryHost* host) { host->sources[0].Put("98.5", "1"); }, "extra",
       "98.5"},
      {"a record more at the end",
       [](MemoryHost* host) { host->sources[0].Put("\"z\"", "1"); }, "extra",
       "\"z\""},
      {"another value",
       [](MemoryHost* host) {
         host->sources[0].Put("7", R"({"b": 1, "a": [3]})");
       },
       "different", "7"},
      {"another order of properties",
       [](MemoryHost* host) {
         host->sources[0].Put("7", R"({"a": [2], "b": 1})");
       },
       "different", "7"},
  };
  Write(Sources());
  for (const auto& [what, change, counted, key] : cases) {
    MemoryHost host = Sources();
    change(&host);
    const json report = Compare(host);
    EXPECT_EQ(report["status"], "completed_with_differences") << what;
    const json& source = report["sources"][0];
    EXPECT_EQ(source[counted], 1) << what;
    EXPECT_EQ(source["missing"].get<int>() + source["extra"].get<int>() +
                  source["different"].get<int>(),
              1)
        << what;
    EXPECT_EQ(source["keys"], json::array({key})) << what;
  }
  MemoryHost emptied = Sources();
  emptied.sources[2].Remove("\"key\"");
  emptied.sources[1].Put("1", "1");
  const json report = Compare(emptied);
  EXPECT_EQ(report["sources"][1]["extra"], 1);
  EXPECT_EQ(report["sources"][2]["missing"], 1);
}

TEST_F(BundleSnapshot, ComparisonGoesOnAfterManyBatches) {
  Write(Sources());
  auto reader = Open();
  std::unique_ptr<Pass> pass = BeginComparison(reader.get());
  MemoryHost host = Sources();
  while (pass->step().kind == StepKind::kRead) {
    Step step = pass->step();
    step.max_bytes = 100;
    Writer batch;
    bool last = false;
    host.sources[step.source].Read(step, &batch, &last);
    ASSERT_TRUE(pass->Apply(batch.bytes(), last, 1).ok());
  }
  EXPECT_EQ(json::parse(pass->ReportJson())["status"], "verified");
  EXPECT_EQ(pass->Work(1).error().code, ErrorCode::kState);
  EXPECT_EQ(pass->Apply({}, true, 1).error().code, ErrorCode::kState);
}

}  // namespace
}  // namespace ferrite
