#include "ferrite/preparer.h"

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/src/prepared_rows.h"
#include "ferrite/migration.h"
#include "tests/support/json_record.h"
#include "tests/support/mapping.h"
#include "tests/support/memory_host.h"
#include "tests/support/random_record.h"
#include "tests/support/random_table.h"
#include "tests/support/shop.h"
#include "tests/support/store_text.h"

namespace ferrite::testing {
namespace {

using internal::PreparedRows;
using nlohmann::json;

constexpr uint8_t kKey[] = {0x01};

// A batch in which every key is the same: a Preparer does not mind.
void Append(Bytes value, Writer* batch) {
  batch->BeginArray(2);
  batch->Raw(kKey);
  batch->Raw(value);
}

std::vector<Bytes> ValuesOf(Bytes batch) {
  std::vector<Bytes> values;
  Reader reader(batch);
  Item head;
  Bytes key, value;
  while (!reader.AtEnd() && reader.Next(&head) && reader.Skip(&key) &&
         reader.Pass(&value)) {
    values.push_back(value);
  }
  return values;
}

// The rows that a record makes, each with its hash; nothing when it fails.
std::optional<std::vector<std::string>> Mapped(Mapper* mapper, Bytes value) {
  if (!mapper->Begin(0, kKey, value).ok()) return std::nullopt;
  std::vector<std::string> rows;
  for (;;) {
    std::span<const Cell> row;
    const Result<bool> next = mapper->Next(&row);
    if (!next.ok()) return std::nullopt;
    if (!*next) return rows;
    std::string text = mapper->HashRow(row).ToHex();
    for (const Cell& cell : row) text += " " + CellText(cell);
    rows.push_back(std::move(text));
  }
}

std::optional<std::vector<std::string>> Prepared(const PreparedBatch& batch,
                                                 Bytes value) {
  PreparedRows::Made made;
  if (!batch.rows().Find(value, 0, &made)) return std::nullopt;
  std::vector<std::string> rows;
  for (size_t i = 0; i < made.hashes.size(); ++i) {
    std::string text = made.hashes[i].ToHex();
    for (const Cell& cell : made.row(i)) text += " " + CellText(cell);
    rows.push_back(std::move(text));
  }
  return rows;
}

TEST(Preparer, MakesTheRowsOfAnyPlanAndLeavesOutWhatFails) {
  Random random(20261122);
  PreparedBatch prepared;  // the same for all: nothing may be left in it
  int made = 0, failed = 0, filtered = 0;
  for (int i = 0; i < 300; ++i) {
    Plan plan = MustParse(OneTable(R"("columns":{})"));
    ChangeTable(&random, &plan.tables[0]);
    Writer batch;
    for (int k = 0; k < 40; ++k) {
      Writer record;
      RandomRecord(&random).Write(&record);
      Append(record.bytes(), &batch);
    }
    Preparer preparer(plan);
    preparer.Prepare(0, batch.bytes(), &prepared);
    Mapper mapper(plan, 0);
    for (const Bytes value : ValuesOf(batch.bytes())) {
      const auto wanted = Mapped(&mapper, value);
      ASSERT_EQ(Prepared(prepared, value), wanted)
          << "plan " << i << ", " << DecodeJsonText(value);
      if (!wanted) {
        ++failed;
        continue;
      }
      ++made;
      PreparedRows::Made rows;
      ASSERT_TRUE(prepared.rows().Find(value, 0, &rows));
      ASSERT_EQ(rows.filtered, mapper.filtered());
      filtered += rows.filtered != 0;
    }
  }
  // The test means something.
  EXPECT_GT(made, 3000);
  EXPECT_GT(failed, 1000);
  EXPECT_GT(filtered, 100);
}

TEST(Preparer, LeavesRecordsForWhichThereIsNoRoomToThePass) {
  const Plan plan =
      MustParse(OneTable(R"("each":"/list","columns":{"x":"integer",)"
                         R"("all":{"record":"/text","type":"json"}})"));
  // Each of its 100 rows shows the whole text, quoted.
  json record = {{"text", std::string(100000, '"')}, {"list", json::array()}};
  for (int i = 0; i < 100; ++i) record["list"].push_back({{"x", i}});
  const ByteBuffer small = *EncodeJson(R"({"text":"t","list":[{"x":1}]})");
  Writer batch;
  Append(small, &batch);
  Append(*EncodeJson(record.dump()), &batch);
  Append(small, &batch);
  const std::vector<Bytes> values = ValuesOf(batch.bytes());
  ASSERT_EQ(values.size(), 3u);
  Mapper mapper(plan, 0);
  ASSERT_EQ(Mapped(&mapper, values[1])->size(), 100u);
  Preparer preparer(plan);
  PreparedBatch prepared;
  preparer.Prepare(0, batch.bytes(), &prepared);
  EXPECT_TRUE(Prepared(prepared, values[0]));
  EXPECT_FALSE(Prepared(prepared, values[1]));
  EXPECT_FALSE(Prepared(prepared, values[2]));
}

TEST(Preparer, LeavesABatchThatIsNoneToThePass) {
  const Plan plan = MustParse(OneTable(""));
  Preparer preparer(plan);
  PreparedBatch prepared;
  Writer batch;
  Append(*EncodeJson(R"({"a":1})"), &batch);
  const size_t good = batch.size();
  for (const char* bad : {"ff", "8101", "820180", "8201", "830102"}) {
    batch.Truncate(good);
    for (const char* hex = bad; *hex != 0; hex += 2) {
      const ByteBuffer byte{
          static_cast<uint8_t>(std::stoi(std::string(hex, 2), nullptr, 16))};
      batch.Raw(byte);
    }
    preparer.Prepare(0, batch.bytes(), &prepared);
    EXPECT_TRUE(Prepared(prepared, ValuesOf(batch.bytes().first(good))[0]))
        << bad;
  }
}

TEST(Preparer, KnowsAPlanAndASource) {
  const Plan plan = MustParse(OneTable("")), other = MustParse(OneTable(""));
  Writer batch;
  Append(*EncodeJson(R"({"a":1})"), &batch);
  PreparedBatch prepared;
  Preparer(plan).Prepare(0, batch.bytes(), &prepared);
  EXPECT_TRUE(prepared.rows().IsOf(plan, 0));
  EXPECT_FALSE(prepared.rows().IsOf(plan, 1));
  EXPECT_FALSE(prepared.rows().IsOf(other, 0));
}

class PreparedMigration : public ::testing::Test {
 protected:
  // All that the store and the report say behind it.
  std::string Run(const std::string& plan_json, bool prepares,
                  MigrationOptions options = {},
                  const std::vector<std::string>& before = {}) {
    const Plan plan = ParsePlan(plan_json);
    MemoryHost host = host_;
    host.prepares = prepares;
    auto store = std::move(Store::Open(":memory:", {})).value();
    for (const std::string& sql : before) {
      EXPECT_TRUE(store->Execute(sql).ok()) << sql;
    }
    if (options.batch_bytes == MigrationOptions().batch_bytes) {
      options.batch_bytes = 2000;
    }
    options.now = host.now;
    auto pass = BeginMigration(store.get(), plan, host.States(), options);
    if (!pass.ok()) {
      ADD_FAILURE() << pass.error().ToJson();
      return "";
    }
    const Result<void> driven = host.Drive(pass->get());
    std::string text = driven.ok() ? "" : driven.error().ToJson() + "\n";
    text += (*pass)->ReportJson();
    pass->reset();
    prepared_ = host.prepared;
    return StoreText(store.get(), text);
  }

