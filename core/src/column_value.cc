#include "column_value.h"

#include <cmath>

#include "conversion.h"
#include "ferrite/key.h"
#include "iso_time.h"
#include "number.h"
#include "text_forms.h"

namespace ferrite::internal {
namespace {

constexpr uint32_t kUint8Tag = 64;
constexpr double kTwoTo63 = 9223372036854775808.0;

ColumnCell Exact(const Cell& cell) { return {Fit::kExact, cell}; }
ColumnCell Shown(const Cell& cell) { return {Fit::kShown, cell}; }
ColumnCell Mismatch() { return {Fit::kMismatch, {}}; }

bool IsNumber(const Item& head) {
  return head.kind == Kind::kInteger || head.kind == Kind::kDouble;
}

// Text; with lone surrogates as BLOB, so that nobody takes it for text.
ColumnCell Text(const Item& head) {
  if (head.kind == Kind::kString) return Exact(Cell::Text(AsText(head.bytes)));
  if (head.kind == Kind::kWtf8) return Exact(Cell::Blob(head.bytes));
  return Mismatch();
}

ColumnCell Integer(const Item& head) {
  if (head.kind == Kind::kInteger) return Exact(Cell::Integer(head.integer));
  const bool zero = head.kind == Kind::kDouble && head.number == 0;
  return zero ? Shown(Cell::Integer(0)) : Mismatch();
}

ColumnCell Real(const Item& head) {
  if (!IsNumber(head)) return Mismatch();
  if (std::isnan(head.number)) return Shown(Cell::Null());
  const Cell cell = Cell::Real(head.number + 0.0);  // -0 is 0
  const bool whole = head.number == std::trunc(head.number);
  return whole && head.kind == Kind::kDouble ? Shown(cell) : Exact(cell);
}

ColumnCell Boolean(const Item& head) {
  if (head.kind != Kind::kBool) return Mismatch();
  return Exact(Cell::Integer(head.boolean ? 1 : 0));
}

ColumnCell Datetime(const Item& head) {
  if (head.kind == Kind::kDate) {
    if (std::isnan(head.number)) return Shown(Cell::Null());
    return Exact(Cell::Integer(static_cast<int64_t>(head.number)));
  }
  const ColumnCell number = Integer(head);
  return number.fit == Fit::kMismatch ? number : Shown(number.cell);
}

ColumnCell Any(const Item& head) {
  switch (head.kind) {
    case Kind::kString:
    case Kind::kWtf8:
      return Text(head);
    case Kind::kInteger:
      return Integer(head);
    case Kind::kDouble:
      return head.number == 0 ? Shown(Cell::Integer(0)) : Real(head);
    case Kind::kBool:
      return Shown(Boolean(head).cell);
    case Kind::kDate:
      return Shown(Datetime(head).cell);
    default:
      return Mismatch();
  }
}

ColumnCell Uuid(const Item& head) {
  const bool is = head.kind == Kind::kString && IsUuid(AsText(head.bytes));
  return is ? Text(head) : Mismatch();
}

bool WriteOwnCell(ColumnType type, const Cell& cell, Writer* out);

}  // namespace

ColumnCell ColumnWriter::Write(const Column& column, const Item& head,
                               Bytes value, const SharedValues* shared) {
  if (column.convert == Convert::kNone) {
    return WriteOwn(column.type, head, value, shared);
  }
  if (head.kind == Kind::kUndefined || head.kind == Kind::kNull) {
    return Shown(Cell::Null());
  }
  if (column.convert == Convert::kAuto) {
    const ColumnCell own = WriteOwn(column.type, head, value, shared);
    if (own.fit != Fit::kMismatch) return own;
    return ConvertValue(column.type, column.convert, head, &scratch_);
  }
  const ColumnCell converted =
      ConvertValue(column.type, column.convert, head, &scratch_);
  if (converted.fit != Fit::kMismatch) return converted;
  ColumnCell own = WriteOwn(column.type, head, value, shared);
  if (own.fit != Fit::kMismatch) own.fit = Fit::kShown;
  return own;
}

ColumnCell ColumnWriter::WriteOwn(ColumnType type, const Item& head,
                                  Bytes value, const SharedValues* shared) {
  if (head.kind == Kind::kUndefined || head.kind == Kind::kNull) {
    return Shown(Cell::Null());
  }
  switch (type) {
    case ColumnType::kText:
      return Text(head);
    case ColumnType::kInteger:
      return Integer(head);
    case ColumnType::kReal:
      return Real(head);
    case ColumnType::kBoolean:
      return Boolean(head);
    case ColumnType::kDatetime:
      return Datetime(head);
    case ColumnType::kBigInt:
      return BigInt(head);
    case ColumnType::kBlob:
      return Blob(head, value, shared);
    case ColumnType::kJson:
      return Json(value, shared);
    case ColumnType::kAny:
      return Any(head);
    case ColumnType::kUuid:
      return Uuid(head);
    case ColumnType::kDatetimeText:
      return DatetimeText(head);
    case ColumnType::kKey:  // WriteKey's
      break;
  }
  return Mismatch();
}

ColumnCell ColumnWriter::DatetimeText(const Item& head) {
  if (head.kind != Kind::kDate) return Mismatch();
  if (std::isnan(head.number)) return Shown(Cell::Null());
  ColumnCell text{Fit::kExact, Cell::Text(""), true, scratch_.size()};
  AppendIsoTime(head.number, &scratch_);
  if (scratch_.size() - text.begin != kIsoTimeSize) text.fit = Fit::kShown;
  return text;
}

ColumnCell ColumnWriter::BigInt(const Item& head) {
  if (head.kind == Kind::kBigInt) {
    if (const auto value = BigIntToInt64(head)) {
      return Exact(Cell::Integer(*value));
    }
    ColumnCell text{Fit::kShown, Cell::Text(""), true, scratch_.size()};
    AppendBigInt(head, &scratch_);
    return text;
  }
  if (!IsNumber(head) || head.number != std::trunc(head.number) ||
      !(head.number >= -kTwoTo63 && head.number < kTwoTo63)) {
    return Mismatch();
  }
  return Shown(Cell::Integer(static_cast<int64_t>(head.number)));
}

ColumnCell ColumnWriter::Blob(const Item& head, Bytes value,
                              const SharedValues* shared) {
  const Cell bytes = Cell::Blob(head.bytes);
  if (head.kind == Kind::kBytes) return {Fit::kBytes, bytes};
  if (head.kind == Kind::kTypedArray) {
    return head.tag == kUint8Tag ? Exact(bytes) : Shown(bytes);
  }
  if (head.kind != Kind::kInstance) return Mismatch();
  Reader inside(value);
  Item again;
  Bytes inner;
  if (!inside.Next(&again) || !InstanceBytes(inside, head, shared, &inner)) {
    return Mismatch();
  }
  const std::string_view name = AsText(head.bytes);
  const bool holds_bytes = name == "Blob" || name == "File";
  return {holds_bytes ? Fit::kBytes : Fit::kShown, Cell::Blob(inner)};
}

ColumnCell ColumnWriter::Json(Bytes value, const SharedValues* shared) {
  ColumnCell text{Fit::kExact, Cell::Text(""), true, scratch_.size()};
  if (!json_.Append(value, shared, &scratch_)) text.fit = Fit::kShown;
  return text;
}

std::optional<ColumnCell> ColumnWriter::WriteKey(ColumnType type,
                                                 const Item& head, Bytes key) {
  const bool simple = head.kind == Kind::kString || head.kind == Kind::kInteger;
  sortable_.clear();
  if (!simple && !AppendSortableKey(key, &sortable_).ok()) return std::nullopt;
  if (type != ColumnType::kKey) return WriteOwn(type, head, key, nullptr);
  if (head.kind == Kind::kString || IsNumber(head)) {
    // All numbers that are keys have a cell of their own: NaN is none, and -0
    // is 0.
    return Any(head);
  }
  ColumnCell cell{Fit::kExact, Cell::Blob({}), true, scratch_.size()};
  scratch_.append(AsText(sortable_));
  return cell;
}

std::string DescribeItem(const Item& head, bool sensitive) {
  switch (head.kind) {
    case Kind::kUndefined:
      return "undefined";
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return sensitive ? "a boolean" : head.boolean ? "true" : "false";
    case Kind::kInteger:
      if (sensitive) return "a number";
      return "the number " + std::to_string(head.integer);
    case Kind::kDouble: {
      if (sensitive) return "a number";
      if (std::isnan(head.number)) return "NaN";
      if (std::isinf(head.number)) return "Infinity";
      std::string text = "the number ";
      AppendDouble(head.number, &text);
      return text;
    }
    case Kind::kString:
    case Kind::kWtf8:
      return "a string";
    case Kind::kBytes:
      return "an ArrayBuffer";
    case Kind::kBigInt:
      return "a BigInt";
    case Kind::kDate:
      return std::isnan(head.number) ? "an invalid Date" : "a Date";
    case Kind::kArray:
      return "an array";
    case Kind::kObject:
      return "an object";
    case Kind::kMap:
      return "a Map";
    case Kind::kSet:
      return "a Set";
    case Kind::kTypedArray:
      return "a typed array";
    case Kind::kRegExp:
      return "a RegExp";
    case Kind::kInstance:
      return "a value of type " + std::string(AsText(head.bytes).substr(0, 40));
    case Kind::kShareable:
    case Kind::kReference:
      break;
  }
  return "a reference";
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
                        (c >= 'A' && c <= 'F');
    if (is_hyphen ? c != '-' : !is_hex) return false;
  }
  return true;
}

