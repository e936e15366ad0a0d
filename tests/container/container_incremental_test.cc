// Containers that hold only what changed.
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

Packed PackChanges(const ByteBuffer& plain, const Packed& base,
                   const ContainerKey* key = nullptr) {
  ContainerHeader header = SmallGroups();
  header.content = ContainerHeader::Content::kStore;
  header.base = base.written.id;
  return Pack(plain, key, header, base.written.groups);
}

// What becomes of `content` when the container is applied to it.
Result<ByteBuffer> Apply(const ByteBuffer& content, const Digest& base,
                         const ByteBuffer& container,
                         const ContainerKey* key = nullptr) {
  const testing::TempDir dir;
  const std::string path = dir.File("target");
  testing::WriteFile(path, std::string(AsText(content)));
  auto target = DiskFile::Open(path, DiskFile::Mode::kChange).value();
  MemorySource source(container);
  auto reader = ContainerReader::Open(&source, key);
  if (!reader.ok()) return std::move(reader).error();
  auto applied = ApplyContainer(reader->get(), base, target.get());
  if (!applied.ok()) return applied.error();
  const std::string text = testing::ReadFile(path);
  return ByteBuffer(text.begin(), text.end());
}

struct Change {
  const char* name;
  size_t groups;  // that the container holds
  void (*make)(ByteBuffer*);
};

constexpr Change kChanges[] = {
    {"nothing", 0, [](ByteBuffer*) {}},
    {"one byte", 1, [](ByteBuffer* plain) { (*plain)[9000] ^= 1; }},
    {"two groups", 2,
     [](ByteBuffer* plain) {
       (*plain)[0] ^= 1;
       plain->back() ^= 1;
     }},
    {"longer", 3,
     [](ByteBuffer* plain) { plain->resize(plain->size() + 5000, 9); }},
    {"shorter", 1, [](ByteBuffer* plain) { plain->resize(9000); }},
    {"shorter by whole groups", 0,
     [](ByteBuffer* plain) { plain->resize(8192); }},
    {"empty", 0, [](ByteBuffer* plain) { plain->clear(); }},
};

TEST(IncrementalContainer, HoldsTheChangedGroupsAndMakesTheNewWhole) {
  const ContainerKey key = RawKey();
  const ByteBuffer before = SomeBytes(20000);
  const Packed base = Pack(before, nullptr);
  for (const Change& change : kChanges) {
    SCOPED_TRACE(change.name);
    ByteBuffer after = before;
    change.make(&after);
    for (const ContainerKey* given : {(const ContainerKey*)nullptr, &key}) {
      const Packed packed = PackChanges(after, base, given);
      MemorySource source(packed.bytes);
      EXPECT_EQ(CheckContainer(&source)->groups, change.groups);
      const auto back = Apply(before, base.written.id, packed.bytes, given);
      ASSERT_EQ(CodeOf(back), "ok");
      EXPECT_EQ(*back, after);
    }
  }
}

TEST(IncrementalContainer, BuildsOnAnotherOne) {
  ByteBuffer content = SomeBytes(20000);
  Packed last = Pack(content, nullptr);
  ByteBuffer restored = content;
  for (int i = 0; i < 5; ++i) {
    content[static_cast<size_t>(i) * 4000] ^= 0x55;
    content.resize(content.size() + 1000, static_cast<uint8_t>(i));
    const Packed next = PackChanges(content, last);
    restored = Apply(restored, last.written.id, next.bytes).value();
    EXPECT_EQ(restored, content);
    last = next;
  }
}

TEST(IncrementalContainer, IsAppliedToItsBaseOnly) {
  const ByteBuffer before = SomeBytes(20000);
  const Packed base = Pack(before, nullptr);
  ByteBuffer after = before;
  after[5000] ^= 1;
  const ByteBuffer changes = PackChanges(after, base).bytes;
  const Packed other = Pack(SomeBytes(20000, 2), nullptr);
  EXPECT_EQ(CodeOf(Apply(before, other.written.id, changes)), "container_base");
  // The id is right, what lies there is not.
  EXPECT_EQ(CodeOf(Apply(SomeBytes(20000, 2), base.written.id, changes)),
            "container_base");
  // A whole one is no change to anything.
  EXPECT_EQ(CodeOf(Apply(before, base.written.id, base.bytes)),
            "container_base");
}

TEST(IncrementalContainer, IsNoFileByItself) {
  const ByteBuffer before = SomeBytes(20000);
  const Packed base = Pack(before, nullptr);
  EXPECT_EQ(CodeOf(Unpack(PackChanges(before, base).bytes, nullptr)),
            "container_base");
}

}  // namespace
}  // namespace ferrite