  void ExpectSame(const std::string& plan, const MigrationOptions& options = {},
                  const std::vector<std::string>& before = {}) {
    const std::string alone = Run(plan, false, options, before);
    EXPECT_EQ(prepared_, 0u);
    EXPECT_EQ(Run(plan, true, options, before), alone);
    EXPECT_GT(prepared_, 1u);
    all_ = alone;
  }
  bool Has(const std::string& text) const {
    return all_.find(text) != std::string::npos;
  }

  void PutPeople(int count) {
    MemorySource people = MemorySource::IndexedDb("d", "s");
    for (int id = 1; id <= count; ++id) {
      const json record = {
          {"id", id},
          {"name", id % 7 == 0 ? json(id) : json("Name " + std::to_string(id))},
          {"mail", "m" + std::to_string(id % 50) + "@x"},
          {"n", id * 0.5},
          {"tags", {{{"t", "a"}}, {{"t", id % 11 == 0 ? json(1) : json("b")}}}},
      };
      people.Put(std::to_string(id), record.dump());
    }
    host_.sources = {people};
  }

  MemoryHost host_;
  uint64_t prepared_ = 0;
  std::string all_;
};

constexpr char kFrom[] = R"("from":{"indexedDB":"d","store":"s"})";

std::string People(const std::string& members) {
  return R"({"ferrite":1,"name":"p","tables":[{"name":"people",)" +
         std::string(kFrom) +
         R"(,"columns":{"id":"integer","name":"text","n":"real"},)"
         R"("primaryKey":["id"])" +
         members + "}]}";
}

TEST_F(PreparedMigration, OfAShopWithRecordsThatFail) {
  host_ = Shop(200);
  const Plan plan = ParsePlan();
  auto store = std::move(Store::Open(":memory:", {})).value();
  for (const bool prepares : {false, true}) {
    MemoryHost host = host_;
    host.prepares = prepares;
    store = std::move(Store::Open(":memory:", {})).value();
    MigrationOptions options;
    options.now = host.now;
    options.batch_bytes = 3000;
    auto pass = BeginMigration(store.get(), plan, host.States(), options);
    ASSERT_TRUE(pass.ok());
    ASSERT_TRUE(host.Drive(pass->get()).ok());
    const std::string text = StoreText(store.get(), (*pass)->ReportJson());
    if (!prepares) all_ = text;
    EXPECT_EQ(text, all_);
    EXPECT_EQ(host.prepared > 2, prepares);
  }
}

TEST_F(PreparedMigration, OfTablesOfElementsAndOfOneSourceInTwo) {
  PutPeople(300);
  ExpectSame(R"({"ferrite":1,"name":"p","tables":[{"name":"people",)" +
             std::string(kFrom) + R"(,"columns":{"id":"integer",
    "name":"text"},"primaryKey":["id"]},{"name":"tags",)" +
             kFrom + R"(,"each":"/tags","columns":{
    "person":{"record":"/id","type":"integer"},"t":"text",
    "position":{"path":"$position","type":"integer"}},
    "primaryKey":["person","position"]}]})");
  EXPECT_TRUE(Has("type_mismatch"));
}

