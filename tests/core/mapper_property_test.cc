// Rebuild(Map(record)) == record, through a real SQLite table.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ferrite/store.h"
#include "tests/support/mapping.h"
#include "tests/support/random_record.h"

namespace ferrite::testing {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kPlans = 200;
constexpr int kRecordsPerPlan = 100;

std::string RandomPointer(Random* random) {
  std::string pointer;
  for (uint64_t steps = random->OneIn(15) ? 0 : 1 + random->Below(3); steps > 0;
       --steps) {
    pointer += '/';
    for (const char c : random->Of(kNames)) {
      pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
  }
  return pointer;
}

// Mostly of types that take much, so that most records fit.
std::string RandomTable(Random* random) {
  static constexpr const char* kTypes[] = {
      "json", "json", "json", "json",    "json",     "json",   "any",
      "text", "real", "blob", "integer", "datetime", "bigint", "boolean"};
  Json columns = Json::object();
  for (uint64_t i = random->Below(7); i > 0; --i) {
    columns["c" + std::to_string(i)] = {{"path", RandomPointer(random)},
                                        {"type", random->Of(kTypes)}};
  }
  return "\"columns\":" + columns.dump() +
         (random->OneIn(10) ? R"(,"unmapped":"fail")" : "");
}

std::vector<Cell> ReadRow(const Statement& statement, int first) {
  std::vector<Cell> row;
  for (int i = first; i < statement.column_count(); ++i) {
    row.push_back(statement.Column(i));
  }
  return row;
}

class Table {
 public:
  explicit Table(const std::string& table)
      : plan_(MustParse(OneTable(table))),
        mapper_(plan_, 0),
        store_(Store::Open(":memory:", {}).value()) {
    Must(store_->Execute(CreateTableSql(plan_, 0)));
    insert_.emplace(Prepare(InsertSql(plan_.tables[0])));
    select_.emplace(Prepare(SelectByKeySql(plan_.tables[0])));
  }

  Mapper& mapper() { return mapper_; }

  void Insert(std::span<const Cell> row) {
    for (size_t i = 0; i < row.size(); ++i) {
      insert_->Bind(static_cast<int>(i) + 1, row[i]);
    }
    Must(insert_->Run());
  }

  // The row whose key is `key`; valid until the next call.
  std::vector<Cell> Select(const Cell& key) {
    select_->Reset();
    select_->Bind(1, key);
    const Result<bool> found = select_->Step();
    EXPECT_TRUE(found.ok() && *found);
    return ReadRow(*select_, 1);
  }

 private:
  static void Must(const Result<void>& done) {
    ASSERT_TRUE(done.ok()) << done.error().ToJson();
  }
  Statement Prepare(const std::string& sql) {
    return std::move(store_->Prepare(sql)).value();
  }

  Plan plan_;
  Mapper mapper_;
  std::unique_ptr<Store> store_;
  std::optional<Statement> insert_, select_;
};

TEST(MapperProperty, RecordsComeBackFromTheirRows) {
  Random random(20260101);
  Canonicalizer canonicalizer;
  int mapped = 0, taken = 0;
  for (int i = 0; i < kPlans; ++i) {
    const std::string description = RandomTable(&random);
    SCOPED_TRACE(description);
    Table table(description);
    for (int k = 0; k < kRecordsPerPlan; ++k) {
      Writer key, record, rebuilt;
      key.Integer(k);
      RandomRecord(&random).Write(&record);
      const auto row = MapOne(&table.mapper(), key.bytes(), record.bytes());
      if (!row.ok()) {
        const ErrorCode code = row.error().code;
        EXPECT_TRUE(code == ErrorCode::kTypeMismatch ||
                    code == ErrorCode::kConstraint)
            << row.error().ToJson();
        continue;
      }
      ++mapped;
      if (row->back().type == Cell::Type::kNull) ++taken;
      const Hash128 row_hash = table.mapper().HashRow(*row);
      table.Insert(*row);
      const std::vector<Cell> stored = table.Select(Cell::Integer(k));
      EXPECT_EQ(table.mapper().HashRow(stored).ToHex(), row_hash.ToHex());
      const auto done = table.mapper().Rebuild(stored, &rebuilt);
      ASSERT_TRUE(done.ok()) << done.error().ToJson() << "\n"
                             << DecodeJsonText(record.bytes());
      const auto wanted = canonicalizer.Hash(record.bytes());
      ASSERT_TRUE(wanted.ok()) << wanted.error().ToJson();
      const auto found = canonicalizer.Hash(rebuilt.bytes());
      ASSERT_TRUE(found.ok()) << found.error().ToJson();
      ASSERT_EQ(found->ToHex(), wanted->ToHex())
          << DecodeJsonText(record.bytes()) << "\ncame back as\n"
          << DecodeJsonText(rebuilt.bytes());
    }
  }
  // The test means something.
  EXPECT_GT(mapped, kPlans * kRecordsPerPlan / 2);
  EXPECT_GT(taken, kPlans * kRecordsPerPlan / 20);
}

// Whatever bytes come in: a row that comes back, or an error, and no crash.
TEST(MapperProperty, DamagedRecordsAreRefusedOrComeBack) {
  Random random(7);
  Canonicalizer canonicalizer;
  Mapping mapping(R"("columns":{"a":"json","b":{"path":"/b/a","type":"any"},
                     "c":"blob","z":{"path":"/0/id","type":"json"}})");
  for (int i = 0; i < 20000; ++i) {
    Writer record, rebuilt;
    RandomRecord(&random).Write(&record);
    ByteBuffer bytes = record.Take();
    for (uint64_t n = 1 + random.Below(3); n > 0; --n) {
      bytes[random.Below(bytes.size())] = static_cast<uint8_t>(random.Next());
    }
    if (random.OneIn(4)) bytes.resize(random.Below(bytes.size() + 1));
    const uint8_t key[] = {0x01};
    const auto row = MapOne(&mapping.mapper(), key, bytes);
    if (!row.ok()) continue;
    const auto done = mapping.mapper().Rebuild(*row, &rebuilt);
    const auto wanted = canonicalizer.Hash(bytes);
    if (!wanted.ok()) continue;  // a name twice where no column asks
    ASSERT_TRUE(done.ok()) << ToHex(bytes);
    EXPECT_EQ(canonicalizer.Hash(rebuilt.bytes())->ToHex(), wanted->ToHex())
        << ToHex(bytes);
  }
}

// JSON text that somebody wrote into a json column by hand.
TEST(MapperProperty, DamagedJsonTextIsRefused) {
  Random random(9);
  Mapping mapping(R"("columns":{"a":"json"})");
  for (int i = 0; i < 5000; ++i) {
    std::string text =
        R"({"a":[1,-2.5e3,"x\n\u00e9\ud83d\ude00",{"b":null}],"c":true})";
    for (uint64_t n = 1 + random.Below(3); n > 0; --n) {
      static constexpr std::string_view kSigns = "{}[],:\"\\u0-.e1tn \x01";
      text[random.Below(text.size())] = random.Of(kSigns);
    }
    const std::vector<Cell> row = {Cell::Integer(1), Cell::Text(text),
                                   Cell::Null()};
    Writer out;
    const bool accepted = mapping.mapper().Rebuild(row, &out).ok();
    // A surrogate alone is JSON for nlohmann's parser neither.
    EXPECT_EQ(accepted, Json::accept(text)) << text;
  }
}

}  // namespace
}  // namespace ferrite::testing
