#include "ferrite/key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "tests/core/hex.h"

namespace ferrite {
namespace {

std::string SortableHex(Bytes encoded) {
  ByteBuffer sortable;
  const Result<void> result = AppendSortableKey(encoded, &sortable);
  return result.ok() ? ToHex(sortable) : "refused";
}

std::string EncodedHex(std::string_view sortable_hex) {
  Writer encoded;
  const Result<void> result = AppendEncodedKey(FromHex(sortable_hex), &encoded);
  return result.ok() ? ToHex(encoded.bytes()) : "refused";
}

// --- A reference: keys as values, compared by the Indexed Database API's
// "compare two keys" -------------------------------------------------------

struct Key {
  enum Type { kNumber = 1, kDate, kString, kBinary, kArray } type;
  double number = 0;
  std::u16string text;
  ByteBuffer bytes;
  std::vector<Key> members;
};

template <typename T>
int Order(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int Compare(const Key& a, const Key& b) {
  if (a.type != b.type) return Order<int>(a.type, b.type);
  switch (a.type) {
    case Key::kNumber:
    case Key::kDate:
      return Order(a.number, b.number);
    case Key::kString:
      return Order(a.text, b.text);
    case Key::kBinary:
      return Order(a.bytes, b.bytes);
    case Key::kArray:
      break;
  }
  for (size_t i = 0; i < std::min(a.members.size(), b.members.size()); ++i) {
    if (const int order = Compare(a.members[i], b.members[i]); order != 0) {
      return order;
    }
  }
  return Order(a.members.size(), b.members.size());
}

void WriteText(const std::u16string& text, Writer* out) {
  std::string bytes;
  bool has_lone = false;
  for (size_t i = 0; i < text.size(); ++i) {
    uint32_t point = text[i];
    if (point >= 0xD800 && point < 0xDC00 && i + 1 < text.size() &&
        text[i + 1] >= 0xDC00 && text[i + 1] < 0xE000) {
      point = 0x10000 + ((point - 0xD800) << 10) + (text[++i] - 0xDC00u);
    } else if (point >= 0xD800 && point < 0xE000) {
      has_lone = true;
    }
    const int more = point < 0x80      ? 0
                     : point < 0x800   ? 1
                     : point < 0x10000 ? 2
                                       : 3;
    constexpr int kLead[] = {0, 0xC0, 0xE0, 0xF0};
    bytes +=
        static_cast<char>(kLead[more] | static_cast<int>(point >> (6 * more)));
    for (int k = more - 1; k >= 0; --k) {
      bytes += static_cast<char>(0x80 | ((point >> (6 * k)) & 0x3F));
    }
  }
  if (has_lone) {
    out->Wtf8(AsBytes(bytes));
  } else {
    out->String(bytes);
  }
}

void Write(const Key& key, Writer* out) {
  switch (key.type) {
    case Key::kNumber:
      return out->Double(key.number);
    case Key::kDate:
      return out->Date(key.number);
    case Key::kString:
      return WriteText(key.text, out);
    case Key::kBinary:
      return out->Blob(key.bytes);
    case Key::kArray:
      out->BeginArray(key.members.size());
      for (const Key& member : key.members) Write(member, out);
  }
}

class RandomKeys {
 public:
  explicit RandomKeys(uint32_t seed) : random_(seed) {}

  Key Next(int depth = 3) {
    Key key{
        static_cast<Key::Type>(1 + Below(depth > 0 ? 5 : 4)), 0, {}, {}, {}};
    switch (key.type) {
      case Key::kNumber:
        key.number = Number();
        break;
      case Key::kDate:
        key.number = std::trunc(
            std::uniform_real_distribution<>(-8.64e15, 8.64e15)(random_));
        break;
      case Key::kString:
        for (int i = Below(4); i > 0; --i) key.text += kUnits[Below(15)];
        break;
      case Key::kBinary:
        for (int i = Below(4); i > 0; --i) {
          key.bytes.push_back(kOctets[Below(5)]);
        }
        break;
      case Key::kArray:
        for (int i = Below(4); i > 0; --i) {
          key.members.push_back(Next(depth - 1));
        }
    }
    return key;
  }

 private:
  static constexpr char16_t kUnits[] = {0,      1,      'a',    'b',    0x7F,
                                        0x80,   0x7FF,  0x800,  0xD7FF, 0xD800,
                                        0xDBFF, 0xDC00, 0xDFFF, 0xE000, 0xFFFF};
  static constexpr uint8_t kOctets[] = {0, 1, 0x7F, 0xFE, 0xFF};
  static constexpr double kSpecial[] = {0,
                                        -0.0,
                                        1,
                                        -1,
                                        5e-324,
                                        -5e-324,
                                        HUGE_VAL,
                                        -HUGE_VAL,
                                        9007199254740994,
                                        1.7976931348623157e308};

  int Below(int limit) {
    return static_cast<int>(random_() % static_cast<unsigned>(limit));
  }

  double Number() {
    if (Below(2) == 0) return kSpecial[Below(10)];
    return std::ldexp(std::uniform_real_distribution<>(-1, 1)(random_),
                      Below(200) - 100);
  }

  std::mt19937 random_;
};

ByteBuffer Encoded(const Key& key) {
  Writer out;
  Write(key, &out);
  return out.Take();
}

// --- Sortable keys --------------------------------------------------------

TEST(SortableKey, HasTheFormOfTheDocument) {
  EXPECT_EQ(SortableHex(FromHex("00")), "108000000000000000");
  EXPECT_EQ(SortableHex(FromHex("f98000")), "108000000000000000") << "-0 is 0";
  EXPECT_EQ(SortableHex(FromHex("01")), "10bff0000000000000");
  EXPECT_EQ(SortableHex(FromHex("20")), "10400fffffffffffff");
  EXPECT_EQ(SortableHex(FromHex("f97c00")), "10fff0000000000000");
  EXPECT_EQ(SortableHex(FromHex("c101")), "20c08f400000000000");
}

TEST(SortableKey, WritesTextByCodeUnit) {
  EXPECT_EQ(SortableHex(FromHex("60")), "3000");
  EXPECT_EQ(SortableHex(FromHex("6161")), "306100");
  EXPECT_EQ(SortableHex(FromHex("63610062")), "306100ff6200");
  EXPECT_EQ(SortableHex(FromHex("64f09f9880")), "30eda0bdedb88000");
  EXPECT_EQ(SortableHex(FromHex("d9011143eda080")), "30eda08000");
}

TEST(SortableKey, WritesBinariesAndArrays) {
  EXPECT_EQ(SortableHex(FromHex("40")), "4000");
  EXPECT_EQ(SortableHex(FromHex("430001ff")), "4000ff01ff00");
  EXPECT_EQ(SortableHex(FromHex("80")), "5000");
  EXPECT_EQ(SortableHex(FromHex("82616180")), "50306100500000");
}

TEST(SortableKey, IsOrderedAsIndexedDbOrdersKeys) {
  RandomKeys random(1);
  std::vector<Key> keys;
  std::vector<ByteBuffer> sortable;
  for (int i = 0; i < 1200; ++i) {
    keys.push_back(random.Next());
    sortable.emplace_back();
    ASSERT_TRUE(AppendSortableKey(Encoded(keys.back()), &sortable.back()).ok());
  }
  for (size_t i = 0; i < keys.size(); ++i) {
    for (size_t j = 0; j < keys.size(); ++j) {
      ASSERT_EQ(Order(sortable[i], sortable[j]), Compare(keys[i], keys[j]))
          << KeyText(Encoded(keys[i])) << " " << KeyText(Encoded(keys[j]));
    }
  }
}

TEST(SortableKey, GivesTheEncodedKeyBack) {
  RandomKeys random(2);
  for (int i = 0; i < 20000; ++i) {
    Key key = random.Next(5);
    const ByteBuffer encoded = Encoded(key);
    ByteBuffer sortable;
    ASSERT_TRUE(AppendSortableKey(encoded, &sortable).ok());
    Writer back;
    ASSERT_TRUE(AppendEncodedKey(sortable, &back).ok()) << ToHex(sortable);
    ByteBuffer again;
    ASSERT_TRUE(AppendSortableKey(back.bytes(), &again).ok());
    ASSERT_EQ(ToHex(again), ToHex(sortable));
    const bool has_negative_zero =
        ToHex(encoded).find("f98000") != std::string::npos;
    if (!has_negative_zero) {
      ASSERT_EQ(ToHex(back.bytes()), ToHex(encoded));
    }
  }
}

TEST(SortableKey, IsAppended) {
  ByteBuffer out = {0xAA};
  ASSERT_TRUE(AppendSortableKey(FromHex("6161"), &out).ok());
  EXPECT_EQ(ToHex(out), "aa306100");
  EXPECT_FALSE(AppendSortableKey(FromHex("8261"
                                         "61f5"),
                                 &out)
                   .ok());
  EXPECT_EQ(ToHex(out), "aa306100") << "a refused key leaves nothing behind";
}

TEST(SortableKey, RefusesWhatIsNoKey) {
  for (const char* hex : {"", "f7", "f6", "f5", "f97e00", "c1f97e00", "a0",
                          "d90103a0", "d9010280", "c24101", "d8404101",
                          "81f97e00", "8181f6", "d81c80", "0101",
                          "8101"
                          "01",
                          "8261", "d9524a82616160"}) {
    EXPECT_EQ(SortableHex(FromHex(hex)), "refused") << hex;
  }
}

TEST(SortableKey, BoundsTheDepth) {
  ByteBuffer deep(1000000, 0x81);
  deep.push_back(0x80);
  EXPECT_EQ(SortableHex(deep), "refused");
  ByteBuffer sortable(1000000, 0x50);
  sortable.insert(sortable.end(), 1000000, 0x00);
  Writer out;
  EXPECT_FALSE(AppendEncodedKey(sortable, &out).ok());
}

TEST(EncodedKey, RefusesWhatIsNoSortableKey) {
  for (const char* hex : {"",
                          "00",
                          "10",
                          "10800000000000",
                          "107fffffffffffffff",
                          "10fff8000000000000",
                          "10bff000000000000000",
                          "20bff8000000000000",
                          "20fff0000000000000",
                          "30",
                          "3061",
                          "308000",
                          "30c08000",
                          "30f09f988000",
                          "30e0808000",
                          "30616100"
                          "00",
                          "40",
                          "4000ff",
                          "50",
                          "5000"
                          "00",
                          "503061",
                          "6000",
                          "ff"}) {
    EXPECT_EQ(EncodedHex(hex), "refused") << hex;
  }
}

TEST(EncodedKey, LeavesNothingBehindWhenRefused) {
  Writer out;
  out.Integer(1);
  EXPECT_FALSE(AppendEncodedKey(FromHex("50306100"), &out).ok());
  EXPECT_EQ(ToHex(out.bytes()), "01");
}

TEST(EncodedKey, SurvivesRandomBytes) {
  RandomKeys random(3);
  std::mt19937 noise(4);
  for (int i = 0; i < 100000; ++i) {
    ByteBuffer sortable;
    ASSERT_TRUE(AppendSortableKey(Encoded(random.Next()), &sortable).ok());
    sortable[noise() % sortable.size()] = static_cast<uint8_t>(noise());
    sortable.resize(sortable.size() - noise() % 2);
    sortable.shrink_to_fit();
    Writer out;
    if (!AppendEncodedKey(sortable, &out).ok()) continue;
    ByteBuffer again;
    ASSERT_TRUE(AppendSortableKey(out.bytes(), &again).ok()) << ToHex(sortable);
  }
}

// --- Text -----------------------------------------------------------------

template <typename WriteKey>
std::string TextOf(WriteKey write) {
  Writer out;
  write(out);
  return KeyText(out.bytes());
}

TEST(KeyText, ShowsKeysAsAPersonReadsThem) {
  EXPECT_EQ(TextOf([](Writer& out) { out.Integer(42); }), "42");
  EXPECT_EQ(TextOf([](Writer& out) { out.Double(-0.1); }), "-0.1");
  EXPECT_EQ(TextOf([](Writer& out) { out.Double(HUGE_VAL); }), "Infinity");
  EXPECT_EQ(TextOf([](Writer& out) { out.String("abc"); }), "\"abc\"");
  EXPECT_EQ(TextOf([](Writer& out) { out.Blob(FromHex("0a0b")); }),
            "bytes(0a0b)");
  EXPECT_EQ(TextOf([](Writer& out) {
              out.BeginArray(3);
              out.Integer(1);
              out.String("x");
              out.BeginArray(0);
            }),
            "[1, \"x\", []]");
}

TEST(KeyText, ShowsDatesAsIsoText) {
  const auto text = [](double milliseconds) {
    return TextOf([&](Writer& out) { out.Date(milliseconds); });
  };
  EXPECT_EQ(text(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(text(1704164645678), "2024-01-02T03:04:05.678Z");
  EXPECT_EQ(text(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(text(951782400000), "2000-02-29T00:00:00.000Z");
  EXPECT_EQ(text(8.64e15), "+275760-09-13T00:00:00.000Z");
  EXPECT_EQ(text(-8.64e15), "-271821-04-20T00:00:00.000Z");
  EXPECT_EQ(text(-62198755200000), "-000001-01-01T00:00:00.000Z");
}

TEST(KeyText, EscapesWhatIsNoPlainText) {
  EXPECT_EQ(TextOf([](Writer& out) { out.String("a\"\\\n\x7F"); }),
            R"("a\"\\\u000a\u007f")");
  EXPECT_EQ(TextOf([](Writer& out) { out.Wtf8(FromHex("61eda08062")); }),
            R"("a\ud800b")");
}

TEST(KeyText, IsShortenedTo200Characters) {
  const std::string text =
      TextOf([](Writer& out) { out.String(std::string(300, 'x')); });
  EXPECT_EQ(text, "\"" + std::string(198, 'x') + "…");
  std::string wide;
  for (int i = 0; i < 300; ++i) wide += "😀";
  const std::string cut = TextOf([&](Writer& out) { out.String(wide); });
  EXPECT_EQ(cut, "\"" + wide.substr(0, 4 * 198) + "…");
  const std::string exact =
      TextOf([](Writer& out) { out.String(std::string(198, 'x')); });
  EXPECT_EQ(exact, "\"" + std::string(198, 'x') + "\"");
  EXPECT_LT(TextOf([](Writer& out) {
              out.BeginArray(100000);
              for (int i = 0; i < 100000; ++i) out.Integer(i);
            }).size(),
            210u);
  EXPECT_LT(TextOf([](Writer& out) { out.Blob(ByteBuffer(100000)); }).size(),
            210u);
}

TEST(KeyText, ShowsWhatIsNoKeyToo) {
  EXPECT_EQ(KeyText(FromHex("a0")), "(no key)");
  EXPECT_EQ(KeyText(FromHex("6261")), "(malformed)");
  EXPECT_EQ(KeyText(FromHex("820161")), "[1, (malformed)");
}

}  // namespace
}  // namespace ferrite
