// Containers as the reader and the writer agree on them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/container/container_data.h"
#include "tests/support/temp_dir.h"

namespace ferrite {
namespace {

using testing::CodeOf;
using testing::Pack;
using testing::Packed;
using testing::RawKey;
using testing::SmallGroups;
using testing::SomeBytes;
using testing::Unpack;

TEST(Container, GivesBackWhatWasWritten) {
  const ContainerKey key = RawKey();
  for (size_t size : {0, 1, 4095, 4096, 4097, 8192, 50000}) {
    const ByteBuffer plain = SomeBytes(size);
    for (const bool compressed : {false, true}) {
      ContainerHeader header = SmallGroups();
      header.compressed = compressed;
      for (const ContainerKey* given : {(const ContainerKey*)nullptr, &key}) {
        const auto back = Unpack(Pack(plain, given, header).bytes, given);
        ASSERT_EQ(CodeOf(back), "ok") << size;
        EXPECT_EQ(*back, plain);
      }
    }
  }
}

TEST(Container, TakesAPassphrase) {
  const ContainerKey key = ContainerKey::FromPassphrase("pässphrase").value();
  const ByteBuffer plain = SomeBytes(10000);
  const Packed packed = Pack(plain, &key);
  const auto back = Unpack(packed.bytes, &key);
  ASSERT_EQ(CodeOf(back), "ok");
  EXPECT_EQ(*back, plain);
  const ContainerKey other = ContainerKey::FromPassphrase("passphrase").value();
  EXPECT_EQ(CodeOf(Unpack(packed.bytes, &other)), "key_wrong");
  const ContainerKey raw = RawKey();
  EXPECT_EQ(CodeOf(Unpack(packed.bytes, &raw)), "key_wrong");
  EXPECT_EQ(ContainerKey::FromPassphrase("").error().code,
            ErrorCode::kInvalidArgument);
}

TEST(Container, SaysWhatIsWrongWithTheKey) {
  const ContainerKey key = RawKey(1);
  const ContainerKey other = RawKey(2);
  const ContainerKey words = ContainerKey::FromPassphrase("words").value();
  const ByteBuffer encrypted = Pack(SomeBytes(5000), &key).bytes;
  EXPECT_EQ(CodeOf(Unpack(encrypted, nullptr)), "key_missing");
  EXPECT_EQ(CodeOf(Unpack(encrypted, &other)), "key_wrong");
  EXPECT_EQ(CodeOf(Unpack(encrypted, &words)), "key_wrong");
  const ByteBuffer open = Pack(SomeBytes(5000), nullptr).bytes;
  EXPECT_EQ(CodeOf(Unpack(open, &key)), "not_encrypted");
  EXPECT_FALSE(ContainerKey::FromBytes(ByteBuffer(31)).ok());
}

TEST(Container, IsNeverTheSameTwiceWhenEncrypted) {
  const ContainerKey key = RawKey();
  const ByteBuffer plain = SomeBytes(5000);
  const Packed first = Pack(plain, &key);
  const Packed second = Pack(plain, &key);
  EXPECT_NE(first.written.id, second.written.id);
  EXPECT_EQ(first.written.groups, second.written.groups);
}

TEST(Container, ShowsNothingOfThePlainBytesWhenEncrypted) {
  const ContainerKey key = RawKey();
  const std::string secret = "a text that stands in the file";
  ByteBuffer plain(9000, 'x');
  std::copy(secret.begin(), secret.end(), plain.begin() + 5000);
  ContainerHeader header = SmallGroups();
  header.compressed = false;
  const Packed packed = Pack(plain, &key, header);
  EXPECT_EQ(std::string(AsText(packed.bytes)).find(secret), std::string::npos);
  // The final frame's hash would tell who guesses the content that it is right.
  const ByteBuffer open = Pack(plain, nullptr, header).bytes;
  const Bytes final = Bytes(open).last(64).first(32);
  EXPECT_EQ(std::search(packed.bytes.begin(), packed.bytes.end(), final.begin(),
                        final.end()),
            packed.bytes.end());
}

TEST(Container, IsCheckedWithoutAKey) {
  const ContainerKey key = RawKey();
  const Packed packed = Pack(SomeBytes(20000), &key);
  MemorySource source(packed.bytes);
  const auto checked = CheckContainer(&source);
  ASSERT_TRUE(checked.ok());
  EXPECT_EQ(checked->id, packed.written.id);
  EXPECT_EQ(checked->groups, 5u);
  EXPECT_EQ(checked->header.plain_bytes, 20000u);
  EXPECT_EQ(checked->header.description, "Zürich");
  EXPECT_LT(checked->stored_bytes, checked->group_plain_bytes);
}

TEST(Container, StoresWhatCompressionDoesNotMakeSmaller) {
  ByteBuffer noise = SomeBytes(1 << 20);
  uint32_t seed = 3;
  for (uint8_t& byte : noise) {
    seed = seed * 1664525 + 1013904223;
    byte = static_cast<uint8_t>(seed >> 24);
  }
  ContainerHeader header;
  const ByteBuffer packed = Pack(noise, nullptr, header).bytes;
  EXPECT_LT(packed.size(), noise.size() + 1000);
}

TEST(Container, TakesNoGroupOutOfTurn) {
  ContainerHeader header = SmallGroups();
  header.plain_bytes = 5000;
  MemorySink sink;
  auto writer = ContainerWriter::Begin(header, nullptr, &sink).value();
  EXPECT_EQ(writer->Skip({}).error().code, ErrorCode::kState);
  EXPECT_EQ(writer->Finish().error().code, ErrorCode::kState);
  EXPECT_EQ(writer->Add(ByteBuffer(904)).error().code, ErrorCode::kState);
  EXPECT_TRUE(writer->Add(ByteBuffer(4096)).ok());
  EXPECT_EQ(writer->Add(ByteBuffer(4096)).error().code, ErrorCode::kState);
  EXPECT_TRUE(writer->Add(ByteBuffer(904)).ok());
  EXPECT_EQ(writer->Add(ByteBuffer(1)).error().code, ErrorCode::kState);
  EXPECT_TRUE(writer->Finish().ok());
}

TEST(Container, RefusesHeadersOutOfBounds) {
  const auto refused = [](auto change) {
    ContainerHeader header = SmallGroups();
    change(&header);
    MemorySink sink;
    const auto writer = ContainerWriter::Begin(header, nullptr, &sink);
    return !writer.ok() && sink.bytes().empty();
  };
  EXPECT_TRUE(refused([](auto* header) { header->group_bytes = 5000; }));
  EXPECT_TRUE(refused([](auto* header) { header->group_bytes = 2048; }));
  EXPECT_TRUE(refused([](auto* header) { header->group_bytes = 8 << 20; }));
  EXPECT_TRUE(refused([](auto* header) { header->group_bytes = 0; }));
  EXPECT_TRUE(refused([](auto* header) { header->page_bytes = 1000; }));
  EXPECT_TRUE(refused([](auto* header) { header->created_at = -1; }));
  EXPECT_TRUE(refused([](auto* header) { header->plain_bytes = 1ull << 53; }));
  EXPECT_TRUE(refused([](auto* header) { header->plain_bytes = 1ull << 44; }));
  EXPECT_TRUE(refused(
      [](auto* header) { header->description = std::string(1025, 'x'); }));
  EXPECT_TRUE(refused([](auto* header) { header->description = "\xff"; }));
}

TEST(Container, CanBeStopped) {
  const ByteBuffer plain = SomeBytes(20000);
  MemorySource source(plain);
  MemorySink sink;
  const auto written =
      WriteContainer(&source, SmallGroups(), nullptr, {}, &sink,
                     [](uint64_t done, uint64_t) { return done < 9000; });
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(CodeOf(Unpack(sink.bytes(), nullptr)), "container_damaged");
}

TEST(OutputFile, IsThereWholeOrNotAtAll) {
  const testing::TempDir dir;
  const std::string path = dir.File("out");
  const auto names = [&] {
    std::vector<std::string> found;
    for (const auto& each :
         std::filesystem::directory_iterator(dir.File("."))) {
      found.push_back(each.path().filename());
    }
    return found;
  };
  {
    auto output = OutputFile::Make(path).value();
    ASSERT_TRUE(output->file()->Write(AsBytes("half")).ok());
  }
  EXPECT_THAT(names(), ::testing::IsEmpty());
  {
    auto output = OutputFile::Make(path).value();
    ASSERT_TRUE(output->file()->Write(AsBytes("whole")).ok());
    ASSERT_TRUE(output->Commit().ok());
  }
  EXPECT_THAT(names(), ::testing::ElementsAre("out"));
  EXPECT_EQ(testing::ReadFile(path), "whole");
  EXPECT_EQ(
      std::filesystem::status(path).permissions(),
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(OutputFile::Make(path).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace ferrite
