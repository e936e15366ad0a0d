#include "text_forms.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <vector>

#include "number.h"

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

// The value of a sign of base64 or base64url; 64 for any other.
constexpr std::array<uint8_t, 256> kBase64Values = [] {
  std::array<uint8_t, 256> values{};
  for (uint8_t& value : values) value = 64;
  for (uint8_t i = 0; i < 64; ++i) values[static_cast<uint8_t>(kBase64[i])] = i;
  values[static_cast<uint8_t>('-')] = 62;
  values[static_cast<uint8_t>('_')] = 63;
  return values;
}();

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool DecodePercent(std::string_view text, std::string* out) {
  const size_t begin = out->size();
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out->push_back(text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : HexDigit(text[i + 2]);
    if (low < 0) {
      out->resize(begin);
      return false;
    }
    out->push_back(static_cast<char>(high << 4 | low));
    i += 2;
  }
  return true;
}

bool StartsWithAnyCase(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  for (size_t i = 0; i < prefix.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != prefix[i]) return false;
  }
  return true;
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

bool DecodeBase64(std::string_view text, std::string* out, bool* canonical) {
  std::string_view digits = text;
  while (text.size() - digits.size() < 2 && digits.ends_with('=')) {
    digits.remove_suffix(1);
  }
  const size_t tail = digits.size() % 4;
  const size_t padding = text.size() - digits.size();
  if (tail == 1 || (padding > 0 && (tail + padding) % 4 != 0)) return false;
  *canonical = text.size() % 4 == 0;
  const size_t begin = out->size();
  uint32_t bits = 0;
  int count = 0;
  for (const char c : digits) {
    const uint8_t value = kBase64Values[static_cast<uint8_t>(c)];
    if (value == 64) {
      out->resize(begin);
      return false;
    }
    if (kBase64[value] != c) *canonical = false;
    bits = (bits << 6 | value) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out->push_back(static_cast<char>(bits >> count & 0xff));
  }
  if ((bits & ((1u << count) - 1)) != 0) *canonical = false;
  return true;
}

bool DecodeDataUrl(std::string_view text, std::string* out) {
  constexpr std::string_view kBase64Suffix = ";base64";
  if (!StartsWithAnyCase(text, "data:")) return false;
  const size_t comma = text.find(',');
  if (comma == std::string_view::npos) return false;
  const std::string_view head = text.substr(0, comma);
  const std::string_view data = text.substr(comma + 1);
  const bool is_base64 =
      head.size() >= kBase64Suffix.size() &&
      StartsWithAnyCase(head.substr(head.size() - kBase64Suffix.size()),
                        kBase64Suffix);
  bool canonical;
  return is_base64 ? DecodeBase64(data, out, &canonical)
                   : DecodePercent(data, out);
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

void AppendNumber(double value, std::string* out) {
  if (IsInteger(value) || value == 0) {
    return AppendInteger(static_cast<int64_t>(value), out);
  }
  std::string form;
  AppendDouble(std::fabs(value), &form);
  // The digits without zeros around them, and where the point is in them.
  const size_t e = form.find('e');
  int exponent = e == form.npos ? 0 : std::atoi(form.c_str() + e + 1);
  form.resize(std::min(e, form.size()));
  const size_t point = std::min(form.find('.'), form.size());
  std::string digits = form.substr(0, point);
  if (point < form.size()) digits += form.substr(point + 1);
  int before = static_cast<int>(point) + exponent;
  const size_t zeros = digits.find_first_not_of('0');
  digits.erase(0, zeros);
  before -= static_cast<int>(zeros);
  digits.erase(digits.find_last_not_of('0') + 1);
  const int size = static_cast<int>(digits.size());
  if (value < 0) out->push_back('-');
  if (before > 21 || before <= -6) {
    out->push_back(digits[0]);
    if (size > 1) *out += "." + digits.substr(1);
    *out += before > 0 ? "e+" : "e-";
    AppendInteger(std::abs(before - 1), out);
  } else if (before <= 0) {
    *out += "0." + std::string(static_cast<size_t>(-before), '0') + digits;
  } else if (size <= before) {
    *out += digits + std::string(static_cast<size_t>(before - size), '0');
  } else {
    const auto at = static_cast<size_t>(before);
    *out += digits.substr(0, at) + "." + digits.substr(at);
  }
}

std::optional<double> ParseNumber(std::string_view text) {
  size_t at = 0;
  const auto digits = [&] {
    const size_t begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at > begin;
  };
  const auto eat = [&](char wanted) {
    const bool is = at < text.size() && text[at] == wanted;
    at += is ? 1 : 0;
    return is;
  };
  eat('-');
  if (!digits() || (eat('.') && !digits())) return std::nullopt;
  if (eat('e') || eat('E')) {
    if (!eat('+')) eat('-');
    if (!digits()) return std::nullopt;
  }
  if (at != text.size()) return std::nullopt;
  const double value = std::strtod(std::string(text).c_str(), nullptr);
  if (!std::isfinite(value)) return std::nullopt;
  return value;
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
