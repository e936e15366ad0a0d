// A plan's table and its Mapper over records written as JSON.
#ifndef FERRITE_TESTS_SUPPORT_MAPPING_H_
#define FERRITE_TESTS_SUPPORT_MAPPING_H_

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/hash.h"
#include "ferrite/mapper.h"
#include "ferrite/plan.h"
#include "json_record.h"

namespace ferrite::testing {

// The plan of one table `t` over one object store; `table` is what its members
// after "from" are, e.g. R"("columns":{"id":"text"})".
inline std::string OneTable(const std::string& table) {
  return R"({"ferrite":1,"name":"p","tables":[{"name":"t",)"
         R"("from":{"indexedDB":"d","store":"s"})" +
         (table.empty() ? "" : "," + table) + "}]}";
}

inline Plan MustParse(const std::string& json) {
  Result<Plan> plan = Plan::Parse(json);
  if (!plan.ok()) {
    ADD_FAILURE() << json << ": " << plan.error().ToJson();
    return {};
  }
  return std::move(plan).value();
}

// i:1, r:1.5, t:text, b:0a0b, null.
inline std::string CellText(const Cell& cell) {
  switch (cell.type) {
    case Cell::Type::kNull:
      return "null";
    case Cell::Type::kInteger:
      return "i:" + std::to_string(cell.integer);
    case Cell::Type::kReal: {
      char text[40];
      std::snprintf(text, sizeof text, "r:%.17g", cell.real);
      return text;
    }
    case Cell::Type::kText:
      return "t:" + std::string(cell.text());
    case Cell::Type::kBlob:
      return "b:" + ToHex(cell.bytes);
  }
  return "?";
}

// The row of a record that becomes one.
inline Result<std::span<const Cell>> MapOne(Mapper* mapper, Bytes key,
                                            Bytes record) {
  if (auto begun = mapper->Begin(0, key, record); !begun.ok()) {
    return std::move(begun).error();
  }
  std::span<const Cell> row;
  Result<bool> next = mapper->Next(&row);
  if (!next.ok()) return std::move(next).error();
  EXPECT_TRUE(*next);
  return row;
}

class Mapping {
 public:
  explicit Mapping(const std::string& table)
      : plan_(MustParse(OneTable(table))), mapper_(plan_, 0) {}
  // `change` adds to the table what the text does not say.
  template <typename Change>
  Mapping(const std::string& table, Change&& change)
      : plan_(Changed(MustParse(OneTable(table)), change)), mapper_(plan_, 0) {}

  const Table& table() const { return plan_.tables[0]; }
  Mapper& mapper() { return mapper_; }

  Result<std::span<const Cell>> Map(std::string_view record,
                                    std::string_view key = "1") {
    key_ = EncodeJson(key).value();
    record_ = EncodeJson(record).value();
    return MapOne(&mapper_, key_, record_);
  }

  // All of the record's rows, as Row has them; at the end of them the error.
  std::vector<std::vector<std::string>> Rows(std::string_view record,
                                             std::string_view key = "1") {
    key_ = EncodeJson(key).value();
    record_ = EncodeJson(record).value();
    std::vector<std::vector<std::string>> rows;
    Result<void> begun = mapper_.Begin(0, key_, record_);
    if (!begun.ok()) return {{ErrorLine(begun.error())}};
    for (;;) {
      std::span<const Cell> row;
      Result<bool> next = mapper_.Next(&row);
      if (!next.ok()) {
        rows.push_back({ErrorLine(next.error())});
        return rows;
      }
      if (!*next) return rows;
      rows.push_back(CellTexts(row));
      if (!mapper_.is_lossless()) continue;
      const ByteBuffer value(mapper_.row_value().begin(),
                             mapper_.row_value().end());
      EXPECT_TRUE(ComesBack(row, value));
    }
  }

  // The row's cells as text, the lossless column as JSON, or the error.
  std::vector<std::string> Row(std::string_view record,
                               std::string_view key = "1") {
    const auto row = Map(record, key);
    if (!row.ok()) return {ErrorLine(row.error())};
    return CellTexts(*row);
  }

  // Whether the last record comes back from this row.
  ::testing::AssertionResult ComesBack(std::span<const Cell> row) {
    return ComesBack(row, record_);
  }
  ::testing::AssertionResult ComesBack(std::span<const Cell> row, Bytes value) {
    Writer rebuilt;
    if (auto done = mapper_.Rebuild(row, &rebuilt); !done.ok()) {
      return ::testing::AssertionFailure() << done.error().ToJson();
    }
    Canonicalizer canonicalizer;
    const Result<Hash128> wanted = canonicalizer.Hash(value);
    if (!wanted.ok()) {
      return ::testing::AssertionFailure() << wanted.error().ToJson();
    }
    const Result<Hash128> found = canonicalizer.Hash(rebuilt.bytes());
    if (found.ok() && *found == *wanted) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure()
           << DecodeJsonText(value) << " came back as "
           << DecodeJsonText(rebuilt.bytes());
  }

 private:
  template <typename Change>
  static Plan Changed(Plan plan, Change&& change) {
    change(plan.tables[0]);
    return plan;
  }

  static std::string ErrorLine(const Error& error) {
    return std::string(ErrorText(error.code)) + " " + error.path;
  }

  std::vector<std::string> CellTexts(std::span<const Cell> row) const {
    std::vector<std::string> cells;
    for (const Cell& cell : row) cells.push_back(CellText(cell));
    if (table().unmapped == Unmapped::kKeep) {
      const Cell& left = row.back();
      if (left.type == Cell::Type::kBlob) {
        cells.back() = DecodeJsonText(left.bytes);
      }
    }
    return cells;
  }

  Plan plan_;
  Mapper mapper_;
  ByteBuffer key_, record_;
};

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_MAPPING_H_
