#include "json_record.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

namespace ferrite::testing {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void Refuse(const std::string& what) {
  throw std::invalid_argument(what);
}

ByteBuffer Hex(const Json& json) {
  auto bytes = FromHex(json.get<std::string>());
  if (!bytes) Refuse("no hexadecimal bytes: " + json.dump());
  return *std::move(bytes);
}

void AppendWtf8(uint32_t point, std::string* out) {
  const auto add = [out](uint32_t byte) {
    out->push_back(static_cast<char>(byte));
  };
  if (point < 0x80) return add(point);
  if (point < 0x800) {
    add(0xc0 | point >> 6);
  } else {
    if (point < 0x10000) {
      add(0xe0 | point >> 12);
    } else {
      add(0xf0 | point >> 18);
      add(0x80 | ((point >> 12) & 0x3f));
    }
    add(0x80 | ((point >> 6) & 0x3f));
  }
  add(0x80 | (point & 0x3f));
}

void WriteCodeUnits(const std::vector<uint32_t>& units, Writer* out) {
  std::string text;
  bool well_formed = true;
  for (size_t i = 0; i < units.size(); ++i) {
    uint32_t point = units[i];
    const bool pair = point >= 0xd800 && point < 0xdc00 &&
                      i + 1 < units.size() && units[i + 1] >= 0xdc00 &&
                      units[i + 1] <= 0xdfff;
    if (pair) {
      point = 0x10000 + ((point - 0xd800) << 10) + (units[++i] - 0xdc00);
    } else if (point >= 0xd800 && point <= 0xdfff) {
      well_formed = false;
    }
    AppendWtf8(point, &text);
  }
  if (well_formed) {
    out->String(text);
  } else {
    out->Wtf8(AsBytes(text));
  }
}

void WriteBigInt(std::string digits, Writer* out) {
  const bool negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  ByteBuffer magnitude;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') Refuse("no integer: " + digits);
    int carry = digit - '0';
    for (size_t i = magnitude.size(); i-- > 0;) {
      carry += magnitude[i] * 10;
      magnitude[i] = static_cast<uint8_t>(carry);
      carry >>= 8;
    }
    if (carry > 0) {
      magnitude.insert(magnitude.begin(), static_cast<uint8_t>(carry));
    }
  }
  if (negative) {  // CBOR keeps n - 1
    for (size_t i = magnitude.size(); i-- > 0 && magnitude[i]-- == 0;) {
    }
  }
  out->BigInt(magnitude, negative);
}

double NamedNumber(const std::string& name) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (name == "NaN") return std::nan("");
  if (name == "-0") return -0.0;
  if (name == "Infinity") return kInfinity;
  if (name == "-Infinity") return -kInfinity;
  Refuse("no number: " + name);
}

void Write(const Json& json, Writer* out);

void WriteEach(const Json& items, size_t first, Writer* out) {
  for (size_t i = first; i < items.size(); ++i) Write(items.at(i), out);
}

void WritePairs(const Json& pairs, Writer* out) {
  for (const Json& pair : pairs) {
    if (pair.size() != 2) Refuse("no pair: " + pair.dump());
    WriteEach(pair, 0, out);
  }
}

void WriteTagged(const std::string& tag, const Json& json, Writer* out) {
  if (tag == "$undefined") {
    out->Undefined();
  } else if (tag == "$number") {
    out->Double(NamedNumber(json.get<std::string>()));
  } else if (tag == "$bigint") {
    WriteBigInt(json.get<std::string>(), out);
  } else if (tag == "$date") {
    out->Date(json.is_null() ? std::nan("") : json.get<double>());
  } else if (tag == "$bytes") {
    out->Blob(Hex(json));
  } else if (tag == "$uint8") {
    out->TypedArray(64, Hex(json));
  } else if (tag == "$typed") {
    out->TypedArray(json.at(0).get<uint32_t>(), Hex(json.at(1)));
  } else if (tag == "$map") {
    out->BeginMap(json.size());
    WritePairs(json, out);
  } else if (tag == "$set") {
    out->BeginSet(json.size());
    WriteEach(json, 0, out);
  } else if (tag == "$regexp") {
    out->BeginRegExp();
    WriteEach(json, 0, out);
  } else if (tag == "$blob") {
    out->BeginInstance("Blob", 2);
    Write(json.at(0), out);
    out->Blob(Hex(json.at(1)));
  } else if (tag == "$file") {
    out->BeginInstance("File", 4);
    for (size_t i = 0; i < 3; ++i) Write(json.at(i), out);
    out->Blob(Hex(json.at(3)));
  } else if (tag == "$error") {
    out->BeginInstance("Error", 1);
    Write(json, out);
  } else if (tag == "$instance") {
    out->BeginInstance(json.at(0).get<std::string>(), json.size() - 1);
    WriteEach(json, 1, out);
  } else if (tag == "$array") {
    out->BeginInstance("Array", 2);
    Write(json.at("length"), out);
    Write(json.at("entries"), out);
  } else if (tag == "$string16") {
    WriteCodeUnits(json.get<std::vector<uint32_t>>(), out);
  } else if (tag == "$object") {
    out->BeginObject(json.size());
    WritePairs(json, out);
  } else if (tag == "$share") {
    out->Shareable();
    Write(json, out);
  } else if (tag == "$ref") {
    out->Reference(json.get<uint64_t>());
  } else if (tag == "$raw") {
    out->Raw(Hex(json));
  } else {
    Refuse("unknown tag " + tag);
  }
}

void WriteObject(const Json& json, Writer* out) {
  if (json.size() == 1 && json.begin().key().starts_with('$')) {
    return WriteTagged(json.begin().key(), json.begin().value(), out);
  }
  out->BeginObject(json.size());
  for (const auto& [name, value] : json.items()) {
    if (name.starts_with('$')) Refuse("write " + name + " inside $object");
    out->String(name);
    Write(value, out);
  }
}

void Write(const Json& json, Writer* out) {
  switch (json.type()) {
    case Json::value_t::null:
      return out->Null();
    case Json::value_t::boolean:
      return out->Bool(json.get<bool>());
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::number_float:
      return out->Double(json.get<double>());
    case Json::value_t::string:
      return out->String(json.get_ref<const std::string&>());
    case Json::value_t::array:
      out->BeginArray(json.size());
      return WriteEach(json, 0, out);
    case Json::value_t::object:
      return WriteObject(json, out);
    default:
      Refuse("no record");
  }
}

}  // namespace

Result<void> EncodeJson(const Json& json, Writer* out) {
  try {
    Write(json, out);
    return {};
  } catch (const std::exception& error) {
    return Error{ErrorCode::kInvalidArgument, error.what(), "", ""};
  }
}

Result<ByteBuffer> EncodeJson(std::string_view json) {
  const Json parsed = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  Writer out;
  if (parsed.is_discarded()) {
    return Error{ErrorCode::kInvalidArgument,
                 "This is no JSON: " + std::string(json), "", ""};
  }
  if (auto done = EncodeJson(parsed, &out); !done.ok()) return done.error();
  return out.Take();
}

std::string ToHex(Bytes bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const uint8_t byte : bytes) {
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 15]);
  }
  return hex;
}

std::optional<ByteBuffer> FromHex(std::string_view hex) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (hex.size() % 2 != 0) return std::nullopt;
  ByteBuffer bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    const size_t high = kDigits.find(hex[i]), low = kDigits.find(hex[i + 1]);
    if (high > 15 || low > 15) return std::nullopt;
    bytes.push_back(static_cast<uint8_t>(high << 4 | low));
  }
  return bytes;
}

}  // namespace ferrite::testing