TEST_F(PreparedMigration, WithASchema) {
  PutPeople(200);
  ExpectSame(People(
      R"(,"schema":{"type":"object","properties":{"n":{"maximum":70},
         "mail":{"pattern":"^m[0-4]"}}})"));
  EXPECT_TRUE(Has("schema"));
}

TEST_F(PreparedMigration, WithSqlExpressions) {
  PutPeople(200);
  ExpectSame(R"({"ferrite":1,"name":"p","tables":[{"name":"people",)" +
             std::string(kFrom) + R"json(,"columns":{"id":"integer",
    "up":{"sql":"upper(record->>'mail')","type":"text"},
    "few":{"sql":"CASE WHEN key % 9 = 0 THEN json(record->>'mail') ELSE key END",
           "type":"any"}},
    "when":"key % 2","primaryKey":["id"]}]})json");
  EXPECT_TRUE(Has("expression"));
}

TEST_F(PreparedMigration, ThatMeetsTheAppsRows) {
  PutPeople(200);
  for (const char* strategy :
       {R"("overwrite")", R"("skip")", R"("ask")",
        R"({"strategy":"merge","columns":{"n":"max","name":"store"}})"}) {
    ExpectSame(
        People(R"(,"onConflict":)" + std::string(strategy)), {},
        {"CREATE TABLE people(id INTEGER PRIMARY KEY,name TEXT,n REAL,"
         "_unmapped BLOB)",
         "INSERT INTO people(id,name,n) VALUES(3,'mine',1),(77,'mine',2),"
         "(199,'Name 199',99.5)"});
  }
}

