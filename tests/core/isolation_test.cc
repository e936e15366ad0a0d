// A batch that fails for the sake of one record: the record goes to the
// ledger, and all others into their tables.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <nlohmann/json.hpp>

#include "ferrite/ledger.h"
#include "ferrite/migration.h"
#include "tests/support/json_record.h"
#include "tests/support/memory_host.h"
#include "tests/support/shop.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::EncodeJson;
using ::testing::HasSubstr;
using testing::MemoryHost;
using testing::MemorySource;
using testing::ParsePlan;
using testing::Shop;

constexpr char kNotesPlan[] = R"({"ferrite": 1, "name": "notes", "tables": [
  {"name": "notes", "from": {"indexedDB": "d", "store": "notes"},
   "columns": {"id": "integer", "text": "text"}, "primaryKey": ["id"]}]})";

void Append(const std::string& key, Bytes value, Writer* batch) {
  batch->BeginArray(2);
  batch->Raw(*EncodeJson(key));
  batch->Raw(value);
}

class Isolation : public ::testing::Test {
 protected:
  Isolation() {
    Result<std::unique_ptr<Store>> store = Store::Open(":memory:", {});
    EXPECT_TRUE(store.ok());
    store_ = std::move(store).value();
    host_.sources.push_back(MemorySource::IndexedDb("d", "notes"));
  }

  void Put(int id, size_t bytes) {
    const std::string key = std::to_string(id);
    host_.sources[0].Put(key, R"({"id":)" + key + R"(,"text":")" +
                                  std::string(bytes, 'x') + "\"}");
  }

  std::unique_ptr<Pass> Begin(uint64_t max_failed = UINT64_MAX,
                              const Plan& plan = ParsePlan(kNotesPlan)) {
    MigrationOptions options;
    options.max_failed = max_failed;
    Result<std::unique_ptr<Pass>> pass =
        BeginMigration(store_.get(), plan, host_.States(), options);
    EXPECT_TRUE(pass.ok()) << pass.error().message;
    return std::move(pass).value();
  }

  std::string Query(const std::string& sql) {
    Result<Statement> statement = store_->Prepare(sql);
    EXPECT_TRUE(statement.ok()) << statement.error().message;
    Result<bool> row = statement->Step();
    EXPECT_TRUE(row.ok() && *row);
    return std::string(statement->Column(0).text());
  }
  std::string Ids() {
    return Query(
        "SELECT group_concat(id) FROM (SELECT id FROM notes ORDER BY id)");
  }
  std::string Failed() {
    return Query(
        "SELECT group_concat(key_text||' '||code) FROM "
        "(SELECT * FROM ferrite_failed ORDER BY id)");
  }

  std::unique_ptr<Store> store_;
  MemoryHost host_;
};

TEST_F(Isolation, RecordOverSqlitesLimitGoesToTheLedgerWithAllItsData) {
  for (int id = 1; id <= 9; ++id) Put(id, id == 4 ? 40000 : 100);
  auto pass = Begin();
  sqlite3_limit(store_->handle(), SQLITE_LIMIT_LENGTH, 30000);
  ASSERT_TRUE(host_.Drive(pass.get()).ok());
  sqlite3_limit(store_->handle(), SQLITE_LIMIT_LENGTH, 1000000);
  EXPECT_EQ(Ids(), "1,2,3,5,6,7,8,9");
  EXPECT_EQ(Failed(), "4 too_large");
  auto ledger = Ledger::Open(store_.get(), 1);
  size_t bytes = 0;
  ASSERT_TRUE(ledger
                  ->ForEach([&](const FailedRecord& record) {
                    bytes = record.value.size();
                    EXPECT_EQ(record.value,
                              *EncodeJson(R"({"id":4,"text":")" +
                                          std::string(40000, 'x') + "\"}"));
                    return true;
                  })
                  .ok());
  EXPECT_GT(bytes, 40000u);
  EXPECT_EQ(json::parse(pass->ReportJson())["status"],
            "completed_with_differences");
}

