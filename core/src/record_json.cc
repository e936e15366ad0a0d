#include "ferrite/record_json.h"

#include <nlohmann/json.hpp>

#include "ferrite/encoding.h"
#include "json_text.h"
#include "record_walk.h"
#include "text_forms.h"

namespace ferrite {
namespace {

using Json = nlohmann::json;

constexpr char kCbor[] = "$cbor";

// Appends what JSON says of the record; true when that is all. Nothing is
// appended when its bytes are no record.
bool Show(Bytes record, std::string* out) {
  internal::SharedValues shared;
  internal::RecordWalk walk;
  walk.Begin(record, &shared);
  Reader reader(record);
  if (walk.Whole(&reader, 0) != internal::Walked::kOk || !reader.AtEnd()) {
    return false;
  }
  return internal::JsonTextWriter().Append(record, &shared, out);
}

bool IsWrapped(const Json& json) {
  return json.is_object() && json.size() == 1 && json.contains(kCbor) &&
         json[kCbor].is_string();
}

Json Parse(std::string_view text) {
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

Error NoRecord(const char* what) {
  return {ErrorCode::kInvalidArgument, what,
          "Write the record as JSON, or as {\"$cbor\": \"base64\"}.", ""};
}

}  // namespace

std::string RecordShown(Bytes record) {
  std::string text;
  (void)Show(record, &text);
  return text;
}

std::string RecordToJson(Bytes record) {
  std::string text;
  // A record that looks like the wrapping is wrapped, too.
  if (Show(record, &text) && !IsWrapped(Parse(text))) return text;
  text = std::string("{\"") + kCbor + "\":\"";
  internal::AppendBase64(record, &text);
  return text + "\"}";
}

Result<ByteBuffer> RecordFromJson(std::string_view text) {
  const Json json = Parse(text);
  if (IsWrapped(json)) {
    std::string bytes;
    bool is_canonical = false;
    if (!internal::DecodeBase64(json[kCbor].get_ref<const std::string&>(),
                                &bytes, &is_canonical)) {
      return NoRecord("What $cbor holds is no base64.");
    }
    Reader reader(AsBytes(bytes));
    Bytes whole;
    if (!reader.Skip(&whole) || !reader.AtEnd()) {
      return NoRecord("What $cbor holds is not one encoded item.");
    }
    return ByteBuffer(whole.begin(), whole.end());
  }
  Writer record;
  if (!internal::ParseJsonText(text, internal::JsonReading::kLenient,
                               &record)) {
    return NoRecord("The record's text is no JSON.");
  }
  return record.Take();
}

}  // namespace ferrite
