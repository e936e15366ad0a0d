#include "ferrite/encoding.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "tests/core/encoded_items.h"

namespace ferrite {
namespace {

Item ReadOne(const ByteBuffer& bytes) {
  Reader reader(bytes);
  Item item;
  EXPECT_TRUE(reader.Next(&item)) << ToHex(bytes) << reader.error().message;
  return item;
}

Item ReadHex(std::string_view hex) {
  const ByteBuffer bytes = FromHex(hex);
  Item item = ReadOne(bytes);
  item.bytes = {};  // `bytes` ends here
  return item;
}

template <typename Write>
std::string Written(Write write) {
  Writer writer;
  write(writer);
  return ToHex(writer.bytes());
}

// --- Numbers --------------------------------------------------------------

struct NumberCase {
  double value;
  const char* hex;
};

// RFC 8949, appendix A, as far as the document has one form for each value.
constexpr NumberCase kNumbers[] = {
    {0, "00"},
    {1, "01"},
    {10, "0a"},
    {23, "17"},
    {24, "1818"},
    {25, "1819"},
    {100, "1864"},
    {1000, "1903e8"},
    {1000000, "1a000f4240"},
    {1000000000000, "1b000000e8d4a51000"},
    {9007199254740992, "1b0020000000000000"},
    {-1, "20"},
    {-10, "29"},
    {-100, "3863"},
    {-1000, "3903e7"},
    {-9007199254740992, "3b001fffffffffffff"},
    {9007199254740994, "fb4340000000000001"},
    {1.1, "fb3ff199999999999a"},
    {1.0e+300, "fb7e37e43c8800759c"},
    {-4.1, "fbc010666666666666"},
    {5e-324, "fb0000000000000001"},
    {-0.0, "f98000"},
    {HUGE_VAL, "f97c00"},
    {-HUGE_VAL, "f9fc00"},
};

TEST(Writer, GivesEachNumberItsOneForm) {
  for (const NumberCase& number : kNumbers) {
    EXPECT_EQ(Written([&](Writer& out) { out.Double(number.value); }),
              number.hex);
  }
  EXPECT_EQ(Written([](Writer& out) { out.Double(std::nan("")); }), "f97e00");
}

TEST(Reader, GivesEachNumberBack) {
  for (const NumberCase& number : kNumbers) {
    const Item item = ReadHex(number.hex);
    EXPECT_EQ(item.number, number.value);
    EXPECT_EQ(std::signbit(item.number), std::signbit(number.value));
    EXPECT_TRUE(item.canonical) << number.hex;
  }
  EXPECT_TRUE(std::isnan(ReadHex("f97e00").number));
}

TEST(Reader, CallsAnIntegralNumberAnIntegerWhateverItsForm) {
  for (const char* hex : {"1801", "190001", "1a00000001", "1b0000000000000001",
                          "f93c00", "fa3f800000", "fb3ff0000000000000"}) {
    const Item item = ReadHex(hex);
    EXPECT_EQ(item.kind, Kind::kInteger) << hex;
    EXPECT_EQ(item.integer, 1) << hex;
    EXPECT_EQ(item.number, 1) << hex;
    EXPECT_FALSE(item.canonical) << hex;
  }
  EXPECT_EQ(ReadHex("f98000").kind, Kind::kDouble);
}

TEST(Reader, ReadsEveryWidthOfFloat) {
  EXPECT_EQ(ReadHex("f93e00").number, 1.5);
  EXPECT_EQ(ReadHex("f90001").number, 5.960464477539063e-8);
  EXPECT_EQ(ReadHex("f90400").number, 0.00006103515625);
  EXPECT_EQ(ReadHex("f97bff").number, 65504.0);
  EXPECT_EQ(ReadHex("f9c400").number, -4.0);
  EXPECT_EQ(ReadHex("fa47c35000").number, 100000.0);
  EXPECT_EQ(ReadHex("fa7f7fffff").number, 3.4028234663852886e+38);
  EXPECT_EQ(ReadHex("fa7f800000").number, HUGE_VAL);
  EXPECT_TRUE(std::isnan(ReadHex("fa7fc00000").number));
  for (const char* hex : {"f93e00", "fa7f800000", "fb7ff8000000000000",
                          "fb8000000000000000", "f97e01"}) {
    EXPECT_FALSE(ReadHex(hex).canonical) << hex;
  }
}

TEST(Reader, RefusesAnIntegerBeyond2To53) {
  EXPECT_NE(ReasonAgainst("1b0020000000000001"), "none");
  EXPECT_NE(ReasonAgainst("3b0020000000000000"), "none");
  EXPECT_NE(ReasonAgainst("1bffffffffffffffff"), "none");
}

// --- Other primitives -----------------------------------------------------

TEST(Reader, ReadsSimpleValues) {
  EXPECT_EQ(ReadHex("f4").kind, Kind::kBool);
  EXPECT_FALSE(ReadHex("f4").boolean);
  EXPECT_TRUE(ReadHex("f5").boolean);
  EXPECT_EQ(ReadHex("f6").kind, Kind::kNull);
  EXPECT_EQ(ReadHex("f7").kind, Kind::kUndefined);
}

TEST(Reader, GivesTextAndBytesAsViewsOfTheBuffer) {
  const ByteBuffer text = FromHex("6449455446");
  const Item item = ReadOne(text);
  EXPECT_EQ(item.kind, Kind::kString);
  EXPECT_EQ(AsText(item.bytes), "IETF");
  EXPECT_EQ(item.bytes.data(), text.data() + 1);
  const ByteBuffer bytes = FromHex("4401020304");
  EXPECT_EQ(ReadOne(bytes).kind, Kind::kBytes);
  EXPECT_EQ(ReadOne(bytes).bytes.data(), bytes.data() + 1);
}

TEST(Reader, AcceptsWellFormedTextOnly) {
  for (const char* hex :
       {"60", "62c3bc", "63e6b0b4", "64f0908591", "64f48fbfbf",
        "781ac3bc616161616161616161616161616161616161616161616161"}) {
    EXPECT_EQ(ReasonAgainst(hex), "none") << hex;
  }
  for (const char* hex :
       {"6180", "61ff", "62c080", "62c1bf", "63e08080", "63eda080", "63edbfbf",
        "64f0808080", "64f4908080", "64f5808080", "62c361", "61c3", "62e6b0",
        "63f09081", "6a61616161616161616180", "6661616161e6b0"}) {
    EXPECT_NE(ReasonAgainst(hex), "none") << hex;
  }
}

TEST(Reader, AcceptsWtf8WithALoneSurrogateOnly) {
  const ByteBuffer bytes = FromHex("d901114461eda080");
  EXPECT_EQ(ReadOne(bytes).kind, Kind::kWtf8);
  EXPECT_EQ(AsText(ReadOne(bytes).bytes), "a\xED\xA0\x80");
  EXPECT_EQ(ReasonAgainst("d9011146edb080eda080"), "none") << "low, then high";
  EXPECT_NE(ReasonAgainst("d9011146eda080edb080"), "none") << "a pair";
  EXPECT_NE(ReasonAgainst("d901114161"), "none") << "has a form as text";
  EXPECT_NE(ReasonAgainst("d9011143eda0"), "none") << "cut short";
  EXPECT_NE(ReasonAgainst("d9011142eda0"), "none") << "broken";
  EXPECT_NE(ReasonAgainst("d901116161"), "none") << "around text";
}

TEST(Reader, ReadsBigIntsAsCborHasThem) {
  const ByteBuffer positive = FromHex("c249010000000000000000");
  EXPECT_EQ(ReadOne(positive).kind, Kind::kBigInt);
  EXPECT_FALSE(ReadOne(positive).negative);
  EXPECT_EQ(ToHex(ReadOne(positive).bytes), "010000000000000000");
  const ByteBuffer negative = FromHex("c349010000000000000000");
  EXPECT_TRUE(ReadOne(negative).negative);
  const ByteBuffer padded = FromHex("c2430000ff");
  EXPECT_EQ(ToHex(ReadOne(padded).bytes), "ff");
  EXPECT_FALSE(ReadOne(padded).canonical);
}

TEST(BigInt, GoesThroughInt64) {
  for (int64_t value : {INT64_C(0), INT64_C(1), INT64_C(-1), INT64_C(255),
                        INT64_C(-256), INT64_C(-257), INT64_MAX, INT64_MIN}) {
    Writer writer;
    writer.BigInt(value);
    const ByteBuffer bytes = writer.Take();
    EXPECT_EQ(BigIntToInt64(ReadOne(bytes)), value);
  }
  EXPECT_EQ(Written([](Writer& out) { out.BigInt(INT64_C(-1)); }), "c340");
  for (const char* hex : {"c2488000000000000000", "c3488000000000000000",
                          "c249010000000000000000"}) {
    const ByteBuffer bytes = FromHex(hex);
    EXPECT_EQ(BigIntToInt64(ReadOne(bytes)), std::nullopt) << hex;
  }
}

// --- Dates ----------------------------------------------------------------

TEST(Date, HasOneFormForEveryTime) {
  const auto written = [](double milliseconds) {
    return Written([&](Writer& out) { out.Date(milliseconds); });
  };
  EXPECT_EQ(written(1363896240000), "c11a514b67b0");
  EXPECT_EQ(written(1363896240500), "c1fb41d452d9ec200000");
  EXPECT_EQ(written(-0.0), "c100");
  EXPECT_EQ(written(2251799813685248), "d81b8264446174651b0008000000000000");
  EXPECT_EQ(written(std::nan("")), "c1f97e00");
  EXPECT_EQ(written(8640000000000001), "c1f97e00");
}

TEST(Date, GivesEveryMillisecondBack) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100000; ++i) {
    const double limit = i % 2 == 0 ? 2251799813685248 : 8.64e15;
    const double milliseconds =
        i < 1000 ? 2251799813685248.0 - i
                 : std::trunc(
                       std::uniform_real_distribution<>(-limit, limit)(random));
    Writer writer;
    writer.Date(milliseconds);
    const ByteBuffer bytes = writer.Take();
    const Item item = ReadOne(bytes);
    ASSERT_EQ(item.kind, Kind::kDate);
    ASSERT_EQ(item.number, milliseconds);
    ASSERT_TRUE(item.canonical) << milliseconds;
  }
}

