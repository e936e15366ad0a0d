// Containers that were damaged, and ones that somebody changed on purpose.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/container/container_data.h"
#include "tests/container/reseal.h"

namespace ferrite {
namespace {

using testing::CodeOf;
using testing::FrameOffsets;
using testing::Pack;
using testing::RawKey;
using testing::Reseal;
using testing::SmallGroups;
using testing::SomeBytes;
using testing::Unpack;

struct Subject {
  const char* name;
  ByteBuffer plain;
  ByteBuffer container;
  const ContainerKey* key;
};

std::vector<Subject> Subjects(const ContainerKey* key) {
  const ByteBuffer plain = SomeBytes(14000);
  return {{"plain", plain, Pack(plain, nullptr).bytes, nullptr},
          {"encrypted", plain, Pack(plain, key).bytes, key}};
}

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

TEST(ForgedContainer, IsRefusedWhereverItWasChangedWhenItIsEncrypted) {
  const ContainerKey key = RawKey();
  const Subject subject = Subjects(&key)[1];
  size_t accepted = 0;
  for (size_t i = 0; i < subject.container.size(); ++i) {
    ByteBuffer forged = subject.container;
    forged[i] ^= 1 << (i % 8);
    Reseal(&forged);
    // Changing the chain alone is mended by resealing.
    if (forged == subject.container) continue;
    const auto back = Unpack(forged, &key);
    if (back.ok()) ++accepted;
  }
  EXPECT_EQ(accepted, 0u);
}

TEST(ForgedContainer, NeverCrashesAReaderWhenItIsNotEncrypted) {
  const ContainerKey key = RawKey();
  const Subject subject = Subjects(&key)[0];
  size_t different = 0;
  for (size_t i = 0; i < subject.container.size(); ++i) {
    ByteBuffer forged = subject.container;
    forged[i] ^= 1 << (i % 8);
    Reseal(&forged);
    const auto back = Unpack(forged, nullptr);
    // The final frame's hash over the whole is another one.
    if (back.ok() && *back != subject.plain) ++different;
  }
  EXPECT_EQ(different, 0u);
}

// The frames of an encrypted container, put together in another way.
ByteBuffer Rearranged(const ByteBuffer& container,
                      const std::vector<size_t>& order) {
  const std::vector<size_t> offsets = FrameOffsets(container);
  ByteBuffer out(container.begin(), container.begin() + offsets[0]);
  for (size_t frame : order) {
    out.insert(out.end(), container.begin() + offsets[frame],
               container.begin() + offsets[frame + 1]);
  }
  Reseal(&out);
  return out;
}

TEST(ForgedContainer, IsRefusedWhenItsFramesStandInAnotherOrder) {
  const ContainerKey key = RawKey();
  const ByteBuffer container = Pack(SomeBytes(12288), &key).bytes;
  ASSERT_EQ(FrameOffsets(container).size(), 5u);
  EXPECT_EQ(CodeOf(Unpack(Rearranged(container, {0, 1, 2, 3}), &key)), "ok");
  for (const std::vector<size_t>& order :
       std::vector<std::vector<size_t>>{{1, 0, 2, 3},
                                        {0, 0, 1, 2, 3},
                                        {0, 2, 3},
                                        {0, 1, 3},
                                        {0, 1, 2},
                                        {3},
                                        {0, 1, 2, 3, 3}}) {
    EXPECT_EQ(CodeOf(Unpack(Rearranged(container, order), &key)),
              "container_damaged");
  }
}

TEST(ForgedContainer, IsRefusedWhenAFrameHasTheNumberOfAnother) {
  const ContainerKey key = RawKey();
  ByteBuffer plain(12288, 'x');  // frames of equal lengths
  const ByteBuffer container = Pack(plain, &key).bytes;
  const std::vector<size_t> offsets = FrameOffsets(container);
  ByteBuffer forged = container;
  std::swap_ranges(forged.begin() + offsets[0] + kFrameHeadBytes,
                   forged.begin() + offsets[1],
                   forged.begin() + offsets[1] + kFrameHeadBytes);
  Reseal(&forged);
  EXPECT_EQ(CodeOf(Unpack(forged, &key)), "container_damaged");
}

TEST(ForgedContainer, IsRefusedWithAFrameOfAnotherContainer) {
  const ContainerKey key = RawKey();
  const ByteBuffer plain = SomeBytes(12288);
  const ByteBuffer container = Pack(plain, &key).bytes;
  const ByteBuffer other = Pack(plain, &key).bytes;
  ASSERT_EQ(container.size(), other.size());
  const std::vector<size_t> offsets = FrameOffsets(container);
  ByteBuffer forged = container;
  std::copy(other.begin() + offsets[1], other.begin() + offsets[2],
            forged.begin() + offsets[1]);
  Reseal(&forged);
  EXPECT_EQ(CodeOf(Unpack(forged, &key)), "container_damaged");
  // All of its frames, behind this one's header and key.
  forged = container;
  std::copy(other.begin() + offsets[0], other.end(),
            forged.begin() + offsets[0]);
  Reseal(&forged);
  EXPECT_EQ(CodeOf(Unpack(forged, &key)), "container_damaged");
}

// Puts `text` in the place of `old` in the header, which changes its length.
ByteBuffer WithHeader(const ByteBuffer& container, const std::string& old,
                      const std::string& text) {
  const std::string bytes(AsText(container));
  const size_t at = bytes.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  std::string changed = bytes;
  changed.replace(at, old.size(), text);
  const auto length = static_cast<uint32_t>(
      static_cast<uint8_t>(bytes[14]) * 256 + static_cast<uint8_t>(bytes[15]) +
      text.size() - old.size());
  changed[14] = static_cast<char>(length >> 8);
  changed[15] = static_cast<char>(length);
  ByteBuffer out(changed.begin(), changed.end());
  Reseal(&out);
  return out;
}

TEST(ForgedContainer, IsRefusedWithAnotherHeader) {
  const ContainerKey key = RawKey();
  const ByteBuffer container = Pack(SomeBytes(12288), &key).bytes;
  const auto code = [&](const char* old, const char* text) {
    return CodeOf(Unpack(WithHeader(container, old, text), &key));
  };
  EXPECT_EQ(code("Zürich", "Zurich"), "key_wrong");
  EXPECT_EQ(code("\"bundle\"", "\"store\""), "key_wrong");
  EXPECT_EQ(code("{", "{ "), "key_wrong");
  EXPECT_EQ(code("\"raw\"", "\"row\""), "container_foreign");
  EXPECT_EQ(code("aes-256-gcm", "aes-256-cbc"), "container_foreign");
  EXPECT_EQ(code("\"base\":null", "\"base\":0"), "container_foreign");
  EXPECT_EQ(code("\"pageBytes\":0", "\"pageBytes\":-4096"),
            "container_foreign");
  EXPECT_EQ(code("\"groupBytes\":4096", "\"groupBytes\":4294971392"),
            "container_foreign");
  EXPECT_EQ(code("\"plainBytes\":12288", "\"plainBytes\":1e3"),
            "container_foreign");
  EXPECT_EQ(code("\"createdAt\"", "\"x\":1,\"createdAt\""),
            "container_foreign");
  EXPECT_EQ(code("}", "]"), "container_foreign");
}

TEST(ForgedContainer, CannotKeepAReaderBusy) {
  const ContainerKey key = ContainerKey::FromPassphrase("words").value();
  const ByteBuffer container = Pack({}, &key).bytes;
  for (const char* count : {"10000001", "4294967296", "599999", "1", "-1"}) {
    const auto back = Unpack(WithHeader(container, "600000", count), &key);
    EXPECT_EQ(CodeOf(back), "container_foreign") << count;
    EXPECT_NE(back.error().message.find(count), std::string::npos);
  }
  EXPECT_EQ(CodeOf(Unpack(WithHeader(container, "600000", "600001"), &key)),
            "key_wrong");
}

TEST(ForgedContainer, CannotMakeAReaderAllocateMuch) {
  const ContainerKey key = RawKey();
  for (const Subject& subject : Subjects(&key)) {
    const size_t head = FrameOffsets(subject.container)[0];
    // The plain, then the stored length.
    for (size_t field : {16, 20}) {
      ByteBuffer forged = subject.container;
      std::fill_n(forged.begin() + head + field, 4, 0xff);
      const auto back = Unpack(forged, subject.key);
      ASSERT_EQ(CodeOf(back), "container_damaged");
      EXPECT_NE(back.error().message.find("length"), std::string::npos);
    }
  }
}

TEST(ForgedContainer, CannotInflateBeyondItsGroup) {
  ByteBuffer zeros(8192);
  const ByteBuffer container = Pack(zeros, nullptr).bytes;
  const std::vector<size_t> offsets = FrameOffsets(container);
  // The first frame's 4096 bytes, for a last group of 1 byte.
  ByteBuffer forged =
      WithHeader(container, "\"plainBytes\":8192", "\"plainBytes\":4095");
  const size_t at = offsets[0];
  forged[at + 18] = 0x0f;
  forged[at + 19] = 0xff;
  Reseal(&forged);
  const auto back = Unpack(forged, nullptr);
  EXPECT_EQ(CodeOf(back), "container_damaged");
  EXPECT_NE(back.error().message.find("decompressed"), std::string::npos);
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
