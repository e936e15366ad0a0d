// Random plans with everything they can say over random records: every record
// becomes rows from which what became them comes back, or fails with a code.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/support/mapping.h"
#include "tests/support/random_record.h"

namespace ferrite::testing {
namespace {

constexpr int kPlans = 600;
constexpr int kRecordsPerPlan = 60;

std::vector<std::string> RandomPath(Random* random) {
  std::vector<std::string> path;
  if (random->OneIn(20)) return path;
  for (uint64_t steps = 1 + random->Below(3); steps > 0; --steps) {
    path.emplace_back(random->Of(kNames));
  }
  return path;
}

constexpr Convert kText[] = {Convert::kText, Convert::kAuto};
constexpr Convert kNumber[] = {Convert::kNumber, Convert::kAuto};
constexpr Convert kTime[] = {Convert::kIso, Convert::kMilliseconds,
                             Convert::kSeconds, Convert::kAuto};

Convert RandomConvert(ColumnType type, Random* random) {
  if (random->OneIn(2)) return Convert::kNone;
  switch (type) {
    case ColumnType::kText:
      return random->Of(kNumber);
    case ColumnType::kInteger:
    case ColumnType::kReal:
    case ColumnType::kBigInt:
      return random->Of(kText);
    case ColumnType::kBoolean:
      return random->OneIn(2) ? Convert::kNumber : Convert::kText;
    case ColumnType::kDatetime:
    case ColumnType::kDatetimeText:
      return random->Of(kTime);
    case ColumnType::kBlob:
      return Convert::kBase64;
    case ColumnType::kJson:
      return Convert::kJson;
    default:
      return Convert::kAuto;
  }
}

// Of the type, so that a row could have come from it.
Literal RandomDefault(ColumnType type, Random* random) {
  Literal literal;
  if (random->OneIn(6)) return literal;
  switch (type) {
    case ColumnType::kText:
    case ColumnType::kAny:
      literal.type = Literal::Type::kText;
      literal.bytes = "default";
      break;
    case ColumnType::kInteger:
    case ColumnType::kBoolean:
    case ColumnType::kDatetime:
    case ColumnType::kBigInt:
      literal.type = Literal::Type::kInteger;
      literal.integer = 1;
      break;
    case ColumnType::kReal:
      literal.type = Literal::Type::kReal;
      literal.real = 1.5;
      break;
    case ColumnType::kBlob:
      literal.type = Literal::Type::kBlob;
      literal.bytes = "\x01";
      break;
    case ColumnType::kJson:
      literal.type = Literal::Type::kText;
      literal.bytes = "[1]";
      break;
    default:
      break;
  }
  return literal;
}

Column RandomColumn(int index, Random* random) {
  static constexpr ColumnType kTypes[] = {
      ColumnType::kText,     ColumnType::kInteger, ColumnType::kReal,
      ColumnType::kBoolean,  ColumnType::kBigInt,  ColumnType::kBlob,
      ColumnType::kDatetime, ColumnType::kJson,    ColumnType::kJson,
      ColumnType::kAny,      ColumnType::kUuid,    ColumnType::kDatetimeText};
  Column column;
  column.name = "c" + std::to_string(index);
  column.type = random->Of(kTypes);
  column.convert = RandomConvert(column.type, random);
  if (random->OneIn(8)) column.from = ColumnFrom::kRecord;
  if (random->OneIn(12)) {
    column.from = random->OneIn(2) ? ColumnFrom::kPosition : ColumnFrom::kName;
    column.type = column.from == ColumnFrom::kName ? ColumnType::kAny
                                                   : ColumnType::kInteger;
    column.convert = Convert::kNone;
  } else {
    for (uint64_t n = 1 + random->Below(3); n > 0; --n) {
      column.paths.push_back(RandomPath(random));
    }
  }
  if (random->OneIn(3)) {
    column.default_value = RandomDefault(column.type, random);
  }
  column.on_mismatch = random->OneIn(5) ? OnMismatch::kLedger
                       : column.default_value && random->OneIn(2)
                           ? OnMismatch::kDefault
                           : OnMismatch::kNull;
  column.not_null = random->OneIn(20);
  return column;
}

void Change(Random* random, Table* table) {
  for (int i = static_cast<int>(random->Below(7)); i > 0; --i) {
    table->columns.push_back(RandomColumn(i, random));
  }
  if (random->OneIn(3)) {
    for (uint64_t n = 1 + random->Below(2); n > 0; --n) {
      table->each.push_back({});
      if (!random->OneIn(3)) table->each.back() = RandomPath(random);
    }
  }
  if (random->OneIn(6)) {
    Condition condition;
    condition.path = RandomPath(random);
    condition.any_of.resize(1);  // null
    table->when.push_back(condition);
  }
  if (random->OneIn(10)) table->unmapped = Unmapped::kFail;
}

bool IsRecordError(ErrorCode code) {
  static const std::set<ErrorCode> kCodes = {
      ErrorCode::kTypeMismatch, ErrorCode::kNotNull, ErrorCode::kConstraint};
  return kCodes.count(code) > 0;
}

struct Counts {
  int rows = 0;
  int failed = 0;
  int marked = 0;
  int empty = 0;  // lossless columns that are NULL
};

// `plan` is a table's; the record's rows are looked at one by one.
void MapOneRecord(Mapper* mapper, Bytes record, Canonicalizer* canonicalizer,
                  Counts* counts) {
  const uint8_t key[] = {0x01};
  const Result<void> begun = mapper->Begin(0, key, record);
  Writer rebuilt;
  for (;;) {
    std::span<const Cell> row;
    Result<bool> next =
        begun.ok() ? mapper->Next(&row) : Result<bool>(begun.error());
    if (!next.ok()) {
      ++counts->failed;
      EXPECT_TRUE(IsRecordError(next.error().code)) << next.error().ToJson();
      EXPECT_FALSE(*mapper->Next(&row));
      return;
    }
    if (!*next) return;
    ++counts->rows;
    if (!mapper->is_lossless()) continue;
    if (row.back().type == Cell::Type::kNull) {
      ++counts->empty;
    } else if (AsText(row.back().bytes).find("fMarked") != std::string::npos) {
      ++counts->marked;
    }
    rebuilt.Clear();
    const Result<void> done = mapper->Rebuild(row, &rebuilt);
    ASSERT_TRUE(done.ok()) << done.error().ToJson();
    const auto wanted = canonicalizer->Hash(mapper->row_value());
    ASSERT_TRUE(wanted.ok()) << wanted.error().ToJson();
    const auto found = canonicalizer->Hash(rebuilt.bytes());
    ASSERT_TRUE(found.ok()) << found.error().ToJson();
    ASSERT_EQ(found->ToHex(), wanted->ToHex())
        << DecodeJsonText(mapper->row_value()) << "\ncame back as\n"
        << DecodeJsonText(rebuilt.bytes());
  }
}

TEST(MapperPlanProperty, WhatBecameARowComesBack) {
  Random random(20260703);
  Canonicalizer canonicalizer;
  Counts counts;
  for (int i = 0; i < kPlans; ++i) {
    Mapping mapping(R"("columns":{})",
                    [&](Table& table) { Change(&random, &table); });
    for (int k = 0; k < kRecordsPerPlan; ++k) {
      Writer record;
      RandomRecord(&random).Write(&record);
      SCOPED_TRACE("plan " + std::to_string(i) + " record " +
                   std::to_string(k));
      MapOneRecord(&mapping.mapper(), record.bytes(), &canonicalizer, &counts);
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
  // The test means something.
  EXPECT_GT(counts.rows, kPlans * kRecordsPerPlan / 3);
  EXPECT_GT(counts.failed, kPlans);
  EXPECT_GT(counts.marked, kPlans);
  EXPECT_GT(counts.empty, kPlans);
}

// The values of every field that became rows are those of the record: each
// element once, none left out, none twice.
TEST(MapperPlanProperty, EveryElementBecomesARow) {
  Random random(77);
  Canonicalizer canonicalizer;
  Mapping mapping(R"("columns":{})",
                  [](Table& table) { table.each = {{"c"}}; });
  for (int i = 0; i < 2000; ++i) {
    std::vector<Hash128> wanted, found;
    Writer record;
    const uint64_t count = random.Below(6);
    record.BeginObject(1);
    record.String("c");
    record.BeginArray(count);
    for (uint64_t k = 0; k < count; ++k) {
      Writer element;
      RandomRecord(&random).Write(&element);
      // Numbers of shared values are the record's: leave those out here.
      auto hash = canonicalizer.Hash(element.bytes());
      const std::string_view text = AsText(element.bytes());
      if (text.find("\xd8\x1c") != text.npos || !hash.ok()) {
        element.Clear();
        element.Integer(static_cast<int64_t>(k));
        hash = canonicalizer.Hash(element.bytes());
      }
      wanted.push_back(*hash);
      record.Raw(element.bytes());
    }
    const uint8_t key[] = {0x01};
    ASSERT_TRUE(mapping.mapper().Begin(0, key, record.bytes()).ok());
    std::span<const Cell> row;
    while (*mapping.mapper().Next(&row)) {
      found.push_back(*canonicalizer.Hash(row.back().type == Cell::Type::kNull
                                              ? mapping.mapper().row_value()
                                              : row.back().bytes));
    }
    ASSERT_EQ(found, wanted) << i;
  }
}

}  // namespace
}  // namespace ferrite::testing
