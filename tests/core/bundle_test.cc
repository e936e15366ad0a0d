#include "ferrite/bundle.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ferrite/migration.h"
#include "tests/support/memory_host.h"
#include "tests/support/shop.h"
#include "tests/support/temp_dir.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::MemoryHost;
using testing::ParsePlan;
using testing::ReadFile;
using testing::Shop;
using testing::TempDir;
using testing::WriteFile;

class Bundle : public ::testing::Test {
 protected:
  void Write(int orders, bool to_the_end = true) {
    host_ = Shop(orders);
    Result<std::unique_ptr<Pass>> pass =
        BeginBundle(path_, {}, host_.States(), {}, host_.now);
    ASSERT_TRUE(pass.ok()) << pass.error().message;
    while ((*pass)->step().kind == StepKind::kRead) {
      ASSERT_TRUE(host_.Advance(pass->get()).ok());
    }
    if (!to_the_end) return;
    ASSERT_TRUE(host_.Drive(pass->get()).ok());
    report_ = json::parse((*pass)->ReportJson());
  }

  ErrorCode CodeOf(const std::string& content) {
    const std::string other = dir_.File("other");
    WriteFile(other, content);
    auto reader = BundleReader::Open(other);
    EXPECT_EQ(ReadFile(other), content) << "opening must not write";
    return reader.ok() ? ErrorCode::kState : reader.error().code;
  }

  json Migrate(BundleReader* bundle, MemoryHost* host) {
    std::unique_ptr<Store> store =
        std::move(Store::Open(":memory:", {})).value();
    std::vector<SourceState> states =
        bundle ? bundle->StatesFor(plan_.sources) : host->States();
    Result<std::unique_ptr<Pass>> pass =
        BeginMigration(store.get(), plan_, states, {});
    EXPECT_TRUE(pass.ok()) << pass.error().message;
    Result<void> driven =
        bundle ? DrivePass(
                     bundle, states, pass->get(), [] { return int64_t{1}; },
                     [](const Progress&) { return true; })
               : host->Drive(pass->get());
    EXPECT_TRUE(driven.ok()) << driven.error().message;
    return json::parse((*pass)->ReportJson());
  }

  const Plan plan_ = ParsePlan();
  TempDir dir_;
  const std::string path_ = dir_.File("shop.bundle");
  MemoryHost host_;
  json report_;
};

TEST_F(Bundle, GivesTheSameMigrationAsItsSources) {
  Write(200);
  EXPECT_EQ(report_["status"], "completed");
  EXPECT_EQ(report_["sources"][0]["records"], 200);
  auto reader = BundleReader::Open(path_);
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  const json from_bundle = Migrate(reader->get(), nullptr);
  const json from_source = Migrate(nullptr, &host_);
  EXPECT_EQ(from_bundle["tables"], from_source["tables"]);
  EXPECT_EQ(from_bundle["failed"], from_source["failed"]);
  EXPECT_EQ(from_bundle["status"], from_source["status"]);
}

TEST_F(Bundle, HandsOverNoMoreRecordsThanAreAsked) {
  Write(10);
  auto reader = BundleReader::Open(path_);
  ASSERT_TRUE(reader.ok());
  Step step;
  step.max_bytes = 1 << 20;
  for (const uint32_t wanted : {3u, 9u, 10u, 11u}) {
    step.max_records = wanted;
    Writer batch;
    bool last = false;
    ASSERT_TRUE((*reader)->Read(plan_.sources[0], step, &batch, &last).ok());
    Reader items(batch.bytes());
    uint32_t records = 0;
    for (Item pair; !items.AtEnd(); ++records) {
      Bytes key, value;
      ASSERT_TRUE(items.Next(&pair) && items.Skip(&key) && items.Skip(&value));
    }
    EXPECT_EQ(records, std::min(wanted, 10u));
    EXPECT_EQ(last, wanted >= 10);
  }
}

TEST_F(Bundle, HandsOverInPiecesOfTheSizeThatIsAsked) {
  Write(100);
  auto reader = BundleReader::Open(path_);
  ASSERT_TRUE(reader.ok());
  const Source& orders = plan_.sources[0];
  ByteBuffer after;
  Step step;
  step.max_bytes = 500;
  int records = 0;
  int pieces = 0;
  for (bool last = false; !last; ++pieces) {
    Writer batch;
    step.after = after;
    ASSERT_TRUE((*reader)->Read(orders, step, &batch, &last).ok());
    Reader items(batch.bytes());
    while (!items.AtEnd()) {
      Item pair;
      Bytes key, value;
      ASSERT_TRUE(items.Next(&pair));
      ASSERT_TRUE(items.Skip(&key) && items.Skip(&value));
      after.assign(key.begin(), key.end());
      ++records;
    }
  }
  EXPECT_EQ(records, 100);
  EXPECT_GT(pieces, 5);
}

TEST_F(Bundle, SaysWhichSourcesItDoesNotHold) {
  Write(3);
  auto reader = BundleReader::Open(path_);
  ASSERT_TRUE(reader.ok());
  Source other;
  other.database = "nowhere";
  const auto states = (*reader)->StatesFor({other, plan_.sources[0]});
  EXPECT_EQ(states[0].status, SourceState::Status::kAbsent);
  EXPECT_EQ(states[1].status, SourceState::Status::kReady);
  EXPECT_EQ(states[1].records, 3u);
}