TEST_F(PreparedMigration, WhoseRowsCollide) {
  PutPeople(200);
  ExpectSame(R"({"ferrite":1,"name":"p","tables":[{"name":"people",)" +
             std::string(kFrom) + R"(,"columns":{"id":"integer",
    "mail":"text"},"primaryKey":["id"],"unique":[["mail"]]}]})");
  EXPECT_TRUE(Has("not_unique"));
}

TEST_F(PreparedMigration, ThatKeepsOriginsAndIsBroughtUpToDate) {
  PutPeople(200);
  MigrationOptions options;
  options.incremental = true;
  ExpectSame(People(""), options);
  EXPECT_TRUE(Has("ferrite_origin"));

  auto store = std::move(Store::Open(":memory:", {})).value();
  const Plan plan = ParsePlan(People(""));
  host_.prepares = true;
  options.batch_bytes = 2000;
  for (const bool is_first : {true, false}) {
    auto pass = BeginMigration(store.get(), plan, host_.States(), options);
    ASSERT_TRUE(pass.ok());
    EXPECT_EQ((*pass)->MakePreparer() != nullptr, is_first);
    ASSERT_TRUE(host_.Drive(pass->get()).ok());
    host_.sources[0].Put("5", R"({"id":5,"name":"other","n":1})");
    host_.sources[0].Remove("6");
  }
}

TEST_F(PreparedMigration, OfARecordThatMakesItsBatchFail) {
  PutPeople(100);
  host_.sources[0].Put("50", R"({"id":50,"a":1,"b":{"$raw":"ff"}})");
  ExpectSame(People(""));
  EXPECT_TRUE(Has("record_malformed"));
}

TEST_F(PreparedMigration, ThatStopsAtTheFirstFailure) {
  PutPeople(100);
  MigrationOptions options;
  options.max_failed = 10;
  options.batch_bytes = 1500;
  ExpectSame(People(""), options);
  EXPECT_TRUE(Has("the run was to stop there"));
}

TEST_F(PreparedMigration, ThatLeavesRecordsOut) {
  MemorySource local = MemorySource::LocalStorage();
  for (int i = 0; i < 200; ++i) {
    local.Put(
        json((i % 3 == 0 ? "secret." : "note.") + std::to_string(i)).dump(),
        json(std::string(50, 'v')).dump());
  }
  host_.sources = {local};
  ExpectSame(R"({"ferrite":1,"name":"p","tables":[{"name":"notes",
    "from":{"localStorage":true},"columns":{"text":{"path":"","type":"text"}}}],
    "excluded":[{"from":{"localStorage":{"prefix":"secret."}},
    "reason":"secrets"}]})");
}

TEST_F(PreparedMigration, IsNotOfferedForATrialRun) {
  PutPeople(10);
  auto store = std::move(Store::Open(":memory:", {})).value();
  MigrationOptions options;
  options.sample_size = 5;
  auto pass = BeginMigration(store.get(), ParsePlan(People("")), host_.States(),
                             options);
  ASSERT_TRUE(pass.ok());
  EXPECT_EQ((*pass)->MakePreparer(), nullptr);
}

}  // namespace
}  // namespace ferrite::testing
