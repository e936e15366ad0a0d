#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "json_record.h"

namespace ferrite::testing {
namespace {

using Json = nlohmann::ordered_json;

std::vector<uint32_t> CodeUnits(std::string_view wtf8) {
  std::vector<uint32_t> units;
  for (size_t i = 0; i < wtf8.size();) {
    const auto lead = static_cast<uint8_t>(wtf8[i]);
    const int more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    uint32_t point = more == 0 ? lead : lead & (0x3f >> more);
    for (int k = 1; k <= more; ++k) {
      point = point << 6 | (static_cast<uint8_t>(wtf8[i + k]) & 0x3f);
    }
    i += 1 + more;
    if (point < 0x10000) {
      units.push_back(point);
    } else {
      units.push_back(0xd800 + ((point - 0x10000) >> 10));
      units.push_back(0xdc00 + ((point - 0x10000) & 0x3ff));
    }
  }
  return units;
}

std::string Decimal(Bytes bytes, bool negative) {
  ByteBuffer magnitude(bytes.begin(), bytes.end());
  if (negative) {
    size_t i = magnitude.size();
    while (i > 0 && ++magnitude[i - 1] == 0) --i;
    if (i == 0) magnitude.insert(magnitude.begin(), 1);
  }
  std::string digits = "0";  // the lowest first
  for (const uint8_t byte : magnitude) {
    int carry = byte;
    for (char& digit : digits) {
      carry += (digit - '0') * 256;
      digit = static_cast<char>('0' + carry % 10);
      carry /= 10;
    }
    for (; carry > 0; carry /= 10) {
      digits.push_back(static_cast<char>('0' + carry % 10));
    }
  }
  return (negative ? "-" : "") + std::string(digits.rbegin(), digits.rend());
}

Json Number(double value) {
  if (std::isnan(value)) return {{"$number", "NaN"}};
  if (std::isinf(value)) {
    return {{"$number", value > 0 ? "Infinity" : "-Infinity"}};
  }
  if (value == 0) return {{"$number", "-0"}};
  return value;
}

Json Read(Reader* reader);

Json ReadItems(Reader* reader, uint64_t count) {
  Json items = Json::array();
  for (; count > 0; --count) items.push_back(Read(reader));
  return items;
}

Json ReadPairs(Reader* reader, uint64_t count) {
  Json pairs = Json::array();
  for (; count > 0; --count) pairs.push_back(ReadItems(reader, 2));
  return pairs;
}

Json ReadObject(Reader* reader, uint64_t count) {
  const Json pairs = ReadPairs(reader, count);
  Json object = Json::object();
  std::set<std::string> names;
  for (const Json& pair : pairs) {
    const bool plain =
        pair[0].is_string() &&
        !pair[0].get_ref<const std::string&>().starts_with('$') &&
        names.insert(pair[0].get<std::string>()).second;
    if (!plain) return {{"$object", pairs}};
    object.push_back({pair[0].get<std::string>(), pair[1]});
  }
  return object;
}

Json ReadInstance(Reader* reader, const Item& item) {
  const std::string name(AsText(item.bytes));
  const Json items = ReadItems(reader, item.count);
  if (name == "Blob" && items.size() == 2 && items[1].contains("$bytes")) {
    return {{"$blob", {items[0], items[1]["$bytes"]}}};
  }
  if (name == "File" && items.size() == 4 && items[3].contains("$bytes")) {
    return {{"$file", {items[0], items[1], items[2], items[3]["$bytes"]}}};
  }
  if (name == "Error" && items.size() == 1) return {{"$error", items[0]}};
  if (name == "Array" && items.size() == 2) {
    return {{"$array", {{"length", items[0]}, {"entries", items[1]}}}};
  }
  Json instance = Json::array({name});
  for (const Json& part : items) instance.push_back(part);
  return {{"$instance", instance}};
}

Json Read(Reader* reader) {
  Item item;
  if (!reader->Next(&item))
    throw std::invalid_argument(reader->error().message);
  switch (item.kind) {
    case Kind::kUndefined:
      return {{"$undefined", true}};
    case Kind::kNull:
      return nullptr;
    case Kind::kBool:
      return item.boolean;
    case Kind::kInteger:
      return item.integer;
    case Kind::kDouble:
      return Number(item.number);
    case Kind::kString:
      return std::string(AsText(item.bytes));
    case Kind::kWtf8:
      return {{"$string16", CodeUnits(AsText(item.bytes))}};
    case Kind::kBytes:
      return {{"$bytes", ToHex(item.bytes)}};
    case Kind::kBigInt:
      return {{"$bigint", Decimal(item.bytes, item.negative)}};
    case Kind::kDate:
      if (std::isnan(item.number)) return {{"$date", nullptr}};
      return {{"$date", static_cast<int64_t>(item.number)}};
    case Kind::kArray:
      return ReadItems(reader, item.count);
    case Kind::kObject:
      return ReadObject(reader, item.count);
    case Kind::kMap:
      return {{"$map", ReadPairs(reader, item.count)}};
    case Kind::kSet:
      return {{"$set", ReadItems(reader, item.count)}};
    case Kind::kTypedArray:
      if (item.tag == 64) return {{"$uint8", ToHex(item.bytes)}};
      return {{"$typed", Json::array({item.tag, ToHex(item.bytes)})}};
    case Kind::kRegExp:
      return {{"$regexp", ReadItems(reader, 2)}};
    case Kind::kInstance:
      return ReadInstance(reader, item);
    case Kind::kShareable:
      return {{"$share", Read(reader)}};
    case Kind::kReference:
      return {{"$ref", item.count}};
  }
  return nullptr;
}

}  // namespace

Json DecodeJson(Bytes item) {
  try {
    Reader reader(item);
    Json json = Read(&reader);
    if (reader.AtEnd()) return json;
  } catch (const std::exception&) {
    // Shown as it is.
  }
  return {{"$raw", ToHex(item)}};
}

std::string DecodeJsonText(Bytes item) {
  return DecodeJson(item).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ferrite::testing