TEST_F(Bundle, IsTruncatedUntilItIsCompleted) {
  Write(50, /*to_the_end=*/false);
  EXPECT_EQ(CodeOf(ReadFile(path_)), ErrorCode::kBundleTruncated);
}

TEST_F(Bundle, IsRefusedAtEveryLengthItIsCutTo) {
  Write(300);
  const std::string whole = ReadFile(path_);
  ASSERT_EQ(CodeOf(whole), ErrorCode::kState);
  for (size_t size = 0; size < whole.size(); size += 509) {
    EXPECT_EQ(CodeOf(whole.substr(0, size)), ErrorCode::kBundleTruncated)
        << size;
  }
  for (size_t size = 0; size < 200; ++size) {
    EXPECT_EQ(CodeOf(whole.substr(0, size)), ErrorCode::kBundleTruncated)
        << size;
  }
}

TEST_F(Bundle, NoticesAChangedRecordThatSqliteCannotSee) {
  Write(300);
  {
    auto file = Store::OpenPlain(path_, {});
    ASSERT_TRUE((*file)
                    ->Execute("UPDATE bundle_record SET value=x'a0' WHERE "
                              "source=0 AND key=(SELECT max(key) FROM "
                              "bundle_record WHERE source=0)")
                    .ok());
  }
  EXPECT_EQ(CodeOf(ReadFile(path_)), ErrorCode::kBundleTruncated);
}

// Everything that a bundle says.
std::string Content(BundleReader* bundle) {
  std::string content;
  for (const SourceState& state : bundle->sources()) {
    Writer batch;
    bool last = false;
    Step step;
    step.max_bytes = 1 << 30;
    const Result<void> read =
        bundle->Read(state.source, step, &batch, &last);
    EXPECT_TRUE(read.ok() && last);
    content += state.source.ToJson() + state.info +
               std::to_string(static_cast<int>(state.status)) +
               std::to_string(state.records);
    content += AsText(batch.bytes());
  }
  return content;
}

TEST_F(Bundle, SaysTheSameOrNothingWhenABitFlips) {
  Write(200);
  const std::string whole = ReadFile(path_);
  const std::string content = Content(BundleReader::Open(path_)->get());
  const std::string other = dir_.File("flipped");
  int refused = 0;
  for (size_t at = 0; at < whole.size(); at += at < 200 ? 1 : 61) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
    WriteFile(other, flipped);
    auto reader = BundleReader::Open(other);
    if (reader.ok()) {
      // A byte that nothing lies in.
      ASSERT_TRUE(Content(reader->get()) == content) << at;
      continue;
    }
    ++refused;
    EXPECT_TRUE(reader.error().code == ErrorCode::kBundleTruncated ||
                (at < 100 && reader.error().code == ErrorCode::kBundleForeign))
        << at << ": " << reader.error().message;
  }
  EXPECT_GT(refused, 100);
}

TEST_F(Bundle, KeepsARecordThatHasNoCanonicalForm) {
  host_ = Shop(3);
  host_.sources[0].Put("7", R"({"$object": [["id", 7], ["a", 1], ["a", 2]]})");
  auto pass = BeginBundle(path_, {}, host_.States(), {}, host_.now);
  ASSERT_TRUE(host_.Drive(pass->get()).ok());
  auto reader = BundleReader::Open(path_);
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  EXPECT_EQ((*reader)->sources()[0].records, 4u);
}

TEST_F(Bundle, RefusesForeignFiles) {
  EXPECT_EQ(CodeOf("this is a text, not a database, and longer than a header "
                   "of SQLite, which has a hundred bytes; so it goes on"),
            ErrorCode::kBundleForeign);
  const std::string store = dir_.File("store");
  { ASSERT_TRUE(Store::Open(store, {}).ok()); }
  EXPECT_EQ(CodeOf(ReadFile(store)), ErrorCode::kBundleForeign);

  Write(3);
  {
    auto file = Store::OpenPlain(path_, {});
    ASSERT_TRUE((*file)->Execute("PRAGMA user_version=4").ok());
  }
  EXPECT_EQ(CodeOf(ReadFile(path_)), ErrorCode::kBundleForeign);
}

TEST_F(Bundle, IsNotWrittenOverAnotherFile) {
  { ASSERT_TRUE(Store::Open(path_, {}).ok()); }
  const std::string before = ReadFile(path_);
  host_ = Shop(3);
  auto pass = BeginBundle(path_, {}, host_.States(), {}, host_.now);
  ASSERT_FALSE(pass.ok());
  EXPECT_EQ(pass.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ReadFile(path_), before);
}

TEST_F(Bundle, IsNotMadeWithoutASourceThatIsBlocked) {
  host_ = Shop(3);
  host_.sources[0].set_status(SourceState::Status::kBlocked);
  auto pass = BeginBundle(path_, {}, host_.States(), {}, host_.now);
  ASSERT_FALSE(pass.ok());
  EXPECT_EQ(pass.error().code, ErrorCode::kSourceBlocked);
}

}  // namespace
}  // namespace ferrite