// A record of which nobody knows where it ends.
TEST_F(Isolation, RecordWithoutAnEndIsKeptWithTheRestOfItsBatch) {
  Put(9, 10);
  auto pass = Begin();
  const ByteBuffer note = *EncodeJson(R"({"id":1,"text":"x"})");
  const ByteBuffer broken = {0xA1, 0x61, 'a', 0x5A, 0xFF, 0xFF, 0xFF, 0xFF};
  Writer batch;
  for (const char* key : {"1", "2", "3"}) Append(key, note, &batch);
  Append("4", broken, &batch);
  Append("5", note, &batch);
  const ByteBuffer bytes = batch.Take();
  const Result<void> done = pass->Apply(bytes, false, 1);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::kRecordMalformed);
  EXPECT_EQ(pass->progress().current, 4u);
  EXPECT_EQ(pass->progress().failed, 3u) << "two have the id of the first";
  // It reads on behind the key of the broken one.
  const Bytes after = pass->step().after;
  EXPECT_EQ(ByteBuffer(after.begin(), after.end()), *EncodeJson("4"));
  auto ledger = Ledger::Open(store_.get(), 1);
  ByteBuffer kept;
  ASSERT_TRUE(ledger
                  ->ForEach([&](const FailedRecord& record) {
                    if (record.key_text == "4") kept = record.value;
                    return true;
                  })
                  .ok());
  Writer rest;
  rest.Raw(broken);
  Append("5", note, &rest);
  EXPECT_EQ(kept, rest.Take());
  // The same batch again: nothing twice, and no way on.
  EXPECT_EQ(pass->Apply(bytes, false, 1).error().code,
            ErrorCode::kRecordMalformed);
  EXPECT_EQ(pass->progress().current, 4u);
  ASSERT_TRUE(host_.Drive(pass.get()).ok());
  EXPECT_EQ(Ids(), "1,9");
  EXPECT_EQ(Failed(), "2 not_unique,3 not_unique,4 record_malformed");
}

TEST_F(Isolation, BatchThatIsNoSequenceOfRecordsChangesNothing) {
  auto pass = Begin();
  const ByteBuffer note = *EncodeJson(R"({"id":1})");
  Writer no_key;
  Append("1", note, &no_key);
  no_key.BeginArray(2);
  no_key.Raw(ByteBuffer{0x1C});
  Writer no_array;
  Append("1", note, &no_array);
  no_array.Integer(7);
  for (Writer* batch : {&no_key, &no_array}) {
    EXPECT_EQ(pass->Apply(batch->bytes(), false, 1).error().code,
              ErrorCode::kRecordMalformed);
    EXPECT_EQ(pass->progress().current, 0u);
    EXPECT_TRUE(pass->step().after.empty());
  }
}

// A trigger that the app made: SQLite itself fails on one row's values.
TEST_F(Isolation, ErrorOfSqliteForOneRowIsThatRecords) {
  for (int id = 1; id <= 5; ++id) Put(id, id == 3 ? 7 : 8);
  auto pass = Begin();
  ASSERT_TRUE(store_
                  ->Execute("CREATE TABLE seen(a); CREATE TRIGGER t AFTER "
                            "INSERT ON notes WHEN "
                            "length(new.text)=7 BEGIN INSERT INTO seen "
                            "VALUES(abs(-9223372036854775807-1)); "
                            "END")
                  .ok());
  ASSERT_TRUE(host_.Drive(pass.get()).ok());
  EXPECT_EQ(Ids(), "1,2,4,5");
  EXPECT_EQ(Failed(), "3 sql");
}

TEST_F(Isolation, TableThatIsGoneIsNoRecordsFault) {
  Put(1, 10);
  auto pass = Begin();
  ASSERT_TRUE(store_->Execute("DROP TABLE notes").ok());
  EXPECT_EQ(host_.Drive(pass.get()).error().code, ErrorCode::kSql);
  EXPECT_EQ(pass->progress().current, 0u);
  EXPECT_EQ(pass->progress().failed, 0u);
}

// Memory that runs out, as a function that a trigger calls for every row says.
struct Memory {
  size_t enough_for = SIZE_MAX;  // bytes of text
  int failures = 0;              // so many calls fail, whatever the row
  int calls = 0;
};

void Spend(sqlite3_context* context, int, sqlite3_value** arguments) {
  auto* memory = static_cast<Memory*>(sqlite3_user_data(context));
  ++memory->calls;
  const auto size = static_cast<size_t>(sqlite3_value_bytes(arguments[0]));
  if (size > memory->enough_for || memory->failures-- > 0) {
    sqlite3_result_error_nomem(context);
  }
}

class IsolationOutOfMemory : public Isolation {
 protected:
  std::unique_ptr<Pass> BeginWith(Memory* memory) {
    auto pass = Begin();
    sqlite3_create_function(store_->handle(), "spend", 1,
                            SQLITE_UTF8 | SQLITE_INNOCUOUS, memory, Spend,
                            nullptr, nullptr);
    EXPECT_TRUE(store_
                    ->Execute("CREATE TRIGGER t AFTER INSERT ON notes BEGIN "
                              "SELECT spend(new.text); END")
                    .ok());
    return pass;
  }
};