bool WriteCell(const Column& column, const Cell& cell, Writer* out) {
  const bool converts =
      column.convert != Convert::kNone && column.convert != Convert::kAuto;
  return converts ? WriteConverted(column.type, column.convert, cell, out)
                  : WriteOwnCell(column.type, cell, out);
}

namespace {

bool WriteDateOf(std::string_view text, Writer* out) {
  const std::optional<IsoTime> time = ParseIsoTime(text);
  if (!time || !time->has_zone) return false;
  out->Date(time->milliseconds);
  return true;
}

bool WriteOwnCell(ColumnType type, const Cell& cell, Writer* out) {
  const bool integer = cell.type == Cell::Type::kInteger;
  const bool number =
      integer && cell.integer >= -kMaxInteger && cell.integer <= kMaxInteger;
  const bool real = cell.type == Cell::Type::kReal;
  const bool text = cell.type == Cell::Type::kText;
  const bool blob = cell.type == Cell::Type::kBlob;
  switch (type) {
    case ColumnType::kInteger:
      if (number) out->Integer(cell.integer);
      return number;
    case ColumnType::kText:
      if (text) out->String(cell.text());
      if (blob) out->Wtf8(cell.bytes);
      return text || blob;
    case ColumnType::kReal:
    case ColumnType::kAny:
      if (number) out->Integer(cell.integer);
      if (real) out->Double(cell.real);
      if (number || real || type == ColumnType::kReal) return number || real;
      return WriteOwnCell(ColumnType::kText, cell, out);
    case ColumnType::kBoolean:
      if (integer) out->Bool(cell.integer != 0);
      return integer && (cell.integer == 0 || cell.integer == 1);
    case ColumnType::kDatetime:
      if (integer) out->Date(static_cast<double>(cell.integer));
      return integer && std::fabs(static_cast<double>(cell.integer)) <=
                            kMaxDateMilliseconds;
    case ColumnType::kBigInt:
      if (integer) out->BigInt(cell.integer);
      return integer;
    case ColumnType::kBlob:
      if (blob) out->TypedArray(kUint8Tag, cell.bytes);
      return blob;
    case ColumnType::kJson:
      return text && ParseJsonText(cell.text(), JsonReading::kStrict, out);
    case ColumnType::kUuid:
      if (text) out->String(cell.text());
      return text;
    case ColumnType::kDatetimeText:
      return text && WriteDateOf(cell.text(), out);
    case ColumnType::kKey:
      break;
  }
  return false;
}

}  // namespace
}  // namespace ferrite::internal
