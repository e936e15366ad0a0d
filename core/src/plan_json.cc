#include "plan_json.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

#include "json_pointer.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::json;
using Type = JsonValue::Type;

// nlohmann's reason without its tag "[json.exception.parse_error.101] ". It
// cites the text, which may be long or no UTF-8, so both ends are cut safely.
std::string SyntaxReason(std::string_view what) {
  if (const size_t end = what.find("] ");
      what.starts_with('[') && end != std::string_view::npos) {
    what.remove_prefix(end + 2);
  }
  std::string reason(what.substr(0, 300));
  for (char& c : reason) {
    if (static_cast<uint8_t>(c) < 0x20 || static_cast<uint8_t>(c) > 0x7e)
      c = '?';
  }
  return reason;
}

std::string NumberText(double value) {
  const auto whole = static_cast<int64_t>(std::clamp(value, -1e15, 1e15));
  return static_cast<double>(whole) == value ? std::to_string(whole)
                                             : Json(value).dump();
}

class TreeBuilder {
 public:
  // The interface that nlohmann's sax_parse calls; false stops the parser.
  bool null() { return Add({}); }
  bool boolean(bool value) {
    JsonValue item;
    item.type = Type::kBool;
    item.boolean = value;
    return Add(std::move(item));
  }
  bool number_integer(int64_t value) {
    return AddNumber(static_cast<double>(value), std::to_string(value));
  }
  bool number_unsigned(uint64_t value) {
    return AddNumber(static_cast<double>(value), std::to_string(value));
  }
  bool number_float(double value, const std::string& text) {
    return AddNumber(value, text);
  }
  bool string(std::string& value) {
    JsonValue item;
    item.type = Type::kString;
    item.text = std::move(value);
    return Add(std::move(item));
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
        ErrorCode::kPlanInvalid,
        "The member " + Quoted(frame.value.names.back()) + " appears twice.",
        "Keep one of them.", Path());
  }

  bool parse_error(size_t, const std::string&,
                   const nlohmann::detail::exception& e) {
    return Fail(ErrorCode::kPlanSyntax,
                "The plan is not valid JSON: " + SyntaxReason(e.what()) + ".",
                "A plan is strict JSON: no comments, no trailing commas, names "
                "and strings in double quotes.",
                "");
  }

  Result<JsonValue> Take(bool parsed) {
    if (error_) return *std::move(error_);
    if (!parsed)
      return Error{ErrorCode::kInternal, "The plan was not parsed.", "", ""};
    return std::move(root_);
  }

 private:
  struct Frame {
    JsonValue value;
    std::unordered_set<std::string> seen;
  };

  bool Fail(ErrorCode code, std::string message, std::string hint,
            std::string path) {
    error_ = Error{code, std::move(message), std::move(hint), std::move(path)};
    return false;
  }

  std::string Path() const {
    std::string path;
    for (const Frame& frame : frames_) {
      AppendToken(frame.value.Is(Type::kObject)
                      ? frame.value.names.back()
                      : std::to_string(frame.value.items.size()),
                  &path);
    }
    return path;
  }

  bool AddNumber(double value, std::string text) {
    JsonValue item;
    item.type = Type::kNumber;
    item.number = value;
    item.text = std::move(text);
    return Add(std::move(item));
  }

  bool Add(JsonValue item) {
    if (++values_ > kMaxPlanValues) {
      return Fail(ErrorCode::kPlanInvalid,
                  "The plan has more than " + std::to_string(kMaxPlanValues) +
                      " values.",
                  "Make several plans of it.", "");
    }
    if (frames_.empty()) {
      root_ = std::move(item);
    } else {
      frames_.back().value.items.push_back(std::move(item));
    }
    return true;
  }

  bool Open(Type type) {
    if (frames_.size() == kMaxPlanDepth) {
      return Fail(ErrorCode::kPlanInvalid,
                  "The plan is nested more than " +
                      std::to_string(kMaxPlanDepth) + " deep.",
                  "Schemas and constants are less deep.", Path());
    }
    frames_.emplace_back().value.type = type;
    return true;
  }

  bool Close() {
    JsonValue item = std::move(frames_.back().value);
    frames_.pop_back();
    return Add(std::move(item));
  }

  std::vector<Frame> frames_;
  JsonValue root_;
  size_t values_ = 0;
  std::optional<Error> error_;
};

}  // namespace

const JsonValue* JsonValue::Find(std::string_view name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? nullptr : &items[found - names.begin()];
}

std::string Describe(const JsonValue& value) {
  switch (value.type) {
    case Type::kNull:
      return "null";
    case Type::kBool:
      return value.boolean ? "true" : "false";
    case Type::kNumber:
      return "the number " + NumberText(value.number);
    case Type::kString:
      return "the string " + Quoted(value.text);
    case Type::kArray:
      return value.items.empty() ? "an empty array" : "an array";
    case Type::kObject:
      return "an object";
  }
  return "nothing";
}

void AppendJson(const JsonValue& value, std::string* out) {
  switch (value.type) {
    case Type::kNull:
      *out += "null";
      return;
    case Type::kBool:
      *out += value.boolean ? "true" : "false";
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
  const bool is_object = value.Is(Type::kObject);
  out->push_back(is_object ? '{' : '[');
  for (size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) out->push_back(',');
    if (is_object) *out += Json(value.names[i]).dump() + ":";
    AppendJson(value.items[i], out);
  }
  out->push_back(is_object ? '}' : ']');
}

Result<JsonValue> ParsePlanJson(std::string_view json) {
  if (json.size() > kMaxPlanBytes) {
    return Error{ErrorCode::kPlanInvalid,
                 "The plan has " + std::to_string(json.size()) + " bytes.",
                 "At most " + std::to_string(kMaxPlanBytes) + " are allowed.",
                 ""};
  }
  if (json.find('\0') != std::string_view::npos) {
    // nlohmann takes it for the end and says nothing about what follows.
    return Error{ErrorCode::kPlanSyntax,
                 "The plan is not valid JSON: it holds a NUL byte.",
                 "Write \\u0000 in a string.", ""};
  }
  TreeBuilder builder;
  const bool parsed = Json::sax_parse(json.begin(), json.end(), &builder);
  return builder.Take(parsed);
}

}  // namespace ferrite::internal
