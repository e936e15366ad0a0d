// The formats that a schema may ask of a string.
#ifndef FERRITE_SRC_SCHEMA_FORMAT_H_
#define FERRITE_SRC_SCHEMA_FORMAT_H_

#include <span>
#include <string_view>

namespace ferrite::internal {

struct SchemaFormat {
  std::string_view name;
  // A text that matches the pattern passes the check, so that a schema which
  // has this very pattern next to the format needs no check. Without a check
  // the pattern is the format; a format with neither says nothing that the
  // pattern next to it does not say, and needs one there.
  bool (*check)(std::string_view text);
  std::string_view pattern;
};

// Null for a format that is not known.
const SchemaFormat* FindSchemaFormat(std::string_view name);

// All names, the usual ones first.
std::span<const std::string_view> SchemaFormatNames();

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_FORMAT_H_
