#include "core/src/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace ferrite {
namespace {

using internal::PageColumn;
using internal::PageFilter;
using internal::PageSort;
using internal::PageTable;
using internal::ReadPage;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kLevels[] = {"low", "middle", "high"};
constexpr PageColumn kColumns[] = {
    {"id", "id", PageColumn::Kind::kValue},
    {"at", "at", PageColumn::Kind::kTime},
    {"level", "level", PageColumn::Kind::kValue},
    {"isOpen", "is_open", PageColumn::Kind::kBool},
    {"text", "text", PageColumn::Kind::kValue},
    {"more", "more", PageColumn::Kind::kJson},
    {"hash", "hash", PageColumn::Kind::kHex},
};
constexpr PageFilter kFilters[] = {
    {"id", "id", PageFilter::Kind::kOneOf, PageFilter::Type::kInteger, {}},
    {"text", "text", PageFilter::Kind::kOneOf, PageFilter::Type::kText, {}},
    {"level", "level", PageFilter::Kind::kAtLeast, PageFilter::Type::kText,
     kLevels},
    {"from", "at", PageFilter::Kind::kFrom, PageFilter::Type::kInteger, {}},
    {"to", "at", PageFilter::Kind::kBefore, PageFilter::Type::kInteger, {}},
};
constexpr PageSort kSorts[] = {{"id", "id"}, {"at", "at"}, {"text", "text"}};
constexpr std::string_view kSearch[] = {"text", "more"};
const PageTable kTable = {"things", "id",  kColumns, kFilters,
                          kSorts,   "-id", kSearch};

class Page : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = std::move(Store::Open(":memory:", {})).value();
    Execute(
        "CREATE TABLE things(id INTEGER PRIMARY KEY, at INTEGER NOT NULL,"
        " level TEXT, is_open INTEGER, text TEXT NOT NULL, more TEXT,"
        " hash BLOB)");
    // 250 rows: at goes up by one second every fifth, level goes round.
    Execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n"
        " WHERE i<250) INSERT INTO things SELECT i, (i/5)*1000,"
        " CASE i%3 WHEN 0 THEN 'low' WHEN 1 THEN 'middle' ELSE 'high' END,"
        " i%2, 'Thing ' || i, NULL, NULL FROM n");
  }

  void Execute(const std::string& sql) {
    Result<void> done = store_->Execute(sql);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  json Read(const json& request) {
    Result<std::string> page = ReadPage(store_.get(), kTable, request.dump());
    EXPECT_TRUE(page.ok()) << page.error().message;
    return page.ok() ? json::parse(*page) : json();
  }

  Error ErrorOf(const std::string& request) {
    Result<std::string> page = ReadPage(store_.get(), kTable, request);
    EXPECT_FALSE(page.ok()) << request;
    if (page.ok()) return {};
    EXPECT_EQ(page.error().code, ErrorCode::kInvalidArgument);
    return page.error();
  }

  static std::vector<int> Ids(const json& page) {
    std::vector<int> ids;
    for (const json& row : page["rows"]) ids.push_back(row["id"]);
    return ids;
  }

  std::unique_ptr<Store> store_;
};

TEST_F(Page, GivesTheFirstHundredAndTheTotal) {
  const json page = Read(json::object());
  EXPECT_EQ(page["total"], 250);
  EXPECT_EQ(page["offset"], 0);
  EXPECT_EQ(page["limit"], 100);
  ASSERT_EQ(page["rows"].size(), 100u);
  EXPECT_EQ(page["rows"][0]["id"], 250);
  EXPECT_EQ(page["rows"][99]["id"], 151);
}

TEST_F(Page, LeavesTheTotalWhereItIsBehindTheLastRow) {
  const json page = Read({{"offset", 249}});
  EXPECT_EQ(page["total"], 250);
  EXPECT_THAT(Ids(page), ElementsAre(1));
  EXPECT_FALSE(page.contains("next"));
  EXPECT_EQ(Read({{"offset", 1000}})["total"], 250);
  EXPECT_TRUE(Read({{"offset", 1000}})["rows"].empty());
}

TEST_F(Page, CountsWhatTheFiltersLetThrough) {
  const json page = Read({{"from", 10000}, {"to", 12000}, {"sort", "id"}});
  EXPECT_EQ(page["total"], 10);  // 50 to 59: a `to` is not among them
  EXPECT_EQ(Ids(page).front(), 50);
  EXPECT_EQ(Ids(page).back(), 59);
  EXPECT_THAT(Ids(Read({{"id", {7, 3, 999}}})), ElementsAre(7, 3));
  EXPECT_EQ(Read({{"id", json::array()}})["total"], 0);
}

TEST_F(Page, TakesALevelAsTheLeastOne) {
  EXPECT_EQ(Read({{"level", "low"}})["total"], 250);
  EXPECT_EQ(Read({{"level", "middle"}})["total"], 167);
  EXPECT_EQ(Read({{"level", "high"}})["total"], 83);
}

