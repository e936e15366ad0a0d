#include "schema_keyword.h"

#include <array>

#include "schema_node.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

using enum SchemaKeyword;

struct Named {
  std::string_view name;
  SchemaKeyword keyword;
};

constexpr Named kKeywords[] = {
    {"type", kType},
    {"properties", kProperties},
    {"required", kRequired},
    {"additionalProperties", kAdditionalProperties},
    {"items", kItems},
    {"enum", kEnum},
    {"const", kConst},
    {"format", kFormat},
    {"pattern", kPattern},
    {"minLength", kMinLength},
    {"maxLength", kMaxLength},
    {"minimum", kMinimum},
    {"maximum", kMaximum},
    {"exclusiveMinimum", kExclusiveMinimum},
    {"exclusiveMaximum", kExclusiveMaximum},
    {"multipleOf", kMultipleOf},
    {"anyOf", kAnyOf},
    {"oneOf", kOneOf},
    {"allOf", kAllOf},
    {"not", kNot},
    {"$ref", kRef},
    {"$defs", kDefinitions},
    {"prefixItems", kPrefixItems},
    {"minItems", kMinItems},
    {"maxItems", kMaxItems},
    {"uniqueItems", kUniqueItems},
    {"contains", kContains},
    {"minContains", kMinContains},
    {"maxContains", kMaxContains},
    {"patternProperties", kPatternProperties},
    {"propertyNames", kPropertyNames},
    {"minProperties", kMinProperties},
    {"maxProperties", kMaxProperties},
    {"dependentRequired", kDependentRequired},
    {"dependentSchemas", kDependentSchemas},
    {"if", kIf},
    {"then", kThen},
    {"else", kElse},
    {"$schema", kDialect},
    {"$id", kName},
    {"$anchor", kName},
    {"$comment", kAnnotation},
    {"title", kAnnotation},
    {"description", kAnnotation},
    {"default", kAnnotation},
    {"examples", kAnnotation},
    {"deprecated", kAnnotation},
    {"readOnly", kAnnotation},
    {"writeOnly", kAnnotation},
    {"contentEncoding", kAnnotation},
    {"contentMediaType", kAnnotation},
    {"contentSchema", kAnnotation},
    // Draft 7:
    {"definitions", kDefinitions},
    {"dependencies", kDependencies},
    {"additionalItems", kAdditionalItems},
};

constexpr auto kNames = [] {
  std::array<std::string_view, std::size(kKeywords)> names;
  for (size_t i = 0; i < names.size(); ++i) names[i] = kKeywords[i].name;
  return names;
}();

struct Instead {
  std::string_view name;
  std::string_view hint;
};

constexpr Instead kUnsupportedKeywords[] = {
    {"unevaluatedProperties",
     "Write the object's properties into one schema with "
     "additionalProperties."},
    {"unevaluatedItems", "Write prefixItems and items into one schema."},
    {"$dynamicRef", "Use $ref."},
    {"$dynamicAnchor", "Use $anchor."},
    {"$recursiveRef", "Use $ref."},
    {"$recursiveAnchor", "Use $anchor."},
    {"$vocabulary", "Leave it out: the vocabulary is fixed."},
};

// TypeBox has types that no JSON value has.
constexpr Instead kForeignTypes[] = {
    {"Date",
     "A Date is checked as the string {\"type\": \"string\", \"format\": "
     "\"date-time\"}."},
    {"bigint", "A BigInt is checked as {\"type\": \"integer\"}."},
    {"Uint8Array",
     "Bytes are checked as the string {\"type\": \"string\", \"format\": "
     "\"base64\"}."},
    {"undefined", "Leave the property out of required."},
    {"void", "Leave the property out of required."},
};

}  // namespace

SchemaKeyword FindSchemaKeyword(std::string_view name) {
  for (const Named& known : kKeywords) {
    if (known.name == name) return known.keyword;
  }
  for (const Instead& known : kUnsupportedKeywords) {
    if (known.name == name) return kUnsupported;
  }
  return kUnknown;
}

std::span<const std::string_view> SchemaKeywordNames() { return kNames; }

std::string UnsupportedHint(std::string_view name) {
  for (const Instead& known : kUnsupportedKeywords) {
    if (known.name == name) return std::string(known.hint);
  }
  return "";
}

uint8_t SchemaTypesOf(std::string_view name) {
  if (name == "string") return kTypeString;
  if (name == "number") return kTypeWhole | kTypeFraction;
  if (name == "integer") return kTypeWhole;
  if (name == "boolean") return kTypeBoolean;
  if (name == "object") return kTypeObject;
  if (name == "array") return kTypeArray;
  if (name == "null") return kTypeNull;
  return 0;
}

std::string TypeHint(std::string_view name) {
  for (const Instead& foreign : kForeignTypes) {
    if (foreign.name == name) return std::string(foreign.hint);
  }
  constexpr std::string_view kTypes[] = {
      "string", "number", "integer", "boolean", "object", "array", "null"};
  return SuggestHint(name, kTypes);
}

}  // namespace ferrite::internal
