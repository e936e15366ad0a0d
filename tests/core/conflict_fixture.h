// A store with the app's own table, and a plan that meets its rows.
#ifndef FERRITE_TESTS_CORE_CONFLICT_FIXTURE_H_
#define FERRITE_TESTS_CORE_CONFLICT_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "ferrite/conflict.h"
#include "ferrite/migration.h"
#include "ferrite/verification.h"
#include "tests/support/memory_host.h"
#include "tests/support/shop.h"

namespace ferrite::testing {

using nlohmann::json;

// The app's own table, as the plan below describes it and a column more.
inline constexpr char kTable[] =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, n REAL, at INTEGER, "
    "mail VARCHAR(80) UNIQUE, note TEXT DEFAULT 'mine', _unmapped BLOB)";

inline std::string PlanText(const std::string& on_conflict) {
  return R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "t", "from": {"indexedDB": "d", "store": "s"},
     "columns": {"id": "integer", "name": "text", "n": "real",
       "at": {"type": "integer"}, "mail": "text"},
     "primaryKey": ["id"], "onConflict": )" +
         on_conflict + "}]}";
}

class Conflicts : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = std::move(Store::Open(":memory:", {})).value();
    host_.sources = {MemorySource::IndexedDb("d", "s")};
  }

  void Execute(const std::string& sql) {
    Result<void> done = store_->Execute(sql);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  // The first row of a statement, its columns joined by |.
  std::string Row(const std::string& sql) {
    Result<Statement> select = store_->Prepare(sql);
    EXPECT_TRUE(select.ok()) << select.error().message;
    if (!*select->Step()) return "";
    std::string row;
    for (int i = 0; i < select->column_count(); ++i) {
      const Cell cell = select->Column(i);
      if (i > 0) row += "|";
      switch (cell.type) {
        case Cell::Type::kNull:
          row += "null";
          break;
        case Cell::Type::kInteger:
          row += std::to_string(cell.integer);
          break;
        case Cell::Type::kReal:
          row += json(cell.real).dump();
          break;
        default:
          row += cell.text();
      }
    }
    return row;
  }

  void Put(const std::string& record) {
    host_.sources[0].Put(json::parse(record)["id"].dump(), record);
  }

  Result<std::unique_ptr<Pass>> Begin(const std::string& plan) {
    MigrationOptions options;
    options.now = host_.now;
    options.batch_bytes = 200;
    plan_ = ParsePlan(plan);
    return BeginMigration(store_.get(), plan_, host_.States(), options);
  }

  json Migrate(const std::string& plan) {
    Result<std::unique_ptr<Pass>> pass = Begin(plan);
    EXPECT_TRUE(pass.ok()) << pass.error().ToJson();
    Result<void> driven = host_.Drive(pass->get());
    EXPECT_TRUE(driven.ok()) << driven.error().ToJson();
    return json::parse((*pass)->ReportJson());
  }

  json Verify() {
    Result<std::unique_ptr<Pass>> pass = BeginVerification(
        store_.get(), plan_, host_.States(), {.now = host_.now});
    EXPECT_TRUE(pass.ok()) << pass.error().ToJson();
    Result<void> driven = host_.Drive(pass->get());
    EXPECT_TRUE(driven.ok()) << driven.error().ToJson();
    return json::parse((*pass)->ReportJson());
  }

  json List(ConflictFilter filter = {}) {
    Result<std::string> list = ListConflicts(store_.get(), filter);
    EXPECT_TRUE(list.ok()) << list.error().ToJson();
    return json::parse(*list);
  }

  json ListAll() {
    ConflictFilter all;
    all.undecided_only = false;
    return List(all);
  }

  Result<std::string> Resolve(const std::string& decisions) {
    return ResolveConflicts(store_.get(), plan_, decisions, 42);
  }

  std::unique_ptr<Store> store_;
  MemoryHost host_;
  Plan plan_;
};

inline constexpr char kNewest[] = R"({"strategy": "keepNewest", "time": "at"})";
inline constexpr char kOldest[] = R"({"strategy": "keepOldest", "time": "at"})";
inline constexpr char kStored[] = "1,'store',1.0,50,NULL";
inline constexpr char kSame[] =
    R"({"id": 1, "name": "store", "n": 1, "at": 50})";
inline constexpr char kNewer[] =
    R"({"id": 1, "name": "source", "n": 2, "at": 60})";
inline constexpr char kOlder[] =
    R"({"id": 1, "name": "source", "n": 2, "at": 40})";
inline constexpr char kAsOld[] =
    R"({"id": 1, "name": "source", "n": 2, "at": 50})";
inline constexpr char kNoTime[] = R"({"id": 1, "name": "source", "n": 2})";
inline constexpr char kTimeless[] = "1,'store',1.0,NULL,NULL";

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_CORE_CONFLICT_FIXTURE_H_
