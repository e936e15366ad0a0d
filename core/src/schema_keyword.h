// The keywords of JSON Schema, and what Ferrite does with them.
#ifndef FERRITE_SRC_SCHEMA_KEYWORD_H_
#define FERRITE_SRC_SCHEMA_KEYWORD_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ferrite::internal {

enum class SchemaKeyword : uint8_t {
  kUnknown,
  kUnsupported,
  kAnnotation,  // says nothing that is checked
  kDialect,     // $schema
  kName,        // $id, $anchor
  kDefinitions,
  kRef,
  kType,
  kEnum,
  kConst,
  kMinimum,
  kMaximum,
  kExclusiveMinimum,
  kExclusiveMaximum,
  kMultipleOf,
  kMinLength,
  kMaxLength,
  kPattern,
  kFormat,
  kMinItems,
  kMaxItems,
  kMinContains,
  kMaxContains,
  kUniqueItems,
  kPrefixItems,
  kItems,
  kAdditionalItems,
  kContains,
  kMinProperties,
  kMaxProperties,
  kRequired,
  kProperties,
  kPatternProperties,
  kAdditionalProperties,
  kPropertyNames,
  kDependentRequired,
  kDependentSchemas,
  kDependencies,
  kAllOf,
  kAnyOf,
  kOneOf,
  kNot,
  kIf,
  kThen,
  kElse,
};

SchemaKeyword FindSchemaKeyword(std::string_view name);

// Those that a schema may have, the usual ones first.
std::span<const std::string_view> SchemaKeywordNames();

// What to do instead of an unsupported keyword.
std::string UnsupportedHint(std::string_view name);

// The bits of schema_node.h's SchemaType; 0 for a name that is no type.
uint8_t SchemaTypesOf(std::string_view name);

// What to do about a name that is no type.
std::string TypeHint(std::string_view name);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_KEYWORD_H_
