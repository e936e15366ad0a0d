// Random plans with everything they can say over random records: every record
// becomes rows from which what became them comes back, or fails with a code.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/support/mapping.h"
#include "tests/support/random_record.h"
#include "tests/support/random_table.h"

namespace ferrite::testing {
namespace {

constexpr int kPlans = 600;
constexpr int kRecordsPerPlan = 60;

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
                    [&](Table& table) { ChangeTable(&random, &table); });
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
