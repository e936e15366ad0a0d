// Containers that were damaged, and files that are none.
#include <gtest/gtest.h>

#include "tests/container/container_data.h"

namespace ferrite {
namespace {

using testing::CodeOf;
using testing::Pack;
using testing::RawKey;
using testing::Subject;
using testing::Subjects;
using testing::Unpack;

// Each is some 9 000 bytes: so these are some 36 000 changed bits each, and as
// many cuts as there are bytes.
TEST(DamagedContainer, IsRefusedWhereverABitIsFlipped) {
  const ContainerKey key = RawKey();
  for (Subject& subject : Subjects(&key)) {
    SCOPED_TRACE(subject.name);
    ASSERT_EQ(CodeOf(Unpack(subject.container, subject.key)), "ok");
    size_t flips = 0;
    for (size_t i = 0; i < subject.container.size(); ++i) {
      for (int bit = static_cast<int>(i % 2); bit < 8; bit += 2) {
        subject.container[i] ^= 1 << bit;
        const auto back = Unpack(subject.container, subject.key);
        ASSERT_FALSE(back.ok()) << "byte " << i << " bit " << bit;
        ASSERT_EQ(ErrorExitStatus(back.error().code), 7) << i;
        subject.container[i] ^= 1 << bit;
        ++flips;
      }
    }
    EXPECT_GT(flips, 10000u);
  }
}

TEST(DamagedContainer, IsRefusedWhereverItIsCut) {
  const ContainerKey key = RawKey();
  size_t cuts = 0;
  for (const Subject& subject : Subjects(&key)) {
    SCOPED_TRACE(subject.name);
    for (size_t size = 0; size < subject.container.size(); ++size) {
      const auto back =
          Unpack(Bytes(subject.container).first(size), subject.key);
      ASSERT_EQ(CodeOf(back),
                size < 4 ? "container_foreign" : "container_damaged")
          << size;
      ++cuts;
    }
  }
  EXPECT_GT(cuts, 10000u);
}

TEST(DamagedContainer, IsRefusedWhenItGoesOn) {
  const ContainerKey key = RawKey();
  for (Subject& subject : Subjects(&key)) {
    subject.container.push_back(0);
    EXPECT_EQ(CodeOf(Unpack(subject.container, subject.key)),
              "container_damaged");
  }
}

TEST(ForeignFile, IsNoContainer) {
  EXPECT_EQ(CodeOf(Unpack(AsBytes(""), nullptr)), "container_foreign");
  EXPECT_EQ(
      CodeOf(Unpack(AsBytes("SQLite format 3 and more than that"), nullptr)),
      "container_foreign");
  ByteBuffer newer = Pack({}, nullptr).bytes;
  newer[11] = 2;
  const auto back = Unpack(newer, nullptr);
  EXPECT_EQ(CodeOf(back), "container_foreign");
  EXPECT_EQ(back.error().message,
            "The container has version 2, this program reads version 1.");
  // \r\n became \n.
  ByteBuffer text = Pack({}, nullptr).bytes;
  text.erase(text.begin() + 4);
  EXPECT_EQ(CodeOf(Unpack(text, nullptr)), "container_damaged");
}

}  // namespace
}  // namespace ferrite
