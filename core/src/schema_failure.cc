#include "schema_failure.h"

#include <utility>

#include "json_pointer.h"
#include "suggest.h"
#include "text_forms.h"

namespace ferrite::internal {
namespace {

constexpr char kHex[] = "0123456789abcdef";

// Also U+007F to U+009F and the marks that turn the direction of writing.
std::string WithoutControls(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<uint8_t>(text[i]);
    const auto next =
        static_cast<uint8_t>(i + 1 < text.size() ? text[i + 1] : 0);
    if (c < 0x20 || c == 0x7f) {
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
    } else if (c == 0xc2 && next < 0xa0) {
      out += "\\u00";
      out += kHex[next >> 4];
      out += kHex[next & 15];
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::string DescribeFound(const Item& item) {
  std::string text;
  switch (item.kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return item.boolean ? "true" : "false";
    case Kind::kInteger:
      AppendInteger(item.integer, &text);
      return text;
    case Kind::kDouble:
      AppendDouble(item.number, &text);
      return text;
    case Kind::kBigInt:
      if (item.bytes.size() > 40) return "a BigInt";
      AppendBigInt(item, &text);
      return text;
    case Kind::kString:
      return WithoutControls(Quoted(AsText(item.bytes)));
    case Kind::kBytes:
      return "bytes";
    case Kind::kDate:
      return "a Date";
    case Kind::kArray:
    case Kind::kMap:
      return "an array";
    default:
      return "an object";
  }
}

void SchemaFailure::Clear() {
  path_.clear();
  noted_ = false;
}

void SchemaFailure::Enter(std::string_view name) { path_.emplace_back(name); }

void SchemaFailure::EnterItem(uint64_t index) {
  path_.push_back(std::to_string(index));
}

void SchemaFailure::Note(std::string message, std::string hint) {
  if (noted_) return;
  noted_ = true;
  error_ = {ErrorCode::kSchema, std::move(message), std::move(hint),
            ToPointer(path_)};
}

void SchemaFailure::Note(const Item& found, const std::string& wanted) {
  Note("Found " + DescribeFound(found) + ", which must " + wanted + ".", "");
}

void SchemaFailure::NoteMissing(std::string_view name) {
  Enter(name);
  Note("It is missing.", "The schema requires it.");
  Leave();
}

}  // namespace ferrite::internal