TEST_F(IsolationOutOfMemory, LargeRecordGoesToTheLedger) {
  for (int id = 1; id <= 20; ++id) Put(id, id == 13 ? 1200000 : 100);
  Memory memory{1000000, 0, 0};
  auto pass = BeginWith(&memory);
  ASSERT_TRUE(host_.Drive(pass.get()).ok());
  EXPECT_EQ(Failed(), "13 out_of_memory");
  EXPECT_EQ(Query("SELECT count(*)||'' FROM notes"), "19");
  EXPECT_EQ(json::parse(pass->ReportJson())["sources"][0]["records"], 20);
}

TEST_F(IsolationOutOfMemory, ThatPassesIsNoRecordsFault) {
  for (int failures = 1; failures <= 4; ++failures) {
    store_ = std::move(Store::Open(":memory:", {})).value();
    for (int id = 1; id <= 8; ++id) Put(id, 100);
    Memory memory{SIZE_MAX, failures, 0};
    auto pass = BeginWith(&memory);
    const Result<void> done = host_.Drive(pass.get());
    // The batch, its first half, its first quarter, and its first record.
    ASSERT_TRUE(done.ok()) << failures << done.error().message;
    EXPECT_EQ(Ids(), "1,2,3,4,5,6,7,8");
    EXPECT_EQ(json::parse(pass->ReportJson())["status"], "verified");
  }
}

TEST_F(IsolationOutOfMemory, ThatStaysStopsTheRunAndBlamesNoRecord) {
  for (int id = 1; id <= 8; ++id) Put(id, id <= 5 ? 100 : 200);
  Memory memory{150, 0, 0};
  auto pass = BeginWith(&memory);
  const Result<void> done = host_.Drive(pass.get());
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::kOutOfMemory);
  EXPECT_EQ(Ids(), "1,2,3,4,5");
  EXPECT_EQ(pass->progress().failed, 0u);
  // There is memory again: the same pass goes on.
  memory.enough_for = SIZE_MAX;
  ASSERT_TRUE(host_.Drive(pass.get()).ok());
  EXPECT_EQ(Ids(), "1,2,3,4,5,6,7,8");
  EXPECT_EQ(json::parse(pass->ReportJson())["status"], "verified");
}

TEST_F(Isolation, StopsAtTheFirstFailedRecordAndKeepsWhatCameBefore) {
  host_ = Shop(30);
  auto pass = Begin(0, ParsePlan());
  const Result<void> done = host_.Drive(pass.get());
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::kNotNull);
  EXPECT_EQ(done.error().path, "/code");
  EXPECT_THAT(done.error().message, HasSubstr("The record 10 of"));
  EXPECT_EQ(Query("SELECT count(*)||' '||max(id) FROM orders"), "9 9");
  EXPECT_EQ(Query("SELECT count(*)||'' FROM ferrite_failed"), "0");
  EXPECT_EQ(Query("SELECT status FROM ferrite_migration"), "failed");
  EXPECT_EQ(json::parse(*LastMigrationReport(store_.get()))["status"],
            "failed");

  // The record was mended, and the run goes on to the next.
  host_.sources[0].Put("10", R"({"id":10,"code":"c","address":{"city":"x"}})");
  auto again = Begin(0, ParsePlan());
  EXPECT_EQ(json::parse(again->ReportJson())["status"], "running");
  EXPECT_THAT(host_.Drive(again.get()).error().message,
              HasSubstr("The record 20 of"));
  EXPECT_EQ(Query("SELECT count(*)||' '||max(id) FROM orders"), "19 19");

  // Without stopping it comes to its end.
  auto third = Begin(UINT64_MAX, ParsePlan());
  ASSERT_TRUE(host_.Drive(third.get()).ok());
  EXPECT_EQ(Query("SELECT count(*)||'' FROM orders"), "27");
  EXPECT_EQ(Failed(), "20 not_null,25 type_mismatch,30 not_null");
}

TEST_F(Isolation, StopsBehindSoManyFailedRecords) {
  host_ = Shop(100);
  auto pass = Begin(3, ParsePlan());
  EXPECT_THAT(host_.Drive(pass.get()).error().message,
              HasSubstr("The record 30 of"));
  EXPECT_EQ(Failed(), "10 not_null,20 not_null,25 type_mismatch");
}

}  // namespace
}  // namespace ferrite
