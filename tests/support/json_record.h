// Records as people write them in tests and case folders: JSON, and for what
// JSON cannot say an object with one member that begins with "$":
//
//   {"$undefined": true}            {"$number": "NaN" | "-0" | "Infinity" | "-Infinity"}
//   {"$bigint": "-123"}             {"$date": milliseconds | null}
//   {"$bytes": "0a0b"}              ArrayBuffer
//   {"$uint8": "0a0b"}              Uint8Array
//   {"$typed": [tag, "0a0b"]}       any typed array, by its RFC 8746 tag
//   {"$map": [[key, value], …]}     {"$set": [value, …]}
//   {"$regexp": ["source", "flags"]}
//   {"$blob": ["type", "hex"]}      {"$file": ["name", "type", milliseconds, "hex"]}
//   {"$error": {"name": …}}         {"$instance": ["Name", item, …]}  any tag 27
//   {"$array": {"length": n, "entries": {"0": …}}}  with holes or named properties
//   {"$string16": [55357]}          a string by its code units
//   {"$object": [["name", value], …]}  names may begin with "$", come twice, or be
//                                   a $string16
//   {"$share": value}, {"$ref": 0}  tag 28 and tag 29
//   {"$raw": "hex"}                 an encoded item as it is
#ifndef FERRITE_TESTS_SUPPORT_JSON_RECORD_H_
#define FERRITE_TESTS_SUPPORT_JSON_RECORD_H_

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "ferrite/encoding.h"

namespace ferrite::testing {

// Writes the record that the JSON stands for. kInvalidArgument when it stands
// for none.
Result<void> EncodeJson(const nlohmann::ordered_json& json, Writer* out);
Result<ByteBuffer> EncodeJson(std::string_view json);

// The way back. An item that is malformed gives {"$raw": …}.
nlohmann::ordered_json DecodeJson(Bytes item);
std::string DecodeJsonText(Bytes item);

std::string ToHex(Bytes bytes);
std::optional<ByteBuffer> FromHex(std::string_view hex);

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_JSON_RECORD_H_
