// The JSON text of a schema as a tree. Numbers keep their text, so that a limit
// beyond 2^53 stays what it says.
#ifndef FERRITE_SRC_SCHEMA_JSON_H_
#define FERRITE_SRC_SCHEMA_JSON_H_

#include <string>
#include <string_view>
#include <vector>

#include "ferrite/encoding.h"
#include "ferrite/error.h"

namespace ferrite::internal {

struct SchemaJson {
  enum class Type { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

  Type type = Type::kNull;
  std::string text;                // a string's text, a number's digits
  std::vector<SchemaJson> items;   // of an array or an object
  std::vector<std::string> names;  // of an object: names[i] is items[i]'s

  bool Is(Type wanted) const { return type == wanted; }
  bool IsSchema() const {
    return Is(Type::kObject) || Is(Type::kTrue) || Is(Type::kFalse);
  }
  const SchemaJson* Find(std::string_view name) const;
};

// What a value is, for messages: `the string "x"`, `an array`, `null`.
std::string Describe(const SchemaJson& value);

// kPlanSyntax; kPlanInvalid, its path beginning with `path`, for a member that
// comes twice and for text that nests too deep.
Result<SchemaJson> ParseSchemaJson(std::string_view json,
                                   const std::string& path);

// The text again: members in order, without layout.
void AppendSchemaJson(const SchemaJson& value, std::string* out);

// The record that the value stands for; a whole number beyond 2^53 is a
// BigInt. False for a number that is too large for both.
bool EncodeSchemaJson(const SchemaJson& value, Writer* out);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_JSON_H_
