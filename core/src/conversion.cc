#include "conversion.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "iso_time.h"
#include "number.h"
#include "text_forms.h"

namespace ferrite::internal {
namespace {

ColumnCell Mismatch() { return {Fit::kMismatch, {}}; }
ColumnCell Shown(const Cell& cell) { return {Fit::kShown, cell}; }
ColumnCell ExactIf(bool exact, const Cell& cell) {
  return {exact ? Fit::kExact : Fit::kShown, cell};
}

bool IsNumber(const Item& head) {
  return head.kind == Kind::kInteger || head.kind == Kind::kDouble;
}

bool IsDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
}

// A text that is to be written to the scratch, from its end on.
ColumnCell InScratch(Fit fit, const Cell& cell, const std::string& scratch) {
  return {fit, cell, true, scratch.size()};
}

// Digits, perhaps with a minus.
bool IsDecimalInteger(std::string_view text) {
  return IsDigits(text.substr(text.starts_with('-') ? 1 : 0));
}

// The text without leading zeros, and zero without a minus.
std::string_view WithoutZeros(std::string_view text, bool* negative) {
  *negative = text.starts_with('-');
  if (*negative) text.remove_prefix(1);
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size() - 1));
  if (text == "0") *negative = false;
  return text;
}

// Within 64 bits.
std::optional<int64_t> ParseInteger(std::string_view text) {
  bool negative;
  text = WithoutZeros(text, &negative);
  if (text.size() > 19) return std::nullopt;
  uint64_t magnitude = 0;
  for (const char c : text) {
    magnitude = magnitude * 10 + static_cast<uint64_t>(c - '0');
  }
  const uint64_t most = static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0);
  if (magnitude > most) return std::nullopt;
  return static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
}

ColumnCell IntegerOfText(std::string_view text) {
  if (!IsDecimalInteger(text)) return Mismatch();
  const std::optional<int64_t> value = ParseInteger(text);
  if (!value || *value < -kMaxInteger || *value > kMaxInteger) {
    return Mismatch();
  }
  return ExactIf(std::to_string(*value) == text, Cell::Integer(*value));
}

ColumnCell BigIntOfText(std::string_view text, std::string* scratch) {
  if (!IsDecimalInteger(text)) return Mismatch();
  if (const std::optional<int64_t> value = ParseInteger(text)) {
    return ExactIf(std::to_string(*value) == text, Cell::Integer(*value));
  }
  bool negative;
  const std::string_view digits = WithoutZeros(text, &negative);
  if (digits.size() + (negative ? 1 : 0) == text.size()) {
    return ExactIf(true, Cell::Text(text));
  }
  const ColumnCell cell = InScratch(Fit::kShown, Cell::Text(""), *scratch);
  if (negative) scratch->push_back('-');
  scratch->append(digits);
  return cell;
}

ColumnCell RealOfText(std::string_view text) {
  const std::optional<double> value = ParseNumber(text);
  if (!value) return Mismatch();
  std::string back;
  AppendNumber(*value, &back);
  return ExactIf(back == text, Cell::Real(*value + 0.0));  // -0 is 0
}

ColumnCell BooleanOfText(std::string_view text) {
  if (text != "true" && text != "false") return Mismatch();
  return ExactIf(true, Cell::Integer(text == "true" ? 1 : 0));
}

ColumnCell BooleanOfNumber(const Item& head) {
  if (!IsNumber(head) || (head.number != 0 && head.number != 1)) {
    return Mismatch();
  }
  return ExactIf(head.kind == Kind::kInteger,
                 Cell::Integer(head.number == 1 ? 1 : 0));
}

ColumnCell TextOfNumber(const Item& head, std::string* scratch) {
  if (!std::isfinite(head.number)) return Shown(Cell::Null());
  const bool minus_zero = head.kind == Kind::kDouble && head.number == 0;
  const ColumnCell cell = InScratch(minus_zero ? Fit::kShown : Fit::kExact,
                                    Cell::Text(""), *scratch);
  AppendNumber(head.number, scratch);
  return cell;
}

// The moment that a Number says, when it is one: whole milliseconds, and
// whether they give the Number back.
struct Moment {
  double milliseconds;
  bool exact;
};

