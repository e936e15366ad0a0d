#include "plan_literal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "column_type.h"
#include "iso_time.h"
#include "json_text.h"
#include "number.h"
#include "plan_check.h"
#include "text_forms.h"

namespace ferrite::internal {
namespace {

using Type = JsonValue::Type;

// What BigInts are written in decimal up to.
constexpr size_t kMaxDigits = 9864;

Literal Integer(int64_t value) {
  Literal literal;
  literal.type = Literal::Type::kInteger;
  literal.integer = value;
  return literal;
}

Literal Real(double value) {
  Literal literal;
  literal.type = Literal::Type::kReal;
  literal.real = value == 0 ? 0 : value;  // not -0, which no column holds
  return literal;
}

Literal Text(std::string value) {
  Literal literal;
  literal.type = Literal::Type::kText;
  literal.bytes = std::move(value);
  return literal;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool is_hex =
        IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (is_dash ? c != '-' : !is_hex) return false;
  }
  return true;
}

std::optional<Literal> BigIntOf(std::string_view text) {
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  const bool is_decimal = !digits.empty() && digits.size() <= kMaxDigits &&
                          std::all_of(digits.begin(), digits.end(), IsDigit) &&
                          (digits.size() == 1 || digits[0] != '0');
  if (!is_decimal) return std::nullopt;
  int64_t value = 0;
  const auto read =
      std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() ? Integer(value) : Text(std::string(text));
}

std::optional<Literal> Moment(const JsonValue& value, ColumnType type) {
  const bool is_text = type == ColumnType::kDatetimeText;
  double milliseconds = value.number;
  if (value.Is(Type::kString)) {
    const auto time = ParseIsoTime(value.text);
    if (!time || (time->has_time && !time->has_zone)) return std::nullopt;
    milliseconds = time->milliseconds;
  } else if (!value.Is(Type::kNumber) || is_text ||
             !IsTimeValue(milliseconds)) {
    return std::nullopt;
  }
  if (!is_text) return Integer(static_cast<int64_t>(milliseconds));
  Literal literal = Text("");
  AppendIsoTime(milliseconds, &literal.bytes);
  return literal;
}

std::optional<Literal> Blob(const JsonValue& value) {
  if (!value.Is(Type::kString) || value.text.size() % 4 != 0) {
    return std::nullopt;
  }
  constexpr std::string_view kSigns =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  Literal literal;
  literal.type = Literal::Type::kBlob;
  uint32_t bits = 0;
  int held = 0;
  for (const char c : value.text) {
    const size_t sign = kSigns.find(c);
    if (sign == std::string_view::npos) break;
    bits = (bits << 6) | static_cast<uint32_t>(sign);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    literal.bytes.push_back(static_cast<char>(bits >> held));
  }
  // Only what is written back the same was base64.
  std::string again;
  AppendBase64(AsBytes(literal.bytes), &again);
  if (again != value.text) return std::nullopt;
  return literal;
}

std::optional<Literal> JsonOf(const JsonValue& value) {
  std::string given;
  AppendJson(value, &given);
  Writer encoded;
  if (!ParseJsonText(given, JsonReading::kStrict, &encoded)) return std::nullopt;
  Literal literal = Text("");
  JsonTextWriter().Append(encoded.bytes(), nullptr, &literal.bytes);
  return literal;
}

std::optional<Literal> NumberOf(const JsonValue& value) {
  if (!value.Is(Type::kNumber)) return std::nullopt;
  if (value.number == 0 || IsInteger(value.number)) {
    return Integer(static_cast<int64_t>(value.number));
  }
  return Real(value.number);
}

std::optional<Literal> IntegerOnly(const std::optional<Literal>& number) {
  if (!number || number->type != Literal::Type::kInteger) return std::nullopt;
  return number;
}

std::optional<Literal> Fitting(const JsonValue& value, ColumnType type) {
  const bool is_text = value.Is(Type::kString);
  switch (type) {
    case ColumnType::kText:
      if (is_text) return Text(value.text);
      return std::nullopt;
    case ColumnType::kUuid:
      if (is_text && IsUuid(value.text)) return Text(value.text);
      return std::nullopt;
    case ColumnType::kInteger:
      return IntegerOnly(NumberOf(value));
    case ColumnType::kReal:
      if (value.Is(Type::kNumber)) return Real(value.number);
      return std::nullopt;
    case ColumnType::kBoolean:
      if (value.Is(Type::kBool)) return Integer(value.boolean ? 1 : 0);
      return std::nullopt;
    case ColumnType::kDatetime:
    case ColumnType::kDatetimeText:
      return Moment(value, type);
    case ColumnType::kBigInt: {
      if (is_text) return BigIntOf(value.text);
      if (!value.Is(Type::kNumber)) return std::nullopt;
      // Digits as written: a double would round them beyond 2^53.
      if (auto number = BigIntOf(value.text)) return IntegerOnly(number);
      return IntegerOnly(NumberOf(value));
    }
    case ColumnType::kBlob:
      return Blob(value);
    case ColumnType::kJson:
      return JsonOf(value);
    case ColumnType::kAny:
      if (is_text) return Text(value.text);
      return NumberOf(value);
    case ColumnType::kKey:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string_view Allowed(ColumnType type) {
  switch (type) {
    case ColumnType::kText:
      return "a text";
    case ColumnType::kUuid:
      return "a text of 8-4-4-4-12 hexadecimal digits";
    case ColumnType::kInteger:
      return "a whole number within ±2^53";
    case ColumnType::kReal:
      return "a number";
    case ColumnType::kBoolean:
      return "true or false";
    case ColumnType::kDatetime:
      return "ISO 8601 text with a zone, a date alone, or milliseconds";
    case ColumnType::kDatetimeText:
      return "ISO 8601 text with a zone, or a date alone";
    case ColumnType::kBigInt:
      return "a whole number within 64 bits, or decimal text";
    case ColumnType::kBlob:
      return "a text of base64, padded";
    case ColumnType::kJson:
      return "any JSON";
    case ColumnType::kAny:
      return "a number or a text";
    case ColumnType::kKey:
      return "nothing: keys come from records";
  }
  return "";
}

std::string Hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex = "x'";
  for (const char c : bytes) {
    hex.push_back(kDigits[static_cast<uint8_t>(c) >> 4]);
    hex.push_back(kDigits[static_cast<uint8_t>(c) & 15]);
  }
  return hex + "'";
}

std::string RealSql(double value) {
  std::string sql;
  AppendDouble(value, &sql);
  if (sql.find_first_of(".e") == std::string::npos) sql += ".0";
  return sql;
}

std::string TextSql(const std::string& text) {
  // SQL's text ends at a NUL.
  if (text.find('\0') != std::string::npos) {
    return "(CAST(" + Hex(text) + " AS TEXT))";
  }
  std::string sql = "'";
  for (const char c : text) {
    if (c == '\'') sql.push_back('\'');
    sql.push_back(c);
  }
  return sql + "'";
}

}  // namespace

Result<Literal> ParseLiteral(const JsonValue& value, ColumnType type,
                             const std::string& path) {
  if (value.Is(Type::kNull) && type != ColumnType::kKey) return Literal();
  if (auto literal = Fitting(value, type)) return *std::move(literal);
  return Invalid(path,
                 "Found " + Describe(value) + ", which does not fit the type " +
                     std::string(ColumnTypeName(type)) + ".",
                 "Allowed: " + std::string(Allowed(type)) + ".");
}

std::string LiteralSql(const Literal& literal) {
  switch (literal.type) {
    case Literal::Type::kNull:
      return "NULL";
    case Literal::Type::kInteger:
      return std::to_string(literal.integer);
    case Literal::Type::kReal:
      return RealSql(literal.real);
    case Literal::Type::kText:
      return TextSql(literal.bytes);
    case Literal::Type::kBlob:
      return Hex(literal.bytes);
  }
  return "NULL";
}

}  // namespace ferrite::internal