TEST(Date, IsReadFromOtherForms) {
  for (const char* hex : {"c1fb3ff0000000000000", "c1f93c00",
                          "d81b826444617465"
                          "1903e8"}) {
    const Item item = ReadHex(hex);
    EXPECT_EQ(item.kind, Kind::kDate) << hex;
    EXPECT_EQ(item.number, 1000) << hex;
    EXPECT_FALSE(item.canonical) << hex;
  }
  EXPECT_FALSE(ReadHex("c1f98000").canonical);
  EXPECT_FALSE(std::signbit(ReadHex("c1f98000").number));
}

TEST(Date, IsRefusedOutOfRangeOrOfAnotherType) {
  for (const char* hex :
       {"c1f97c00", "c1fb7fe0000000000000", "c11b000007dba8218001", "c16161",
        "c1c100", "c1f5", "c1c240", "d81b826444617465f97e00",
        "d81b826444617465fb3ff8000000000000",
        "d81b8164446174"
        "65",
        "d81b83644461746500"
        "00"}) {
    EXPECT_NE(ReasonAgainst(hex), "none") << hex;
  }
}

// --- Containers -----------------------------------------------------------

TEST(Writer, WritesEveryContainerAsTheDocumentSays) {
  EXPECT_EQ(Written([](Writer& out) { out.BeginArray(3); }), "83");
  EXPECT_EQ(Written([](Writer& out) { out.BeginObject(2); }), "a2");
  EXPECT_EQ(Written([](Writer& out) { out.BeginMap(1); }), "d90103a1");
  EXPECT_EQ(Written([](Writer& out) { out.BeginSet(2); }), "d9010282");
  EXPECT_EQ(Written([](Writer& out) { out.BeginRegExp(); }), "d9524a82");
  EXPECT_EQ(Written([](Writer& out) { out.BeginInstance("Blob", 2); }),
            "d81b8364426c6f62");
  EXPECT_EQ(Written([](Writer& out) { out.Shareable(); }), "d81c");
  EXPECT_EQ(Written([](Writer& out) { out.Reference(300); }), "d81d19012c");
  EXPECT_EQ(Written([](Writer& out) { out.TypedArray(64, FromHex("0102")); }),
            "d840420102");
}