std::optional<Moment> MomentOf(Convert convert, double number) {
  const bool seconds = convert == Convert::kSeconds;
  const double wanted = seconds ? number * 1000 : number;
  const double milliseconds = std::round(wanted) + 0.0;
  if (!IsTimeValue(milliseconds)) return std::nullopt;
  const double back = seconds ? milliseconds / 1000 : milliseconds;
  return Moment{milliseconds, BitsOf(back) == BitsOf(number)};
}

ColumnCell TimeOfNumber(ColumnType type, Convert convert, const Item& head,
                        std::string* scratch) {
  if (std::isnan(head.number)) return Shown(Cell::Null());
  const std::optional<Moment> moment = MomentOf(convert, head.number);
  if (!moment) return Mismatch();
  const Fit fit = moment->exact ? Fit::kExact : Fit::kShown;
  if (type == ColumnType::kDatetime) {
    return {fit, Cell::Integer(static_cast<int64_t>(moment->milliseconds))};
  }
  const ColumnCell cell = InScratch(fit, Cell::Text(""), *scratch);
  AppendIsoTime(moment->milliseconds, scratch);
  // Years of six digits are no ISO text that is read back.
  if (scratch->size() - cell.begin == kIsoTimeSize) return cell;
  return {Fit::kShown, cell.cell, true, cell.begin};
}

ColumnCell TimeOfText(ColumnType type, std::string_view text,
                      std::string* scratch) {
  const std::optional<IsoTime> time = ParseIsoTime(text);
  if (!time || (time->has_time && !time->has_zone)) return Mismatch();
  if (type == ColumnType::kDatetime) {
    std::string back;
    AppendIsoTime(time->milliseconds, &back);
    return ExactIf(back == text,
                   Cell::Integer(static_cast<int64_t>(time->milliseconds)));
  }
  if (time->has_time) return ExactIf(true, Cell::Text(text));
  const ColumnCell cell = InScratch(Fit::kShown, Cell::Text(""), *scratch);
  AppendIsoTime(time->milliseconds, scratch);
  return cell;
}

ColumnCell BlobOfText(std::string_view text, std::string* scratch) {
  ColumnCell cell = InScratch(Fit::kExact, Cell::Blob({}), *scratch);
  bool canonical = false;
  if (DecodeBase64(text, scratch, &canonical)) {
    if (!canonical) cell.fit = Fit::kShown;
    return cell;
  }
  cell.fit = Fit::kShown;
  return DecodeDataUrl(text, scratch) ? cell : Mismatch();
}

ColumnCell JsonOfText(std::string_view text) {
  Writer parsed;
  if (!ParseJsonText(text, JsonReading::kLenient, &parsed)) return Mismatch();
  return ExactIf(true, Cell::Text(text));
}

ColumnCell OfText(ColumnType type, std::string_view text,
                  std::string* scratch) {
  switch (type) {
    case ColumnType::kInteger:
      return IntegerOfText(text);
    case ColumnType::kReal:
      return RealOfText(text);
    case ColumnType::kBigInt:
      return BigIntOfText(text, scratch);
    case ColumnType::kBoolean:
      return BooleanOfText(text);
    case ColumnType::kDatetime:
    case ColumnType::kDatetimeText:
      return TimeOfText(type, text, scratch);
    case ColumnType::kBlob:
      return BlobOfText(text, scratch);
    case ColumnType::kJson:
      return JsonOfText(text);
    default:
      return Mismatch();
  }
}

ColumnCell OfNumber(ColumnType type, Convert convert, const Item& head,
                    std::string* scratch) {
  switch (type) {
    case ColumnType::kText:
      return TextOfNumber(head, scratch);
    case ColumnType::kBoolean:
      return BooleanOfNumber(head);
    case ColumnType::kDatetime:
    case ColumnType::kDatetimeText:
      return TimeOfNumber(type, convert, head, scratch);
    default:
      return Mismatch();
  }
}

