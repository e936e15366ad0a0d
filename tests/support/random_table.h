// Random columns, elements and conditions of a plan's table, for the records of
// random_record.h.
#ifndef FERRITE_TESTS_SUPPORT_RANDOM_TABLE_H_
#define FERRITE_TESTS_SUPPORT_RANDOM_TABLE_H_

#include <string>
#include <vector>

#include "ferrite/plan.h"
#include "tests/support/random_record.h"

namespace ferrite::testing {

inline std::vector<std::string> RandomPath(Random* random) {
  std::vector<std::string> path;
  if (random->OneIn(20)) return path;
  for (uint64_t steps = 1 + random->Below(3); steps > 0; --steps) {
    path.emplace_back(random->Of(kNames));
  }
  return path;
}

inline constexpr Convert kText[] = {Convert::kText, Convert::kAuto};
inline constexpr Convert kNumber[] = {Convert::kNumber, Convert::kAuto};
inline constexpr Convert kTime[] = {Convert::kIso, Convert::kMilliseconds,
                                    Convert::kSeconds, Convert::kAuto};

inline Convert RandomConvert(ColumnType type, Random* random) {
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
inline Literal RandomDefault(ColumnType type, Random* random) {
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

inline Column RandomColumn(int index, Random* random) {
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

// Gives the table what a plan can say of one, at random.
inline void ChangeTable(Random* random, Table* table) {
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

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_RANDOM_TABLE_H_
