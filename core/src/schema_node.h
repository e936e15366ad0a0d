// SchemaNode: one schema, compiled. Schemas name each other by number.
#ifndef FERRITE_SRC_SCHEMA_NODE_H_
#define FERRITE_SRC_SCHEMA_NODE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ferrite/encoding.h"
#include "regex.h"
#include "schema_format.h"
#include "schema_number.h"

namespace ferrite::internal {

inline constexpr uint32_t kNoSchema = UINT32_MAX;

// JSON's types; a whole number is kWhole, any other kFraction.
enum SchemaType : uint8_t {
  kTypeNull = 1,
  kTypeBoolean = 2,
  kTypeWhole = 4,
  kTypeFraction = 8,
  kTypeString = 16,
  kTypeArray = 32,
  kTypeObject = 64,
  kTypeAll = 127,
};

// A constant of a schema.
struct SchemaConstant {
  ByteBuffer encoded;
  std::string json;  // for messages
};

struct ValueRules {                  // enum, const
  std::vector<std::string> strings;  // sorted
  std::vector<SchemaConstant> others;
  std::string json;  // all of them, for messages
};

struct NumberLimit {
  SchemaConstant constant;
  Item item;
  bool exclusive = false;
};

struct NumberRules {
  std::optional<NumberLimit> least, most;
  std::optional<NumberLimit> above, below;  // exclusive
  std::optional<Decimal> divisor;
  std::string divisor_text;
};

struct SchemaPattern {
  uint32_t regex;  // number in SchemaProgram::regexes
  std::string text;
};

struct StringRules {
  uint64_t least = 0;
  uint64_t most = UINT64_MAX;
  std::vector<SchemaPattern> patterns;
  const SchemaFormat* format = nullptr;
  // Any Date's text (24 characters, in years of four digits) satisfies this.
  bool takes_dates = false;
};

struct ArrayRules {
  std::vector<uint32_t> prefix;
  uint32_t items = kNoSchema;
  uint32_t contains = kNoSchema;
  uint64_t least_contained = 1, most_contained = UINT64_MAX;
  uint64_t least = 0, most = UINT64_MAX;
  bool unique = false;
};

struct ObjectRules {
  // A name that a keyword mentions.
  struct Slot {
    std::string name;
    ByteBuffer encoded;           // the name as it lies in a record
    uint32_t schema = kNoSchema;  // in `properties`, or else `additional`
    bool required = false;
    bool declared = false;  // in `properties`
  };
  struct Dependency {
    uint32_t slot;
    std::vector<uint32_t> slots;  // that must be there too
    uint32_t schema = kNoSchema;  // that the object must satisfy
  };
  std::vector<Slot> slots;         // sorted by name
  uint32_t first_guess = 0;        // number of its first guess in the checker
  std::vector<uint64_t> required;  // a bit for each slot
  std::vector<Dependency> dependencies;
  std::vector<std::pair<SchemaPattern, uint32_t>> patterns;
  uint32_t additional = kNoSchema;
  uint32_t names = kNoSchema;
  uint64_t least = 0, most = UINT64_MAX;
};

// Keywords that apply schemas to the value itself.
struct InPlaceRules {
  std::vector<uint32_t> all;  // allOf and $ref
  std::vector<uint32_t> any;
  std::vector<uint32_t> one;
  uint32_t none = kNoSchema;  // not
  uint32_t condition = kNoSchema, then = kNoSchema, otherwise = kNoSchema;
};

struct SchemaNode {
  uint8_t types = kTypeAll;  // 0: the schema false
  std::unique_ptr<ValueRules> values;
  std::unique_ptr<NumberRules> number;
  std::unique_ptr<StringRules> string;
  std::unique_ptr<ArrayRules> array;
  std::unique_ptr<ObjectRules> object;
  std::unique_ptr<InPlaceRules> in_place;
};

struct SchemaProgram {
  std::vector<SchemaNode> nodes;
  uint32_t root = 0;
  std::vector<std::shared_ptr<const Regex>> regexes;
  uint32_t guesses = 0;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_NODE_H_
