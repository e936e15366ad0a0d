#include "column_type.h"

#include <iterator>

namespace ferrite::internal {
namespace {

constexpr std::string_view kNames[] = {
    "text", "integer", "real", "boolean", "datetime", "bigint",
    "blob", "json",    "any",  "key",     "uuid",     "datetime-text"};
static_assert(std::size(kNames) ==
              static_cast<size_t>(ColumnType::kDatetimeText) + 1);

constexpr std::string_view kConversions[] = {
    "auto",         "text",    "number", "iso",
    "milliseconds", "seconds", "base64", "json"};
static_assert(std::size(kConversions) == static_cast<size_t>(Convert::kJson));

}  // namespace

std::span<const std::string_view> ColumnTypeNames() { return kNames; }

std::span<const std::string_view> ConvertNames() { return kConversions; }

std::vector<Convert> ConversionsOf(ColumnType type) {
  switch (type) {
    case ColumnType::kInteger:
    case ColumnType::kReal:
    case ColumnType::kBigInt:
      return {Convert::kAuto, Convert::kText};
    case ColumnType::kBoolean:
      return {Convert::kAuto, Convert::kNumber, Convert::kText};
    case ColumnType::kText:
      return {Convert::kAuto, Convert::kNumber};
    case ColumnType::kDatetime:
    case ColumnType::kDatetimeText:
      return {Convert::kAuto, Convert::kIso, Convert::kMilliseconds,
              Convert::kSeconds};
    case ColumnType::kBlob:
      return {Convert::kAuto, Convert::kBase64};
    case ColumnType::kJson:
      return {Convert::kAuto, Convert::kJson};
    case ColumnType::kAny:
    case ColumnType::kUuid:
      return {Convert::kAuto};
    case ColumnType::kKey:
      return {};
  }
  return {};
}

}  // namespace ferrite::internal