TEST_F(Page, SearchesTextAsItIs) {
  Execute("UPDATE things SET text='100 % of_it' WHERE id=9");
  EXPECT_THAT(Ids(Read({{"search", "% OF_"}})), ElementsAre(9));
  EXPECT_EQ(Read({{"search", "_"}})["total"], 1);
  EXPECT_EQ(Read({{"search", "thing 24"}})["total"], 11);
  EXPECT_EQ(Read({{"search", "' OR 1=1 --"}})["total"], 0);
}

TEST_F(Page, GoesThroughEveryRowOnceByPlace) {
  for (const char* sort : {"id", "-id", "at", "-at", "text", "-text"}) {
    Execute("BEGIN");
    std::vector<int> seen;
    json request = {{"sort", sort}, {"limit", 7}, {"level", "middle"}};
    for (;;) {
      const json page = Read(request);
      EXPECT_EQ(page.contains("total"), !request.contains("after"));
      for (const int id : Ids(page)) seen.push_back(id);
      // Rows that go move nothing.
      if (seen.size() == 7)
        Execute("DELETE FROM things WHERE id=" + std::to_string(seen[0]));
      if (!page.contains("next")) break;
      request["after"] = page["next"];
    }
    EXPECT_EQ(seen.size(), 167u) << sort;
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end()) << sort;
    Execute("ROLLBACK");
  }
}

TEST_F(Page, OrdersRowsThatAreEqualByTheirKeys) {
  EXPECT_THAT(Ids(Read({{"sort", "-at"}, {"limit", 3}})),
              ElementsAre(250, 249, 248));
  EXPECT_THAT(Ids(Read({{"sort", "at"}, {"limit", 3}, {"offset", 3}})),
              ElementsAre(4, 5, 6));
}

TEST_F(Page, GivesEachCellAsItsColumnSays) {
  Execute(
      "UPDATE things SET more='{\"z\":0.10,\"a\":-0}', hash=x'00ff',"
      " text='a \"b\", c' || char(13,10) || 'd', is_open=1 WHERE id=1");
  Result<std::string> page =
      ReadPage(store_.get(), kTable, R"({"id":1,"limit":1})");
  EXPECT_EQ(*page, R"({"total":1,"offset":0,"limit":1,"rows":[{"id":1,"at":0,)"
                   R"("level":"middle","isOpen":true,"text":"a \"b\", c\r\nd",)"
                   R"("more":{"z":0.10,"a":-0},"hash":"00ff"}]})");
  EXPECT_EQ(Read({{"id", 1}, {"format", "csv"}})["csv"],
            "id,at,level,isOpen,text,more,hash\r\n"
            "1,1970-01-01T00:00:00.000Z,middle,true,"
            "\"a \"\"b\"\", c\r\nd\",\"{\"\"z\"\":0.10,\"\"a\"\":-0}\",00ff"
            "\r\n");
  EXPECT_FALSE(Read({{"id", 2}})["rows"][0].contains("more"));
}

TEST_F(Page, WritesTheNamesOfACsvOnce) {
  json page = Read({{"format", "csv"}, {"limit", 1}, {"sort", "id"}});
  EXPECT_THAT(page["csv"].get<std::string>(), HasSubstr("id,at,"));
  page = Read({{"format", "csv"},
               {"limit", 1},
               {"sort", "id"},
               {"after", page["next"]}});
  EXPECT_EQ(page["csv"], "2,1970-01-01T00:00:00.000Z,high,false,Thing 2,,\r\n");
}

TEST_F(Page, SaysWhatIsWrongAndWhatWasMeant) {
  Error error = ErrorOf(R"({"levle":"high"})");
  EXPECT_EQ(error.path, "/levle");
  EXPECT_THAT(error.hint, HasSubstr("Did you mean \"level\"?"));
  error = ErrorOf(R"({"level":"hihg"})");
  EXPECT_THAT(error.hint, HasSubstr("Did you mean \"high\"?"));
  error = ErrorOf(R"({"sort":"-txt"})");
  EXPECT_EQ(error.path, "/sort");
  EXPECT_THAT(error.hint, HasSubstr("Did you mean \"text\"?"));
  EXPECT_EQ(ErrorOf(R"({"limit":1001})").path, "/limit");
  EXPECT_EQ(ErrorOf(R"({"limit":0})").path, "/limit");
  EXPECT_EQ(ErrorOf(R"({"offset":-1})").path, "/offset");
  EXPECT_EQ(ErrorOf(R"({"from":"yesterday"})").path, "/from");
  EXPECT_EQ(ErrorOf(R"({"from":18446744073709551615})").path, "/from");
  EXPECT_EQ(ErrorOf(R"({"id":[1,"2"]})").path, "/id");
  EXPECT_EQ(ErrorOf(R"({"format":"xml"})").path, "/format");
  EXPECT_EQ(ErrorOf(R"({"after":["id",1,1]})").path, "/after");
  EXPECT_EQ(ErrorOf(R"({"after":["-id",1,1],"offset":2})").path, "/after");
  EXPECT_EQ(ErrorOf("[]").path, "");
}

TEST_F(Page, TakesNullForLeftOut) {
  EXPECT_EQ(Read({{"level", nullptr}, {"limit", nullptr}})["total"], 250);
}

}  // namespace
}  // namespace ferrite
