// Random records of every kind, nested, with references, awkward names and
// names that plans ask for. The same in every build: no std distribution is
// used.
#ifndef FERRITE_TESTS_SUPPORT_RANDOM_RECORD_H_
#define FERRITE_TESTS_SUPPORT_RANDOM_RECORD_H_

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/encoding.h"

namespace ferrite::testing {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15 + 1) {}

  uint64_t Next() {  // splitmix64
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  uint64_t Below(uint64_t end) { return Next() % end; }
  bool OneIn(uint64_t n) { return Below(n) == 0; }

  template <typename List>
  const auto& Of(const List& list) {
    return list[Below(std::size(list))];
  }

 private:
  uint64_t state_;
};

inline constexpr std::string_view kNames[] = {
    "a",
    "b",
    "c",
    "id",
    "_key",
    "_unmapped",
    "__proto__",
    "",
    "a/b",
    "~",
    "0",
    "1",
    "é",
    "$key",
    std::string_view("n\0l", 3),
    "a long name of more than twenty-three bytes"};

class RandomRecord {
 public:
  explicit RandomRecord(Random* random) : random_(*random) {}

  void Write(Writer* out) {
    out_ = out;
    shared_ = 0;
    refers_ = random_.OneIn(8);
    if (random_.OneIn(12)) return Value(0);
    Object(0, 8);
  }

 private:
  static constexpr int kDeepest = 5;

  void Value(int depth) {
    const uint64_t kind = random_.Below(depth < kDeepest ? 26 : 14);
    if (refers_ && kind >= 14 && random_.OneIn(3)) return Shared(depth);
    switch (kind) {
      case 0:
        return out_->Undefined();
      case 1:
        return out_->Null();
      case 2:
        return out_->Bool(random_.OneIn(2));
      case 3:
      case 4:
        return out_->Double(Number());
      case 5:
        return out_->Integer(static_cast<int64_t>(random_.Below(1000)) - 500);
      case 6:
      case 7:
      case 8:
        return Text();
      case 9:
        return out_->BigInt(Bits(random_.Below(12)), random_.OneIn(2));
      case 10:
        return out_->Date(random_.OneIn(8) ? std::nan("") : Time());
      case 11:
        return out_->Blob(Bits(random_.Below(9)));
      case 12:
        return out_->TypedArray(64, Bits(random_.Below(9)));
      case 13:
        return out_->TypedArray(random_.Of(kTypedTags), Bits(8));
      case 14:
      case 15:
        return Items(&Writer::BeginArray, depth);
      case 16:
      case 17:
      case 18:
        return Object(depth, 5);
      case 19:
        return Items(&Writer::BeginSet, depth);
      case 20:
        out_->BeginMap(1);
        Value(depth + 1);
        return Value(depth + 1);
      case 21:
        out_->BeginRegExp();
        Text();
        return Text();
      case 22:
        out_->BeginInstance("Blob", 2);
        out_->String("text/plain");
        return out_->Blob(Bits(random_.Below(9)));
      case 23:
        out_->BeginInstance("File", 4);
        Text();
        out_->String("");
        out_->Integer(5);
        return out_->Blob(Bits(random_.Below(9)));
      case 24:
        out_->BeginInstance("Array", 2);
        out_->Integer(9);
        return Object(depth, 3);
      default:
        out_->BeginInstance("Uint16Array", 3);
        out_->Blob(Bits(8));
        out_->Integer(2);
        return out_->Integer(static_cast<int64_t>(random_.Below(4)));
    }
  }

  void Shared(int depth) {
    if (shared_ > 0 && random_.OneIn(2)) {
      return out_->Reference(random_.Below(shared_));
    }
    out_->Shareable();
    ++shared_;
    Object(depth, 4);
  }

  void Items(void (Writer::*begin)(uint64_t), int depth) {
    const uint64_t count = random_.Below(4);
    (out_->*begin)(count);
    for (uint64_t i = 0; i < count; ++i) Value(depth + 1);
  }

  void Object(int depth, uint64_t most) {
    std::vector<std::string_view> names;
    for (uint64_t i = random_.Below(most + 1); i > 0; --i) {
      const std::string_view name = random_.Of(kNames);
      bool used = false;
      for (const std::string_view other : names) used |= other == name;
      if (!used) names.push_back(name);
    }
    const bool surrogate = random_.OneIn(10);
    out_->BeginObject(names.size() + (surrogate ? 1 : 0));
    for (const std::string_view name : names) {
      out_->String(name);
      Value(depth + 1);
    }
    if (!surrogate) return;
    out_->Wtf8(AsBytes("a\xed\xa0\xbd"));
    Value(depth + 1);
  }

  void Text() {
    static constexpr std::string_view kTexts[] = {"",
                                                  "a",
                                                  "12",
                                                  "-0",
                                                  "1e5",
                                                  "0x10",
                                                  "null",
                                                  "é😀",
                                                  "line\n\"q\"\\",
                                                  std::string_view("n\0l", 3),
                                                  "\x7f\x1f",
                                                  "\xe2\x80\xa8"};
    if (random_.OneIn(10)) return out_->Wtf8(AsBytes("x\xed\xb0\x80y"));
    out_->String(random_.Of(kTexts));
  }

  double Number() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    static const double kNumbers[] = {0,
                                      -0.0,
                                      1,
                                      -1,
                                      0.1,
                                      -1.5,
                                      1e-7,
                                      5e-324,
                                      1e21,
                                      1e300,
                                      1e19,
                                      1e18,
                                      2147483648.0,
                                      9007199254740992.0,
                                      -9007199254740992.0,
                                      9007199254740994.0,
                                      281474976710656.0,
                                      kInfinity,
                                      -kInfinity,
                                      std::nan(""),
                                      123456.789,
                                      1.7976931348623157e308};
    if (!random_.OneIn(3)) return random_.Of(kNumbers);
    double value;
    const uint64_t bits = random_.Next();
    static_assert(sizeof value == sizeof bits);
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }

  double Time() {
    static constexpr double kTimes[] = {0,
                                        -1,
                                        1,
                                        1700000000123,
                                        -62135596800001,
                                        2251799813685247,
                                        2251799813685248,
                                        8.64e15,
                                        -8.64e15};
    if (random_.OneIn(2)) return random_.Of(kTimes);
    return std::trunc(static_cast<double>(random_.Next() >> 11) - 4.5e15);
  }

  Bytes Bits(uint64_t size) {
    for (uint8_t& byte : bytes_) byte = static_cast<uint8_t>(random_.Next());
    return Bytes(bytes_).first(static_cast<size_t>(size));
  }

  static constexpr uint32_t kTypedTags[] = {68, 69, 70, 71, 72, 77,
                                            78, 79, 84, 85, 86};

  Random& random_;
  Writer* out_ = nullptr;
  uint64_t shared_ = 0;
  bool refers_ = false;
  std::array<uint8_t, 16> bytes_{};
};

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_RANDOM_RECORD_H_