// A text column alone shows Booleans and Dates.
ColumnCell PlainText(const Item& head, std::string* scratch) {
  if (head.kind == Kind::kBool) {
    return Shown(Cell::Text(head.boolean ? "true" : "false"));
  }
  if (head.kind != Kind::kDate) return Mismatch();
  if (std::isnan(head.number)) return Shown(Cell::Null());
  const ColumnCell cell = InScratch(Fit::kShown, Cell::Text(""), *scratch);
  AppendIsoTime(head.number, scratch);
  return cell;
}

bool WriteNumber(double number, Writer* out) {
  out->Double(number);
  return true;
}

bool WriteTextOf(const Cell& cell, Writer* out) {
  std::string text;
  if (cell.type == Cell::Type::kInteger) {
    AppendInteger(cell.integer, &text);
  } else {
    AppendNumber(cell.real, &text);
  }
  out->String(text);
  return true;
}

bool WriteMoment(ColumnType type, Convert convert, const Cell& cell,
                 Writer* out) {
  double milliseconds = 0;
  if (type == ColumnType::kDatetime) {
    if (cell.type != Cell::Type::kInteger) return false;
    milliseconds = static_cast<double>(cell.integer);
    if (!IsTimeValue(milliseconds)) return false;
  } else {
    if (cell.type != Cell::Type::kText) return false;
    const std::optional<IsoTime> time = ParseIsoTime(cell.text());
    if (!time || !time->has_zone) return false;
    milliseconds = time->milliseconds;
  }
  if (convert == Convert::kSeconds)
    return WriteNumber(milliseconds / 1000, out);
  if (convert == Convert::kMilliseconds) return WriteNumber(milliseconds, out);
  if (type == ColumnType::kDatetimeText) {
    out->String(cell.text());
    return true;
  }
  std::string text;
  AppendIsoTime(milliseconds, &text);
  out->String(text);
  return true;
}

}  // namespace

ColumnCell ConvertValue(ColumnType type, Convert convert, const Item& head,
                        std::string* scratch) {
  const bool is_any = convert == Convert::kAuto;
  const bool wants_number = convert == Convert::kNumber ||
                            convert == Convert::kMilliseconds ||
                            convert == Convert::kSeconds;
  ColumnCell cell = Mismatch();
  if (head.kind == Kind::kString && (is_any || !wants_number)) {
    cell = OfText(type, AsText(head.bytes), scratch);
  } else if (IsNumber(head) && (is_any || wants_number)) {
    cell = OfNumber(type, convert, head, scratch);
  } else if (is_any && type == ColumnType::kText) {
    cell = PlainText(head, scratch);
  }
  if (is_any && cell.fit != Fit::kMismatch) cell.fit = Fit::kShown;
  return cell;
}

bool WriteConverted(ColumnType type, Convert convert, const Cell& cell,
                    Writer* out) {
  const bool integer = cell.type == Cell::Type::kInteger;
  const bool text = cell.type == Cell::Type::kText;
  switch (type) {
    case ColumnType::kText: {
      const auto number = text ? ParseNumber(cell.text()) : std::nullopt;
      return number && WriteNumber(*number, out);
    }
    case ColumnType::kInteger:
      return integer && WriteTextOf(cell, out);
    case ColumnType::kReal:
      return cell.type == Cell::Type::kReal && std::isfinite(cell.real) &&
             WriteTextOf(cell, out);
    case ColumnType::kBigInt:
      if (integer) return WriteTextOf(cell, out);
      if (text) out->String(cell.text());
      return text;
    case ColumnType::kBoolean:
      if (!integer || (cell.integer != 0 && cell.integer != 1)) return false;
      if (convert == Convert::kNumber) {
        out->Integer(cell.integer);
      } else {
        out->String(cell.integer == 1 ? "true" : "false");
      }
      return true;
    case ColumnType::kDatetime:
    case ColumnType::kDatetimeText:
      return WriteMoment(type, convert, cell, out);
    case ColumnType::kBlob: {
      if (cell.type != Cell::Type::kBlob) return false;
      std::string encoded;
      AppendBase64(cell.bytes, &encoded);
      out->String(encoded);
      return true;
    }
    case ColumnType::kJson:
      if (text) out->String(cell.text());
      return text;
    case ColumnType::kAny:
    case ColumnType::kKey:
    case ColumnType::kUuid:
      break;
  }
  return false;
}

}  // namespace ferrite::internal
