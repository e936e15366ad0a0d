// Containers that somebody changed on purpose, with a hash chain that fits.
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
using testing::Subject;
using testing::Subjects;
using testing::Unpack;

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
  const ByteBuffer zeros(8192);
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

// What is not the deflate stream of its group, in a frame whose lengths fit.
TEST(ForgedContainer, MustInflateToItsGroupExactly) {
  const auto refused = [](ByteBuffer forged) {
    Reseal(&forged);
    const auto back = Unpack(forged, nullptr);
    return !back.ok() && back.error().message ==
                             "Frame 0 of the container cannot be decompressed.";
  };
  const ByteBuffer container = Pack(ByteBuffer(4095), nullptr).bytes;
  const size_t frame = FrameOffsets(container)[0];
  ByteBuffer fewer =
      WithHeader(container, "\"plainBytes\":4095", "\"plainBytes\":4096");
  fewer[frame + 18] = 0x10;
  fewer[frame + 19] = 0x00;
  EXPECT_TRUE(refused(fewer));
  ByteBuffer longer = container;
  ++longer[frame + 23];
  longer.insert(longer.begin() + FrameOffsets(container)[1] - sizeof(Digest),
                0);
  EXPECT_TRUE(refused(longer));
}

TEST(ForgedContainer, CannotEndBeforeItsLastGroup) {
  const ByteBuffer container = Pack(SomeBytes(12288), nullptr).bytes;
  ByteBuffer forged = Rearranged(container, {0, 1, 3});
  const std::vector<size_t> offsets = FrameOffsets(container);
  const size_t final = offsets[2];
  forged[final + 3] = 2;  // its sequence number
  Reseal(&forged);
  const auto back = Unpack(forged, nullptr);
  ASSERT_EQ(CodeOf(back), "container_damaged");
  EXPECT_NE(back.error().message.find("before its last group"),
            std::string::npos);
}

// Of an incremental container no group is known to be missing but by its
// frame's number.
TEST(ForgedContainer, IsRefusedWhenAChangedGroupWasTakenOut) {
  const ContainerKey key = RawKey();
  const ByteBuffer plain = SomeBytes(12288);
  ContainerHeader header = SmallGroups();
  header.base.emplace();
  const ByteBuffer container = Pack(plain, &key, header).bytes;
  const auto read_all = [&](const ByteBuffer& bytes) {
    MemorySource source(bytes);
    auto reader = ContainerReader::Open(&source, &key).value();
    for (;;) {
      const auto group = reader->Next();
      if (!group.ok()) return std::string(ErrorText(group.error().code));
      if (!*group) return std::string("ok");
    }
  };
  EXPECT_EQ(read_all(Rearranged(container, {0, 1, 2, 3})), "ok");
  EXPECT_EQ(read_all(Rearranged(container, {0, 2, 3})), "container_damaged");
  EXPECT_EQ(read_all(Rearranged(container, {1, 2, 3})), "container_damaged");
  EXPECT_EQ(read_all(Rearranged(container, {3})), "container_damaged");
}

// Two frames under one nonce would give their plain bytes away.
TEST(EncryptedContainer, HidesThatGroupsAreEqual) {
  const ContainerKey key = RawKey();
  const ByteBuffer container = Pack(ByteBuffer(8192, 'x'), &key).bytes;
  const std::vector<size_t> offsets = FrameOffsets(container);
  const auto payload = [&](size_t frame) {
    return ByteBuffer(container.begin() + offsets[frame] + kFrameHeadBytes,
                      container.begin() + offsets[frame + 1] - sizeof(Digest) -
                          kFrameTagBytes);
  };
  ASSERT_EQ(payload(0).size(), payload(1).size());
  EXPECT_NE(payload(0), payload(1));
}

}  // namespace
}  // namespace ferrite
