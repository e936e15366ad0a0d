#include "schema_json.h"

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

#include "json_pointer.h"
#include "number.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::json;
using Type = SchemaJson::Type;

constexpr size_t kMaxDepth = 200;
constexpr size_t kMaxDigits = 400;  // of a whole number

class TreeBuilder {
 public:
  explicit TreeBuilder(std::string path) : base_(std::move(path)) {}

  // The interface that nlohmann's sax_parse calls; false stops the parser.
  bool null() { return Add({}); }
  bool boolean(bool value) {
    return AddScalar(value ? Type::kTrue : Type::kFalse, "");
  }
  bool number_integer(int64_t value) {
    return AddScalar(Type::kNumber, std::to_string(value));
  }
  bool number_unsigned(uint64_t value) {
    return AddScalar(Type::kNumber, std::to_string(value));
  }
  bool number_float(double, const std::string& text) {
    return AddScalar(Type::kNumber, text);
  }
  bool string(std::string& value) {
    return AddScalar(Type::kString, std::move(value));
  }
  bool binary(Json::binary_t&) { return false; }
  bool start_object(size_t) { return Open(Type::kObject); }
  bool start_array(size_t) { return Open(Type::kArray); }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }
  bool key(std::string& name) {
    Frame& frame = frames_.back();
    const bool is_new = frame.seen.insert(name).second;
    frame.value.names.push_back(std::move(name));
    if (is_new) return true;
    return Fail(
        {ErrorCode::kPlanInvalid,
         "The member " + Quoted(frame.value.names.back()) + " appears twice.",
         "Keep one of them.", Path()});
  }
  bool parse_error(size_t position, const std::string&,
                   const Json::exception&) {
    return Fail(
        {ErrorCode::kPlanSyntax,
         "The schema is no JSON at byte " + std::to_string(position) + ".", "",
         base_});
  }

  SchemaJson TakeRoot() { return std::move(root_); }
  const Error& error() const { return error_; }

 private:
  struct Frame {
    SchemaJson value;
    std::unordered_set<std::string> seen;
  };

  bool Fail(Error error) {
    error_ = std::move(error);
    return false;
  }
  bool AddScalar(Type type, std::string text) {
    SchemaJson value;
    value.type = type;
    value.text = std::move(text);
    return Add(std::move(value));
  }
  bool Add(SchemaJson value) {
    if (frames_.empty()) {
      root_ = std::move(value);
    } else {
      frames_.back().value.items.push_back(std::move(value));
    }
    return true;
  }
  bool Open(Type type) {
    if (frames_.size() == kMaxDepth) {
      return Fail({ErrorCode::kPlanInvalid,
                   "The schema nests deeper than 200 levels.",
                   "Move parts into $defs and refer to them.", base_});
    }
    frames_.emplace_back();
    frames_.back().value.type = type;
    return true;
  }
  bool Close() {
    SchemaJson value = std::move(frames_.back().value);
    frames_.pop_back();
    return Add(std::move(value));
  }
  std::string Path() const {
    std::string path = base_;
    for (const Frame& frame : frames_) {
      AppendToken(frame.value.Is(Type::kObject)
                      ? frame.value.names.back()
                      : std::to_string(frame.value.items.size()),
                  &path);
    }
    return path;
  }

  std::string base_;
  SchemaJson root_;
  std::vector<Frame> frames_;
  Error error_;
};

bool IsWhole(std::string_view digits) {
  return digits.find_first_of(".eE") == std::string_view::npos;
}

// Multiplies the magnitude by ten and adds the digit.
void Shift(uint32_t digit, std::vector<uint8_t>* magnitude) {
  uint32_t carry = digit;
  for (size_t i = magnitude->size(); i-- > 0;) {
    const uint32_t sum = (*magnitude)[i] * 10u + carry;
    (*magnitude)[i] = static_cast<uint8_t>(sum);
    carry = sum >> 8;
  }
  if (carry > 0) {
    magnitude->insert(magnitude->begin(), static_cast<uint8_t>(carry));
  }
}

bool EncodeWhole(std::string_view digits, Writer* out) {
  const bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  if (digits.size() > kMaxDigits) return false;
  std::vector<uint8_t> magnitude;
  for (const char c : digits) Shift(static_cast<uint32_t>(c - '0'), &magnitude);
  if (magnitude.size() < 8) {
    const auto value =
        static_cast<int64_t>(LoadBigEndian(magnitude.data(), magnitude.size()));
    if (value <= kMaxInteger) {
      out->Integer(negative ? -value : value);
      return true;
    }
  }
  if (negative) {  // the encoding has n - 1
    size_t i = magnitude.size();
    while (magnitude[--i]-- == 0) {
    }
    if (magnitude[0] == 0) magnitude.erase(magnitude.begin());
  }
  out->BigInt(magnitude, negative);
  return true;
}

bool EncodeNumber(const std::string& digits, Writer* out) {
  if (IsWhole(digits)) return EncodeWhole(digits, out);
  const double value = std::strtod(digits.c_str(), nullptr);
  if (!std::isfinite(value)) return false;
  out->Double(value == 0 ? 0 : value);
  return true;
}

}  // namespace

const SchemaJson* SchemaJson::Find(std::string_view name) const {
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return &items[i];
  }
  return nullptr;
}

std::string Describe(const SchemaJson& value) {
  switch (value.type) {
    case Type::kNull:
      return "null";
    case Type::kFalse:
      return "false";
    case Type::kTrue:
      return "true";
    case Type::kNumber:
      return "the number " + value.text.substr(0, 60);
    case Type::kString:
      return "the string " + Quoted(value.text);
    case Type::kArray:
      return "an array";
    case Type::kObject:
      return "an object";
  }
  return "";
}

Result<SchemaJson> ParseSchemaJson(std::string_view json,
                                   const std::string& path) {
  TreeBuilder builder(path);
  if (!Json::sax_parse(json, &builder)) return builder.error();
  return builder.TakeRoot();
}

void AppendSchemaJson(const SchemaJson& value, std::string* out) {
  switch (value.type) {
    case Type::kNull:
      *out += "null";
      return;
    case Type::kFalse:
      *out += "false";
      return;
    case Type::kTrue:
      *out += "true";
      return;
    case Type::kNumber:
      *out += value.text;
      return;
    case Type::kString:
      *out += Json(value.text).dump();
      return;
    case Type::kArray:
    case Type::kObject:
      break;
  }
  const bool object = value.Is(Type::kObject);
  out->push_back(object ? '{' : '[');
  for (size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) out->push_back(',');
    if (object) *out += Json(value.names[i]).dump() + ":";
    AppendSchemaJson(value.items[i], out);
  }
  out->push_back(object ? '}' : ']');
}

bool EncodeSchemaJson(const SchemaJson& value, Writer* out) {
  switch (value.type) {
    case Type::kNull:
      out->Null();
      return true;
    case Type::kFalse:
    case Type::kTrue:
      out->Bool(value.Is(Type::kTrue));
      return true;
    case Type::kNumber:
      return EncodeNumber(value.text, out);
    case Type::kString:
      out->String(value.text);
      return true;
    case Type::kArray:
      out->BeginArray(value.items.size());
      break;
    case Type::kObject:
      out->BeginObject(value.items.size());
      break;
  }
  for (size_t i = 0; i < value.items.size(); ++i) {
    if (value.Is(Type::kObject)) out->String(value.names[i]);
    if (!EncodeSchemaJson(value.items[i], out)) return false;
  }
  return true;
}

}  // namespace ferrite::internal
