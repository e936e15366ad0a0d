// A store that is migrated, and brought up to date, from sources in memory.
#ifndef FERRITE_TESTS_CORE_INCREMENTAL_FIXTURE_H_
#define FERRITE_TESTS_CORE_INCREMENTAL_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "ferrite/migration.h"
#include "ferrite/verification.h"
#include "tests/support/memory_host.h"
#include "tests/support/shop.h"

namespace ferrite::testing {

using nlohmann::json;

class Incremental : public ::testing::Test {
 protected:
  // `more` are members of the plan, each behind a comma.
  void Open(const std::string& tables, size_t stores = 1,
            const std::string& more = "") {
    store_ = std::move(Store::Open(":memory:", {})).value();
    plan_ = ParsePlan(R"({"ferrite": 1, "name": "p", "tables": [)" + tables +
                      "]" + more + "}");
    host_.sources.clear();
    for (size_t i = 0; i < stores; ++i) {
      host_.sources.push_back(
          MemorySource::IndexedDb("d", std::string(1, char('a' + i))));
    }
  }

  void Put(const std::string& record, size_t source = 0) {
    host_.sources[source].Put(json::parse(record)["id"].dump(), record);
  }
  void Remove(int id, size_t source = 0) {
    host_.sources[source].Remove(std::to_string(id));
  }

  Result<std::unique_ptr<Pass>> Begin(bool incremental = true) {
    MigrationOptions options;
    options.now = host_.now;
    options.batch_bytes = 200;
    options.batch_records = batch_records_;
    options.incremental = incremental;
    return BeginMigration(store_.get(), plan_, host_.States(), options);
  }

  json Migrate() {
    Result<std::unique_ptr<Pass>> pass = Begin();
    if (!pass.ok()) return json::parse(pass.error().ToJson());
    Result<void> driven = host_.Drive(pass->get());
    if (!driven.ok()) return json::parse(driven.error().ToJson());
    return json::parse((*pass)->ReportJson());
  }

  std::string Verify() {
    Result<std::unique_ptr<Pass>> pass = BeginVerification(
        store_.get(), plan_, host_.States(), {.now = host_.now});
    if (!pass.ok()) return pass.error().message;
    Result<void> driven = host_.Drive(pass->get());
    if (!driven.ok()) return driven.error().message;
    const json report = json::parse((*pass)->ReportJson());
    return report["status"].get<std::string>() +
           (report["status"] == "verified" ? "" : report["tables"].dump());
  }

  // What a first migration of the sources into a new store comes to.
  std::string Fresh() {
    auto store = std::move(Store::Open(":memory:", {})).value();
    std::swap(store, store_);
    const std::string tables = Content(Migrate());
    std::swap(store, store_);
    return tables;
  }

  static std::string Content(const json& report) {
    std::string text;
    for (const json& table : report.value("tables", json::array())) {
      text += table["name"].dump() + table["hash"].dump() +
              table["expectedHash"].dump() + table["quarantined"].dump() +
              table["nulled"].dump() + table["failed"].dump() + "\n";
    }
    for (const json& source : report.value("sources", json::array())) {
      text += source["records"].dump() + " " + source["failed"].dump() + " " +
              source["filtered"].dump() + " " + source["unclaimed"].dump() +
              "\n";
    }
    return text.empty() ? report.dump() : text;
  }

  // [new, changed, deleted, unchanged]
  static json Changes(const json& report) {
    const json changes = report.value("incremental", json::object());
    if (changes.empty()) return report;
    return {changes["new"], changes["changed"], changes["deleted"],
            changes["unchanged"]};
  }

  void Execute(const std::string& sql) {
    Result<void> done = store_->Execute(sql);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  // All rows of a statement, columns joined by |, rows by a space.
  std::string Rows(const std::string& sql) {
    Result<Statement> select = store_->Prepare(sql);
    EXPECT_TRUE(select.ok()) << select.error().message;
    std::string rows;
    while (*select->Step()) {
      if (!rows.empty()) rows += " ";
      for (int i = 0; i < select->column_count(); ++i) {
        const Cell cell = select->Column(i);
        rows += i == 0 ? "" : "|";
        rows += cell.type == Cell::Type::kNull ? "null"
                : cell.type == Cell::Type::kInteger
                    ? std::to_string(cell.integer)
                    : std::string(cell.text());
      }
    }
    return rows;
  }

  std::unique_ptr<Store> store_;
  MemoryHost host_;
  Plan plan_;
  uint32_t batch_records_ = 0;  // 0: as many as the bytes allow
};

inline std::string TableOf(const std::string& more = "") {
  return R"({"name": "t", "from": {"indexedDB": "d", "store": "a"},
    "columns": {"id": "integer", "name": "text"}, "primaryKey": ["id"])" +
         more + "}";
}

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_CORE_INCREMENTAL_FIXTURE_H_