TEST(Writer, WritesHeadsOfEveryWidth) {
  EXPECT_EQ(Written([](Writer& out) { out.BeginArray(23); }), "97");
  EXPECT_EQ(Written([](Writer& out) { out.BeginArray(24); }), "9818");
  EXPECT_EQ(Written([](Writer& out) { out.BeginArray(256); }), "990100");
  EXPECT_EQ(Written([](Writer& out) { out.BeginArray(65536); }), "9a00010000");
  EXPECT_EQ(Written([](Writer& out) { out.BeginArray(UINT64_C(1) << 32); }),
            "9b0000000100000000");
}

TEST(Writer, CutsBackAndKeepsItsMemory) {
  Writer writer;
  writer.Integer(1);
  const size_t size = writer.size();
  writer.String("dropped");
  writer.Truncate(size);
  EXPECT_EQ(ToHex(writer.bytes()), "01");
  writer.Clear();
  EXPECT_EQ(writer.size(), 0u);
  writer.Raw(FromHex("82f4f5"));
  EXPECT_EQ(ToHex(writer.Take()), "82f4f5");
}

TEST(Writer, WritesInt64InFullForRows) {
  EXPECT_EQ(Written([](Writer& out) { out.Integer(INT64_MAX); }),
            "1b7fffffffffffffff");
  EXPECT_EQ(Written([](Writer& out) { out.Integer(INT64_MIN); }),
            "3b7fffffffffffffff");
}

TEST(Reader, GivesWhatWriterWritesBack) {
  for (const char* hex : kEveryKind) {
    const ByteBuffer bytes = FromHex(hex);
    Reader reader(bytes);
    Writer copy;
    while (!reader.AtEnd()) {
      Item item;
      ASSERT_TRUE(reader.Next(&item)) << hex;
      copy.Head(item);
    }
    EXPECT_EQ(ToHex(copy.bytes()), hex);
  }
}

TEST(Reader, SkipsOneWholeItem) {
  for (const char* hex : kEveryKind) {
    const ByteBuffer bytes = FromHex(std::string(hex) + "01");
    Reader reader(bytes);
    Bytes whole;
    ASSERT_TRUE(reader.Skip(&whole)) << hex << reader.error().message;
    EXPECT_EQ(ToHex(whole), hex);
    EXPECT_EQ(reader.offset(), bytes.size() - 1);
  }
}

}  // namespace
}  // namespace ferrite
