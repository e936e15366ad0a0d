// What the Reader refuses, and that it never reads out of bounds.
#include <gtest/gtest.h>

#include <iterator>
#include <random>
#include <string>

#include "ferrite/encoding.h"
#include "tests/core/encoded_items.h"

namespace ferrite {
namespace {

bool Skips(const ByteBuffer& bytes) {
  Reader reader(bytes);
  Bytes whole;
  return reader.Skip(&whole) && reader.AtEnd();
}

// --- Malformed input ------------------------------------------------------

TEST(Reader, RefusesEveryTruncationOfAValidItem) {
  for (const char* hex : kEveryKind) {
    ByteBuffer bytes = FromHex(hex);
    while (!bytes.empty()) {
      bytes.pop_back();
      bytes.shrink_to_fit();  // so that a sanitizer sees a read beyond the end
      EXPECT_FALSE(Skips(bytes)) << hex << " cut to " << ToHex(bytes);
    }
  }
}

TEST(Reader, RefusesALengthBeyondTheBuffer) {
  for (const char* hex :
       {"6261", "5a7fffffff", "5bffffffffffffffff", "7bffffffffffffffff",
        "9bffffffffffffffff", "bbffffffffffffffff", "d90103bb7fffffffffffffff",
        "d901029bffffffffffffffff", "d81b9bffffffffffffffff", "8201", "a101",
        "a2616101"}) {
    EXPECT_NE(ReasonAgainst(hex), "none") << hex;
  }
}

TEST(Reader, RefusesIndefiniteLengthsAndReservedForms) {
  for (const char* hex : {"5f4101ff", "7f6161ff", "9fff", "bfff", "ff", "1c",
                          "3d", "5e", "7c", "9d", "be", "dc", "fc", "fd"}) {
    EXPECT_NE(ReasonAgainst(hex), "none") << hex;
  }
}

TEST(Reader, RefusesUnknownTagsAndSimpleValues) {
  for (const char* hex : {"c001", "c06161", "c401",
                          "d82076687474703a2f2f7777772e6578616d706c652e"
                          "636f6d",
                          "d8414101", "d84f4101", "d8574101", "d9d9f701", "e0",
                          "f0", "f8ff", "f818", "f3"}) {
    EXPECT_NE(ReasonAgainst(hex), "none") << hex;
  }
}

TEST(Reader, RefusesATagAroundAnotherType) {
  for (const char* hex :
       {"c201", "c26161",
        "d84081"
        "01",
        "d9010201", "d90102a0", "d9010380",
        "d9524a8161"
        "61",
        "d9524a820101", "d9524a83616161616161", "d81d20", "d81d6161", "d81b80",
        "d81b8101", "d81b01", "d86943010203",
        "d845"
        "43010203"}) {
    EXPECT_NE(ReasonAgainst(hex), "none") << hex;
  }
}

TEST(Reader, RefusesAPropertyNameThatIsNoString) {
  EXPECT_NE(ReasonAgainst("a10101"), "none");
  EXPECT_NE(ReasonAgainst("a2616101f601"), "none");
  EXPECT_EQ(ReasonAgainst("a1d9011143eda08001"), "none");
}

TEST(Reader, RefusesToShareWhatHasNoIdentity) {
  for (const char* hex : {"d81c01", "d81c6161", "d81cc240", "d81cd81c80",
                          "d81cd81d00", "d81cf6"}) {
    EXPECT_NE(ReasonAgainst(hex), "none") << hex;
  }
  for (const char* hex : {"d81c80", "d81cc100", "d81c40", "d81cd8404101"}) {
    EXPECT_EQ(ReasonAgainst(hex), "none") << hex;
  }
}

TEST(Reader, BoundsTheDepth) {
  const auto nested = [](int depth, const char* head) {
    ByteBuffer bytes;
    const ByteBuffer one = FromHex(head);
    for (int i = 0; i < depth; ++i) {
      bytes.insert(bytes.end(), one.begin(), one.end());
    }
    bytes.push_back(0x80);
    return bytes;
  };
  EXPECT_TRUE(Skips(nested(kMaxDepth - 1, "81")));
  EXPECT_FALSE(Skips(nested(kMaxDepth, "81")));
  EXPECT_FALSE(Skips(nested(1000000, "81")));
  EXPECT_FALSE(Skips(nested(1000000, "c1")));
  EXPECT_FALSE(Skips(nested(1000000, "d81c")));
  EXPECT_FALSE(Skips(nested(1000000, "d9010281")));
  EXPECT_FALSE(Skips(nested(1000000, "a16161")));
}

TEST(Reader, StaysWhereItFailed) {
  const ByteBuffer bytes = FromHex("01 6261");
  Reader reader(bytes);
  Item item;
  ASSERT_TRUE(reader.Next(&item));
  EXPECT_FALSE(reader.Next(&item));
  EXPECT_EQ(reader.offset(), 1u);
  EXPECT_EQ(reader.error().code, ErrorCode::kRecordMalformed);
  EXPECT_NE(reader.error().message.find("byte 1"), std::string::npos);
  EXPECT_FALSE(reader.Next(&item));
}

TEST(Reader, RefusesAnEmptyBuffer) {
  Reader reader{Bytes()};
  Item item;
  EXPECT_TRUE(reader.AtEnd());
  EXPECT_FALSE(reader.Next(&item));
}

// Both kinds of noise: bytes of any value, and valid items with some changed.
TEST(Reader, SurvivesRandomBytes) {
  std::mt19937 random(7);
  const auto below = [&](size_t limit) { return random() % limit; };
  for (int i = 0; i < 100000; ++i) {
    ByteBuffer bytes;
    if (i % 2 == 0) {
      bytes.resize(below(64));
      for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    } else {
      bytes = FromHex(kEveryKind[below(std::size(kEveryKind))]);
      bytes[below(bytes.size())] = static_cast<uint8_t>(random());
    }
    bytes.shrink_to_fit();
    Reader reader(bytes);
    Bytes whole;
    while (!reader.AtEnd() && reader.Skip(&whole)) {
      ASSERT_FALSE(whole.empty());
    }
    ASSERT_LE(reader.offset(), bytes.size());
  }
}

TEST(Reader, PassEndsWhereSkipEnds) {
  for (const char* hex : kEveryKind) {
    ByteBuffer bytes = FromHex(hex);
    const size_t size = bytes.size();
    bytes.push_back(0xf6);
    Bytes passed, skipped;
    ASSERT_TRUE(Reader(bytes).Pass(&passed)) << hex;
    ASSERT_TRUE(Reader(bytes).Skip(&skipped)) << hex;
    EXPECT_EQ(passed.size(), size) << hex;
    EXPECT_EQ(skipped.size(), size) << hex;
    for (size_t cut = 0; cut < size; ++cut) {
      Reader reader(Bytes(bytes.data(), cut));
      EXPECT_FALSE(reader.Pass(&passed)) << hex << " cut at " << cut;
      EXPECT_EQ(reader.offset(), 0u);
    }
  }
}

TEST(Reader, PassRefusesCountsThatNoBufferHolds) {
  for (const char* hex : {"9bffffffffffffffff", "bb8000000000000000f6f6",
                          "9b7fffffffffffffff9b7fffffffffffffff"}) {
    const ByteBuffer bytes = FromHex(hex);
    Bytes whole;
    EXPECT_FALSE(Reader(bytes).Pass(&whole)) << hex;
  }
}

}  // namespace
}  // namespace ferrite
