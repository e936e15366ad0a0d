#include "schema_checker.h"

#include <algorithm>
#include <utility>

#include "code_points.h"
#include "malformed.h"
#include "nesting.h"
#include "text_forms.h"

namespace ferrite::internal {
namespace {

// Schemas may meet one value in many ways, so a record has a budget: steps for
// each of its bytes, and some for a start.
constexpr uint64_t kStepsPerByte = 64;
constexpr uint64_t kMoreSteps = 1000000;
// Schemas and containers within each other.
constexpr int kMaxCheckDepth = 2000;

uint8_t TypeOf(const Item& item) {
  switch (item.kind) {
    case Kind::kNull:
      return kTypeNull;
    case Kind::kBool:
      return kTypeBoolean;
    case Kind::kInteger:
    case Kind::kBigInt:
      return kTypeWhole;
    case Kind::kDouble:
      return IsWholeNumber(item) ? kTypeWhole : kTypeFraction;
    case Kind::kString:
    case Kind::kBytes:
      return kTypeString;
    case Kind::kDate:
      return item.number == item.number ? kTypeString : kTypeNull;
    case Kind::kObject:
      return kTypeObject;
    default:
      return kTypeArray;
  }
}

std::string TypeNames(uint8_t types) {
  struct Named {
    uint8_t types;
    const char* name;
  };
  constexpr Named kNamed[] = {
      {kTypeString, "a string"},
      {kTypeWhole | kTypeFraction, "a number"},
      {kTypeWhole, "a whole number"},
      {kTypeBoolean, "a boolean"},
      {kTypeObject, "an object"},
      {kTypeArray, "an array"},
      {kTypeNull, "null"},
  };
  std::string names;
  for (const Named& named : kNamed) {
    if ((types & named.types) != named.types) continue;
    types = static_cast<uint8_t>(types & ~named.types);
    if (!names.empty()) names += " or ";
    names += named.name;
  }
  return "be " + (names.empty() ? std::string("absent") : names);
}

bool IsText(const Item& item) {
  return item.kind == Kind::kString || item.kind == Kind::kBytes;
}

uint64_t TextLength(const Item& item) {
  return item.kind == Kind::kBytes ? item.count
                                   : CountCodePoints(AsText(item.bytes));
}

// Years of four digits: what ISO text has no sign for.
bool HasPlainYear(const Item& date) {
  return date.number >= -62167219200000.0 && date.number < 253402300800000.0;
}

}  // namespace

SchemaRun::SchemaRun(const SchemaProgram* program)
    : program_(program), compare_(&view_), guesses_(program->guesses, 0) {
  for (const auto& regex : program->regexes) matchers_.emplace_back(regex);
  compare_.SetSteps(&steps_);
}

void SchemaRun::Reset(Bytes record) {
  view_.Begin(record);
  seen_.clear();
  steps_ = record.size() * kStepsPerByte + kMoreSteps;
  depth_ = 0;
  stopped_ = false;
}

Result<void> SchemaRun::Check(Bytes record) {
  explaining_ = false;
  Reset(record);
  if (Record(record)) return {};
  if (stopped_) return error_;
  explaining_ = true;
  failure_.Clear();
  Reset(record);
  (void)Record(record);
  explaining_ = false;
  if (stopped_) return error_;
  return failure_.ToError();
}

bool SchemaRun::Record(Bytes record) {
  Reader reader(record);
  Item item;
  if (!reader.Next(&item)) return Malformed(reader.error());
  if (!Schema(program_->root, item, &reader)) return false;
  return reader.AtEnd() ||
         Malformed(internal::Malformed(reader.offset(), "more than a record"));
}

bool SchemaRun::Malformed(Error error) {
  if (!stopped_) error_ = std::move(error);
  stopped_ = true;
  return false;
}

bool SchemaRun::Stop(const char* message) {
  return Malformed({ErrorCode::kSchema, message,
                    "Make the schema simpler: fewer anyOf within each other.",
                    ""});
}

bool SchemaRun::Schema(uint32_t number, const Item& item, Reader* reader) {
  if (steps_ == 0) return Stop("The schema takes too long for this record.");
  --steps_;
  if (!IsPlain(item)) return Bent(number, item, reader);
  const SchemaNode& node = program_->nodes[number];
  const uint8_t type = TypeOf(item);
  if ((node.types & type) == 0) return Fail(item, TypeNames(node.types));
  if (node.in_place != nullptr || node.values != nullptr) {
    if (!WholeValue(node, item, *reader)) return false;
  }
  switch (type) {
    case kTypeNull:
    case kTypeBoolean:
      return true;
    case kTypeWhole:
    case kTypeFraction:
      return node.number == nullptr || Number(*node.number, item);
    case kTypeString:
      return node.string == nullptr || String(*node.string, item);
    default:
      return Container(node, item, reader);
  }
}

// A value that JSON has no word for.
bool SchemaRun::Bent(uint32_t number, Item item, Reader* reader) {
  const SchemaNode& node = program_->nodes[number];
  const bool date_fits = item.kind == Kind::kDate && HasPlainYear(item) &&
                         (node.types & kTypeString) != 0 &&
                         node.values == nullptr && node.in_place == nullptr &&
                         (node.string == nullptr || node.string->takes_dates);
  if (date_fits) return true;
  // A schema of alternatives need not see the text that they may not need.
  const bool hand_on = item.kind == Kind::kDate && node.types == kTypeAll &&
                       node.values == nullptr && node.string == nullptr &&
                       node.in_place != nullptr;
  if (hand_on) {
    if (++depth_ > kMaxCheckDepth) return Stop("The schema nests too deep.");
    if (!InPlace(*node.in_place, item, *reader)) return false;
    --depth_;
    return true;
  }
  if (++depth_ > kMaxCheckDepth) return Stop("The record nests too deep.");
  Reader elsewhere{Bytes()};
  SchemaView::Opened opened;
  std::string text;
  if (!view_.Open(&item, reader, &elsewhere, &text, &opened)) {
    return Malformed(view_.error());
  }
  const bool fits = Schema(number, item, opened.contents);
  view_.Close(opened);
  --depth_;
  return fits;
}

bool SchemaRun::WholeValue(const SchemaNode& node, const Item& item,
                           const Reader& inside) {
  if (node.values != nullptr && !Values(*node.values, item, inside)) {
    return false;
  }
  if (node.in_place == nullptr) return true;
  if (++depth_ > kMaxCheckDepth) return Stop("The schema nests too deep.");
  if (!InPlace(*node.in_place, item, inside)) return false;
  --depth_;
  return true;
}

bool SchemaRun::Container(const SchemaNode& node, const Item& item,
                          Reader* reader) {
  const bool object = item.kind == Kind::kObject;
  if (object ? node.object == nullptr : node.array == nullptr) {
    return view_.Pass(item, reader) || Malformed(view_.error());
  }
  if (++depth_ > kMaxCheckDepth) return Stop("The record nests too deep.");
  if (object ? !Object(*node.object, item, reader)
             : !Array(*node.array, item, reader)) {
    return false;
  }
  --depth_;
  return true;
}

bool SchemaRun::Number(const NumberRules& rules, const Item& item) {
  if (rules.least && CompareNumbers(item, rules.least->item) < 0) {
    return Fail(item, "be at least ", rules.least->constant.json);
  }
  if (rules.most && CompareNumbers(item, rules.most->item) > 0) {
    return Fail(item, "be at most ", rules.most->constant.json);
  }
  if (rules.above && CompareNumbers(item, rules.above->item) <= 0) {
    return Fail(item, "be more than ", rules.above->constant.json);
  }
  if (rules.below && CompareNumbers(item, rules.below->item) >= 0) {
    return Fail(item, "be less than ", rules.below->constant.json);
  }
  if (rules.divisor && !IsMultiple(item, *rules.divisor)) {
    return Fail(item, "be a multiple of ", rules.divisor_text);
  }
  return true;
}

bool SchemaRun::String(const StringRules& rules, const Item& item) {
  // A character takes one to four bytes, or is one of base64.
  const uint64_t bytes =
      item.kind == Kind::kBytes ? item.count : item.bytes.size();
  if (bytes / 4 < rules.least || bytes > rules.most) {
    const uint64_t length = TextLength(item);
    if (length < rules.least) {
      return Fail(item, "have at least ", rules.least, " characters");
    }
    if (length > rules.most) {
      return Fail(item, "have at most ", rules.most, " characters");
    }
  }
  if (rules.format == nullptr && rules.patterns.empty()) return true;
  const std::string_view text = TextOf(item, &text_);
  if (rules.format != nullptr && !rules.format->check(text)) {
    return Fail(item, "have the format ", rules.format->name);
  }
  for (const SchemaPattern& pattern : rules.patterns) {
    if (!Matches(pattern, text)) {
      return Fail(item, "match the pattern ", pattern.text);
    }
  }
  return true;
}

bool SchemaRun::Values(const ValueRules& rules, const Item& item,
                       const Reader& inside) {
  if (IsText(item) && !rules.strings.empty()) {
    const std::string_view text = TextOf(item, &text_);
    const auto found =
        std::lower_bound(rules.strings.begin(), rules.strings.end(), text);
    if (found != rules.strings.end() && *found == text) return true;
  }
  for (const SchemaConstant& constant : rules.others) {
    Reader reader(constant.encoded);
    Item other;
    if (reader.Next(&other) && compare_.Equal(item, inside, other, reader)) {
      return true;
    }
  }
  return Fail(item, "be one of: ", rules.json);
}

bool SchemaRun::Array(const ArrayRules& rules, const Item& item,
                      Reader* reader) {
  if (item.count < rules.least) {
    return Fail(item, "have at least ", rules.least, " items");
  }
  if (item.count > rules.most) {
    return Fail(item, "have at most ", rules.most, " items");
  }
  const Reader inside = *reader;
  if (!Items(rules, item, reader)) return false;
  return !rules.unique || compare_.AllDiffer(item, inside) ||
         Fail(item, "have no two equal items");
}

bool SchemaRun::Items(const ArrayRules& rules, const Item& item,
                      Reader* reader) {
  uint64_t contained = 0;
  Item next;
  for (uint64_t i = 0; i < item.count; ++i) {
    if (item.kind == Kind::kMap) {  // the pairs lie like arrays of two
      next = Item();
      next.kind = Kind::kArray;
      next.count = 2;
    } else if (!reader->Next(&next)) {
      return Malformed(reader->error());
    }
    if (explaining_) failure_.EnterItem(i);
    if (rules.contains != kNoSchema && Try(rules.contains, next, *reader)) {
      ++contained;
    }
    const uint32_t schema =
        i < rules.prefix.size() ? rules.prefix[i] : rules.items;
    if (schema == kNoSchema) {
      if (!view_.Pass(next, reader)) return Malformed(view_.error());
    } else if (!Schema(schema, next, reader)) {
      return false;
    }
    if (explaining_) failure_.Leave();
  }
  if (rules.contains == kNoSchema) return true;
  if (contained < rules.least_contained) {
    return Fail(item, "contain at least ", rules.least_contained,
                " items of the schema in contains");
  }
  return contained <= rules.most_contained ||
         Fail(item, "contain at most ", rules.most_contained,
              " items of the schema in contains");
}

bool SchemaRun::Try(uint32_t number, const Item& item, Reader inside) {
  const bool explaining = std::exchange(explaining_, false);
  const int depth = depth_;
  const size_t seen = seen_.size();
  const bool fits = Schema(number, item, &inside);
  explaining_ = explaining;
  depth_ = depth;
  seen_.resize(seen);
  return fits && !stopped_;
}

bool SchemaRun::InPlace(const InPlaceRules& rules, const Item& item,
                        const Reader& inside) {
  for (const uint32_t schema : rules.all) {
    Reader again = inside;
    if (!Schema(schema, item, &again)) return false;
  }
  if (!rules.any.empty() && !Any(rules.any, item, inside)) return false;
  if (!rules.one.empty() && !One(rules.one, item, inside)) return false;
  if (rules.none != kNoSchema && Try(rules.none, item, inside)) {
    return Fail(item, "not satisfy the schema in not");
  }
  if (stopped_) return false;
  if (rules.condition == kNoSchema) return true;
  const uint32_t next =
      Try(rules.condition, item, inside) ? rules.then : rules.otherwise;
  if (stopped_) return false;
  if (next == kNoSchema) return true;
  Reader again = inside;
  return Schema(next, item, &again);
}

bool SchemaRun::Any(const std::vector<uint32_t>& schemas, const Item& item,
                    const Reader& inside) {
  for (const uint32_t schema : schemas) {
    if (Try(schema, item, inside)) return true;
    if (stopped_) return false;
  }
  return FailBranches(schemas, item, inside);
}

bool SchemaRun::One(const std::vector<uint32_t>& schemas, const Item& item,
                    const Reader& inside) {
  size_t fitting = 0;
  for (const uint32_t schema : schemas) {
    if (Try(schema, item, inside)) ++fitting;
    if (stopped_) return false;
    if (fitting == 2) {
      return Fail(item, "satisfy one schema of oneOf, not several");
    }
  }
  return fitting == 1 || FailBranches(schemas, item, inside);
}

bool SchemaRun::FailBranches(const std::vector<uint32_t>& schemas,
                             const Item& item, const Reader& inside) {
  if (!explaining_) return false;
  uint32_t candidate = kNoSchema;
  size_t candidates = 0;
  for (const uint32_t schema : schemas) {
    const SchemaNode& node = program_->nodes[schema];
    if ((node.types & TypeOf(item)) == 0) continue;
    candidate = schema;
    ++candidates;
  }
  if (candidates == 1) {
    Reader again = inside;
    (void)Schema(candidate, item, &again);
  }
  return Fail(item, "satisfy one of ", schemas.size(), " schemas");
}

}  // namespace ferrite::internal
