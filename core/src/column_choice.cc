#include "column_choice.h"

#include <algorithm>
#include <utility>

namespace ferrite::internal {
namespace {

// A field with few distinct values among many is an enumeration.
constexpr uint64_t kPerValue = 4;

// True when every value that is there is one of these kinds.
bool AllAre(const FieldStatistics& field, std::initializer_list<Seen> kinds) {
  uint64_t sum = 0;
  for (const Seen kind : kinds) sum += field.count(kind);
  return sum == field.present();
}

void ChooseTextForm(const FieldStatistics& field, ColumnDraft* column) {
  const uint64_t texts = field.count(Seen::kText);
  const uint64_t exact = field.shaped(TextShape::kIsoExact);
  column->type = ColumnType::kText;
  if (field.shaped(TextShape::kUuid) == texts) {
    column->type = ColumnType::kUuid;
  } else if (exact == texts) {
    column->type = ColumnType::kDatetime;
    column->convert = Convert::kIso;
  } else if (exact + field.shaped(TextShape::kIsoZoned) == texts) {
    column->type = ColumnType::kDatetimeText;
    column->convert = Convert::kIso;
  }
}

bool IsEnumeration(const FieldStatistics& field) {
  uint64_t values = 0;
  for (const auto& [text, count] : field.shown) values += count;
  return field.shows_all && !field.shown.empty() &&
         values >= kPerValue * field.shown.size();
}

std::string Enumeration(const FieldStatistics& field) {
  std::vector<std::pair<std::string, uint64_t>> values(field.shown.begin(),
                                                       field.shown.end());
  std::stable_sort(values.begin(), values.end(),
                   [](auto& a, auto& b) { return a.second > b.second; });
  std::string text = std::to_string(values.size()) + " distinct: ";
  for (size_t i = 0; i < values.size(); ++i) {
    text += (i == 0 ? "" : ", ") + values[i].first;
  }
  return text;
}

std::string Mixture(const FieldStatistics& field) {
  static constexpr const char* kNames[] = {
      "undefined", "null", "boolean", "whole number", "number", "text",
      "BigInt",    "Date", "bytes",   "array",        "object", "other"};
  std::string text;
  for (size_t i = 0; i < field.seen.size(); ++i) {
    if (field.seen[i] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(kNames[i]) + " " +
            Spaced(field.seen[i]);
  }
  return text;
}

// What a person may want to change, and what speaks for it.
std::string Suggestion(const FieldStatistics& field,
                       const ColumnDraft& column) {
  const uint64_t texts = field.count(Seen::kText);
  if (column.type == ColumnType::kText && texts > 0) {
    if (field.shaped(TextShape::kIsoLocal) == texts) {
      return "dates as text without time or zone";
    }
    if (field.shaped(TextShape::kNumber) == texts) {
      return R"(numbers as text: type "real" or "integer" with "convert": "text" takes them)";
    }
  }
  const uint64_t numbers = field.count(Seen::kInteger);
  if (column.type == ColumnType::kInteger && numbers > 0) {
    if (field.milliseconds == numbers) {
      return R"(moments in milliseconds, it seems: type "datetime" with "convert": "milliseconds")";
    }
    if (field.seconds == numbers) {
      return R"(moments in seconds, it seems: type "datetime" with "convert": "seconds")";
    }
  }
  if (column.type == ColumnType::kJson && IsMapLike(field)) {
    return R"(a map of changing names: a table with "each" and "$name" could hold it)";
  }
  return "";
}

void Append(std::string part, std::string* text) {
  if (part.empty()) return;
  if (!text->empty()) *text += "; ";
  *text += part;
}

}  // namespace

ColumnDraft ChooseColumn(const FieldStatistics& field) {
  ColumnDraft column;
  column.type = ColumnType::kJson;
  if (field.present() == 0) {
    column.type = ColumnType::kAny;
  } else if (AllAre(field, {Seen::kText})) {
    ChooseTextForm(field, &column);
  } else if (AllAre(field, {Seen::kInteger})) {
    column.type = ColumnType::kInteger;
  } else if (AllAre(field, {Seen::kInteger, Seen::kReal})) {
    column.type = ColumnType::kReal;
  } else if (AllAre(field, {Seen::kBoolean})) {
    column.type = ColumnType::kBoolean;
  } else if (AllAre(field, {Seen::kDate})) {
    column.type = ColumnType::kDatetime;
  } else if (AllAre(field, {Seen::kBigInt})) {
    column.type = ColumnType::kBigInt;
  } else if (AllAre(field, {Seen::kBytes})) {
    column.type = ColumnType::kBlob;
  } else if (AllAre(field, {Seen::kText, Seen::kInteger, Seen::kReal})) {
    column.type = ColumnType::kAny;
  }
  // json shows everything, so nothing can mismatch.
  column.may_mismatch = column.type != ColumnType::kJson;
  column.has_key_values =
      field.present() > 0 &&
      (AllAre(field, {Seen::kText}) || AllAre(field, {Seen::kInteger}));
  if (column.has_key_values) column.values = field.values;
  column.least = field.least;
  column.most = field.most;
  return column;
}

std::optional<ColumnType> ChooseKeyType(const FieldStatistics& field,
                                        uint64_t records) {
  if (field.present() != records || field.comes_twice || field.has_shared) {
    return std::nullopt;
  }
  if (AllAre(field, {Seen::kText})) {
    return field.shaped(TextShape::kUuid) == records ? ColumnType::kUuid
                                                     : ColumnType::kText;
  }
  if (AllAre(field, {Seen::kInteger})) return ColumnType::kInteger;
  if (AllAre(field, {Seen::kText, Seen::kInteger, Seen::kReal})) {
    return ColumnType::kAny;
  }
  if (AllAre(field, {Seen::kDate})) return ColumnType::kDatetime;
  return std::nullopt;
}

bool IsMapLike(const FieldStatistics& field) {
  const uint64_t objects = field.count(Seen::kObject);
  if (objects == 0) return false;
  if (field.unseen_properties > field.properties / 4) return true;
  const double names = static_cast<double>(field.fields.size());
  const double each =
      static_cast<double>(field.properties) / static_cast<double>(objects);
  return objects >= 5 && names >= 6 && each < 0.35 * names;
}

std::string DescribeField(const FieldStatistics& field, uint64_t records,
                          const ColumnDraft& column, bool is_private) {
  std::string text =
      field.total() == records
          ? "seen in all " + Spaced(records)
          : "seen in " + Spaced(field.total()) + " of " + Spaced(records);
  const uint64_t nulls = field.total() - field.present();
  if (field.present() == 0) {
    Append("never but null or undefined", &text);
  } else if (nulls > 0) {
    Append("null or undefined " + Spaced(nulls), &text);
  }
  const bool is_mixed =
      column.type == ColumnType::kAny || column.type == ColumnType::kJson;
  if (is_mixed && field.present() > 0) Append(Mixture(field), &text);
  if (column.has_key_values) {
    if (is_private) {
      Append("values not shown", &text);
    } else if (IsEnumeration(field)) {
      Append(Enumeration(field), &text);
    } else if (field.values.is_complete() &&
               field.values.distinct() == field.present()) {
      Append("all different", &text);
    }
  }
  Append(Suggestion(field, column), &text);
  return text;
}

std::string Spaced(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t at = text.size(); at > 3;) text.insert(at -= 3, " ");
  return text;
}

}  // namespace ferrite::internal
