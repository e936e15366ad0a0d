#include "text_forms.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <vector>

namespace ferrite::internal {
namespace {

constexpr char kBase64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kHex[] = "0123456789abcdef";
constexpr size_t kMaxDecimalBytes = 4096;
constexpr uint32_t kBillion = 1000000000;

// Adds one: CBOR keeps n - 1 for -n.
void Increment(std::vector<uint8_t>* magnitude) {
  for (size_t i = magnitude->size(); i-- > 0;) {
    if (++(*magnitude)[i] != 0) return;
  }
  magnitude->insert(magnitude->begin(), 1);
}

void AppendHex(const std::vector<uint8_t>& magnitude, std::string* out) {
  *out += "0x";
  for (const uint8_t byte : magnitude) {
    out->push_back(kHex[byte >> 4]);
    out->push_back(kHex[byte & 15]);
  }
}

void AppendDecimal(const std::vector<uint8_t>& magnitude, std::string* out) {
  std::vector<uint32_t> groups;  // of nine digits, the lowest first
  for (const uint8_t byte : magnitude) {
    uint64_t carry = byte;
    for (uint32_t& group : groups) {
      carry += uint64_t{group} << 8;
      group = static_cast<uint32_t>(carry % kBillion);
      carry /= kBillion;
    }
    if (carry > 0) groups.push_back(static_cast<uint32_t>(carry));
  }
  *out += groups.empty() ? "0" : std::to_string(groups.back());
  for (size_t i = groups.size(); i-- > 1;) {
    const std::string digits = std::to_string(groups[i - 1]);
    out->append(9 - digits.size(), '0');
    *out += digits;
  }
}

}  // namespace

void AppendBase64(Bytes bytes, std::string* out) {
  size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const uint32_t bits = bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2];
    for (const int shift : {18, 12, 6, 0}) {
      out->push_back(kBase64[(bits >> shift) & 63]);
    }
  }
  if (i == bytes.size()) return;
  const bool two = i + 1 < bytes.size();
  const uint32_t bits = bytes[i] << 16 | (two ? bytes[i + 1] << 8 : 0);
  out->push_back(kBase64[bits >> 18]);
  out->push_back(kBase64[(bits >> 12) & 63]);
  out->push_back(two ? kBase64[(bits >> 6) & 63] : '=');
  out->push_back('=');
}

void AppendBigInt(const Item& item, std::string* out) {
  std::vector<uint8_t> magnitude(item.bytes.begin(), item.bytes.end());
  if (item.negative) {
    Increment(&magnitude);
    out->push_back('-');
  }
  if (magnitude.size() > kMaxDecimalBytes) {
    AppendHex(magnitude, out);
  } else {
    AppendDecimal(magnitude, out);
  }
}

// Grisu2 of nlohmann/json, what its dump() uses, without dump's allocations.
// Neither std::to_chars (libc++ 13 has none for doubles) nor printf (three
// tries with strtod) would do here.
void AppendDouble(double value, std::string* out) {
  char text[64];
  const char* end = nlohmann::detail::to_chars(text, text + sizeof text, value);
  out->append(text, static_cast<size_t>(end - text));
}

void AppendInteger(int64_t value, std::string* out) {
  char text[24];
  const auto result = std::to_chars(text, text + sizeof text, value);
  out->append(text, static_cast<size_t>(result.ptr - text));
}

std::string WellFormed(std::string_view wtf8) {
  std::string text(wtf8);
  for (size_t i = 0; i + 2 < text.size(); ++i) {
    const bool surrogate = static_cast<uint8_t>(text[i]) == 0xed &&
                           static_cast<uint8_t>(text[i + 1]) >= 0xa0;
    if (surrogate) text.replace(i, 3, "\xef\xbf\xbd");
  }
  return text;
}

}  // namespace ferrite::internal
