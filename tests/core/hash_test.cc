#include "ferrite/hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/core/hex.h"

namespace ferrite {
namespace {

std::string CanonicalHex(std::string_view hex) {
  Canonicalizer canonicalizer;
  const ByteBuffer item = FromHex(hex);
  const Result<Bytes> canonical = canonicalizer.Canonical(item);
  return canonical.ok() ? ToHex(*canonical) : canonical.error().message;
}

bool IsCanonical(std::string_view hex) {
  Canonicalizer canonicalizer;
  const ByteBuffer item = FromHex(hex);
  const Result<Bytes> canonical = canonicalizer.Canonical(item);
  return canonical.ok() && canonical->data() == item.data() &&
         canonical->size() == item.size();
}

bool IsRefused(std::string_view hex) {
  Canonicalizer canonicalizer;
  const ByteBuffer item = FromHex(hex);
  const Result<Hash128> hash = canonicalizer.Hash(item);
  return !hash.ok() && hash.error().code == ErrorCode::kRecordMalformed;
}

// --- Hash128 --------------------------------------------------------------

TEST(Hash128, IsXxh3With128Bits) {
  EXPECT_EQ(HashBytes({}).ToHex(), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(HashBytes(AsBytes("a")).ToHex(),
            "a96faf705af16834e6c632b61e964e1f");
}

TEST(Hash128, GoesThroughHex) {
  const Hash128 hash{0x0123456789abcdef, 0xfedcba9876543210};
  EXPECT_EQ(hash.ToHex(), "0123456789abcdeffedcba9876543210");
  EXPECT_EQ(Hash128::FromHex(hash.ToHex()), hash);
  EXPECT_EQ(Hash128::FromHex("0123456789ABCDEFfedcba9876543210"), std::nullopt);
  EXPECT_EQ(Hash128::FromHex("0123"), std::nullopt);
  EXPECT_EQ(Hash128::FromHex(std::string(32, '\0')), std::nullopt);
}

TEST(Hash128, IsAddedUpModulo2To128) {
  Hash128 sum{1, UINT64_MAX};
  sum += Hash128{2, 3};
  EXPECT_EQ(sum, (Hash128{4, 2}));
  sum -= Hash128{2, 3};
  EXPECT_EQ(sum, (Hash128{1, UINT64_MAX}));
  Hash128 round{UINT64_MAX, UINT64_MAX};
  round += Hash128{0, 1};
  EXPECT_EQ(round, Hash128());
  round -= Hash128{0, 1};
  EXPECT_EQ(round, (Hash128{UINT64_MAX, UINT64_MAX}));
}

TEST(Hash128, OfATableDoesNotDependOnTheOrderOfItsRows) {
  Hash128 forward;
  Hash128 backward;
  for (int i = 0; i < 100; ++i)
    forward += HashBytes(AsBytes(std::to_string(i)));
  for (int i = 99; i >= 0; --i) {
    backward += HashBytes(AsBytes(std::to_string(i)));
  }
  EXPECT_EQ(forward, backward);
}

// --- Rules 1, 2 and 4 -----------------------------------------------------

TEST(Canonicalizer, LeavesACanonicalItemWhereItLies) {
  for (const char* hex :
       {"01", "f98000", "6449455446", "a2616101616202", "82a0a0",
        "a361610162616200"
        "d9011143eda08002",
        "d90103a202010102", "c1fb41d452d9ec200000",
        "d81b8365417272617903a261300161"
        "3203"}) {
    EXPECT_TRUE(IsCanonical(hex)) << hex << " " << CanonicalHex(hex);
  }
}

TEST(Canonicalizer, GivesNumbersTheirOneForm) {
  EXPECT_EQ(CanonicalHex("fb3ff0000000000000"), "01");
  EXPECT_EQ(CanonicalHex("82f93e001a00000001"), "82fb3ff800000000000001");
  EXPECT_EQ(CanonicalHex("81fb7ff8000000000001"), "81f97e00");
  EXPECT_EQ(CanonicalHex("fb8000000000000000"), "f98000");
}

TEST(Canonicalizer, GivesDatesBigIntsAndHeadsTheirOneForm) {
  EXPECT_EQ(CanonicalHex("d81b8264446174651903e8"), "c101");
  EXPECT_EQ(CanonicalHex("c1fb3ff0000000000000"), "c101");
  EXPECT_EQ(CanonicalHex("c24400000001"), "c24101");
  EXPECT_EQ(CanonicalHex("780161"), "6161");
  EXPECT_EQ(CanonicalHex("b900017801619800"), "a1616180");
  EXPECT_EQ(CanonicalHex("d9001b9802"
                         "64426c6f62"
                         "58"
                         "0101"),
            "d81b8264426c6f624101");
}

TEST(Canonicalizer, OrdersPropertiesByTheirEncodedNames) {
  EXPECT_EQ(CanonicalHex("a2616202616101"), "a2616101616202");
  EXPECT_EQ(CanonicalHex("a262616102617a01"), "a2617a0162616102")
      << "shorter names come first";
  EXPECT_EQ(CanonicalHex("a2d9011143eda080016"
                         "63132333435"
                         "3602"),
            "a2663132333435"
            "3602d9011143eda08001")
      << "text comes before tag 273";
  EXPECT_EQ(CanonicalHex("a2780161016002"), "a26002616101")
      << "whatever the form of the name";
}

TEST(Canonicalizer, OrdersPropertiesAtEveryDepth) {
  EXPECT_EQ(CanonicalHex("a2616ba2616201616102616182a2616201616102a0"),
            "a2616182a2616102616201a0616ba2616102616201");
  EXPECT_EQ(CanonicalHex("d81b83654172726179"
                         "02a261"
                         "310161"
                         "3002"),
            "d81b8365417272617902a2613002613101");
}

TEST(Canonicalizer, KeepsTheOrderOfMapsAndSets) {
  EXPECT_TRUE(IsCanonical("d90103a2616201616102"));
  EXPECT_TRUE(IsCanonical("d9010282616201"));
  EXPECT_EQ(CanonicalHex("d90103a2616201616 1a2616201616102"),
            "d90103a26162016161a2616102616201");
}

TEST(Canonicalizer, RefusesAPropertyNameTwice) {
  EXPECT_TRUE(IsRefused("a2616101616102"));
  EXPECT_TRUE(IsRefused("a3616101616202616103"));
  EXPECT_TRUE(
      IsRefused("a2616101"
                "78016102"));
  EXPECT_FALSE(IsRefused("a2616101d9011143eda08002"));
}

TEST(Canonicalizer, RefusesWhatIsNotOneItem) {
  EXPECT_TRUE(IsRefused(""));
  EXPECT_TRUE(IsRefused("0101"));
  EXPECT_TRUE(IsRefused("8201"));
  EXPECT_TRUE(IsRefused("d81d00"));
  EXPECT_TRUE(IsRefused("82d81d00d81c80"));
}

TEST(Canonicalizer, IsReusableAfterAFailure) {
  Canonicalizer canonicalizer;
  const ByteBuffer broken = FromHex("a2616202a1");
  EXPECT_FALSE(canonicalizer.Canonical(broken).ok());
  const ByteBuffer item = FromHex("a2616202616101");
  EXPECT_EQ(ToHex(*canonicalizer.Canonical(item)), "a2616101616202");
}

// --- Rule 3 ---------------------------------------------------------------

TEST(Canonicalizer, MovesASharedValueToItsFirstPlaceInOrder) {
  // {b: x, a: x} and {a: x, b: x} with x = {}
  EXPECT_EQ(CanonicalHex("a26162d81ca06161d81d00"), "a26161d81ca06162d81d00");
  EXPECT_EQ(CanonicalHex("a26161d81ca06162d81d00"), "a26161d81ca06162d81d00");
}

TEST(Canonicalizer, NumbersSharedValuesAsTheyAreMetInOrder) {
  // {b: [x, x], a: [y, y]}
  EXPECT_EQ(CanonicalHex("a2616282d81ca0d81d00616182d81c80d81d01"),
            "a2616182d81c80d81d00616282d81ca0d81d01");
}

TEST(Canonicalizer, TakesASharedValueApartFromWhatLaysAroundIt) {
  // {b: p, a: q} with p = {q: q} and q = {p: p}: a cycle entered elsewhere.
  EXPECT_EQ(CanonicalHex("a26162d81ca16171d81ca16170d81d006161d81d01"),
            "a26161d81ca16170d81ca16171d81d006162d81d01");
}

TEST(Canonicalizer, KeepsACycle) {
  EXPECT_EQ(CanonicalHex("d81c81d81d00"), "d81c81d81d00");
  EXPECT_EQ(CanonicalHex("d81ca2617ad81d00616101"), "d81ca2616101617ad81d00");
}

TEST(Canonicalizer, DropsTheTagOfWhatNothingRefersTo) {
  EXPECT_EQ(CanonicalHex("82d81c8001"), "828001");
  EXPECT_EQ(CanonicalHex("82d81c80d81c82a0d81d01"), "8280d81c82a0d81d00");
}

TEST(Canonicalizer, TellsSharedFromEqual) {
  EXPECT_NE(CanonicalHex("82d81ca0d81d00"), CanonicalHex("82a0a0"));
}

// A chain that is flat in one order of the properties is nested in the other.
TEST(Canonicalizer, FollowsAChainDeeperThanTheInputIsNested) {
  const auto chain = [](int size, bool forward) {
    Writer out;
    const auto name = [](int i) { return std::to_string(100000 + i); };
    out.BeginObject(static_cast<uint64_t>(size));
    for (int k = 0; k < size; ++k) {
      out.String(name(forward ? k : size - 1 - k));
      out.Shareable();
      if (k == 0) {
        out.BeginArray(0);
      } else {
        out.BeginArray(1);
        out.Reference(static_cast<uint64_t>(k - 1));
      }
    }
    return out.Take();
  };
  Canonicalizer canonicalizer;
  EXPECT_TRUE(canonicalizer.Hash(chain(5000, true)).ok());
  EXPECT_TRUE(canonicalizer.Hash(chain(5000, false)).ok());
}

// --- Equal values, equal hashes -------------------------------------------

// A value as a graph: a scalar, an array or an object, perhaps met twice.
struct Value {
  enum Type { kScalar, kArray, kObject } type = kScalar;
  int scalar = 0;
  std::vector<std::pair<std::string, Value*>> members;
};

class Graph {
 public:
  explicit Graph(uint32_t seed) : random_(seed) { root_ = Make(5); }

  // Encoded with the members of each object in some order.
  ByteBuffer Encode(uint32_t order) {
    order_.seed(order);
    visits_.clear();
    Count(root_);
    numbers_.clear();
    Writer out;
    Write(root_, &out);
    return out.Take();
  }

 private:
  int Below(int limit) {
    return static_cast<int>(random_() % static_cast<unsigned>(limit));
  }

  Value* Make(int depth) {
    if (containers_.size() > 1 && Below(6) == 0) {
      return containers_[static_cast<size_t>(
          Below(static_cast<int>(containers_.size())))];
    }
    values_.push_back(std::make_unique<Value>());
    Value* value = values_.back().get();
    if (depth == 0 || Below(3) == 0) {
      value->scalar = Below(1000) - 500;
      return value;
    }
    value->type = Below(3) == 0 ? Value::kArray : Value::kObject;
    containers_.push_back(value);
    std::map<std::string, Value*> members;
    for (int i = Below(5); i >= 0; --i) {
      const std::string name(static_cast<size_t>(1 + Below(3)),
                             static_cast<char>('a' + Below(5)));
      members[name] = Make(depth - 1);
    }
    value->members.assign(members.begin(), members.end());
    return value;
  }

  void Count(Value* value) {
    if (value->type == Value::kScalar || ++visits_[value] > 1) return;
    for (auto& [name, member] : value->members) Count(member);
  }

  void Write(Value* value, Writer* out) {
    if (value->type == Value::kScalar) return out->Double(value->scalar * 0.5);
    if (visits_[value] > 1) {
      const auto [found, is_new] = numbers_.insert({value, numbers_.size()});
      if (!is_new) return out->Reference(found->second);
      out->Shareable();
    }
    auto members = value->members;
    if (value->type == Value::kArray) {
      out->BeginArray(members.size());
    } else {
      out->BeginObject(members.size());
      std::shuffle(members.begin(), members.end(), order_);
    }
    for (auto& [name, member] : members) {
      if (value->type == Value::kObject) out->String(name);
      Write(member, out);
    }
  }

  std::mt19937 random_;
  std::mt19937 order_;
  std::vector<std::unique_ptr<Value>> values_;
  std::vector<Value*> containers_;
  std::map<Value*, int> visits_;
  std::map<Value*, uint64_t> numbers_;
  Value* root_ = nullptr;
};

TEST(Canonicalizer, GivesEqualValuesEqualHashesWhateverTheOrder) {
  Canonicalizer canonicalizer;
  int rewritten = 0;
  for (uint32_t seed = 0; seed < 3000; ++seed) {
    Graph graph(seed);
    const ByteBuffer first = graph.Encode(0);
    const Result<Bytes> form = canonicalizer.Canonical(first);
    ASSERT_TRUE(form.ok()) << form.error().message << ToHex(first);
    const ByteBuffer canonical(form->begin(), form->end());
    for (uint32_t order = 1; order < 6; ++order) {
      const ByteBuffer other = graph.Encode(order);
      ASSERT_EQ(ToHex(*canonicalizer.Canonical(other)), ToHex(canonical))
          << ToHex(first) << " " << ToHex(other);
      rewritten += other == canonical ? 0 : 1;
    }
    ASSERT_EQ(ToHex(*canonicalizer.Canonical(canonical)), ToHex(canonical));
  }
  EXPECT_GT(rewritten, 5000);
}

TEST(Canonicalizer, SurvivesRandomBytes) {
  std::mt19937 random(3);
  std::vector<ByteBuffer> items;
  for (uint32_t seed = 0; seed < 200; ++seed) {
    items.push_back(Graph(seed).Encode(1));
  }
  Canonicalizer canonicalizer;
  for (size_t i = 0; i < 100000; ++i) {
    ByteBuffer bytes = items[i % items.size()];
    for (int changes = 0; changes < 2; ++changes) {
      bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
    }
    bytes.shrink_to_fit();
    const Result<Bytes> form = canonicalizer.Canonical(bytes);
    if (!form.ok()) continue;
    const ByteBuffer canonical(form->begin(), form->end());
    ASSERT_EQ(ToHex(*canonicalizer.Canonical(canonical)), ToHex(canonical));
  }
}

}  // namespace
}  // namespace ferrite
