// A test per cell of the decision table in ferrite/conflict.h.
#include <gtest/gtest.h>

#include "tests/core/conflict_fixture.h"

namespace ferrite::testing {
namespace {

// One cell of the decision table in ferrite/conflict.h.
struct DecisionCase {
  const char* name;
  const char* on_conflict;
  const char* stored;  // VALUES(id, name, n, at, mail); empty: no row
  const char* record;
  const char* row;       // name|n|at afterwards
  const char* decision;  // what the report counts
};

class DecisionTable : public Conflicts,
                      public ::testing::WithParamInterface<DecisionCase> {};

const DecisionCase kCases[] = {
    {"NoneSkip", R"("skip")", "", kNewer, "source|2.0|60", "inserted"},
    {"NoneOverwrite", R"("overwrite")", "", kNewer, "source|2.0|60",
     "inserted"},
    {"NoneNewest", kNewest, "", kNoTime, "source|2.0|null", "inserted"},
    {"NoneOldest", kOldest, "", kNoTime, "source|2.0|null", "inserted"},
    {"NoneMerge", R"("merge")", "", kNewer, "source|2.0|60", "inserted"},
    {"NoneAsk", R"("ask")", "", kNewer, "source|2.0|60", "inserted"},

    {"EqualSkip", R"("skip")", kStored, kSame, "store|1.0|50", "equal"},
    {"EqualOverwrite", R"("overwrite")", kStored, kSame, "store|1.0|50",
     "equal"},
    {"EqualNewest", kNewest, kStored, kSame, "store|1.0|50", "equal"},
    {"EqualOldest", kOldest, kStored, kSame, "store|1.0|50", "equal"},
    {"EqualMerge", R"("merge")", kStored, kSame, "store|1.0|50", "equal"},
    {"EqualAsk", R"("ask")", kStored, kSame, "store|1.0|50", "equal"},

    {"OtherSkip", R"("skip")", kStored, kNewer, "store|1.0|50", "kept"},
    {"OtherOverwrite", R"("overwrite")", kStored, kOlder, "source|2.0|40",
     "overwritten"},

    {"NewestNewer", kNewest, kStored, kNewer, "source|2.0|60", "overwritten"},
    {"NewestOlder", kNewest, kStored, kOlder, "store|1.0|50", "kept"},
    {"NewestSame", kNewest, kStored, kAsOld, "store|1.0|50", "kept"},
    {"NewestNoneInSource", kNewest, kStored, kNoTime, "store|1.0|50", "kept"},
    {"NewestNoneInStore", kNewest, kTimeless, kOlder, "source|2.0|40",
     "overwritten"},
    {"NewestNoneInBoth", kNewest, kTimeless, kNoTime, "store|1.0|null", "kept"},

    {"OldestNewer", kOldest, kStored, kNewer, "store|1.0|50", "kept"},
    {"OldestOlder", kOldest, kStored, kOlder, "source|2.0|40", "overwritten"},
    {"OldestSame", kOldest, kStored, kAsOld, "store|1.0|50", "kept"},
    {"OldestNoneInSource", kOldest, kStored, kNoTime, "store|1.0|50", "kept"},
    {"OldestNoneInStore", kOldest, kTimeless, kOlder, "source|2.0|40",
     "overwritten"},
    {"OldestNoneInBoth", kOldest, kTimeless, kNoTime, "store|1.0|null", "kept"},

    {"MergeSource", R"("merge")", kStored, kNoTime, "source|2.0|50", "merged"},
    {"MergeStore", R"({"strategy": "merge", "rest": "store"})",
     "1,NULL,1.0,50,NULL", kNewer, "source|1.0|50", "merged"},
    {"MergeStoreHasAll", R"({"strategy": "merge", "rest": "store"})", kStored,
     kNewer, "store|1.0|50", "kept"},
    {"MergeNewestNewer",
     R"({"strategy": "merge", "rest": "store", "time": "at",
         "columns": {"name": "newest"}})",
     kStored, kNewer, "source|1.0|50", "merged"},
    {"MergeNewestOlder",
     R"({"strategy": "merge", "time": "at", "columns": {"name": "newest"}})",
     kStored, kOlder, "store|2.0|40", "merged"},
    {"MergeNewestSame", R"({"strategy": "merge", "rest": "newest",
         "time": "at"})",
     kStored, kAsOld, "store|1.0|50", "kept"},
    {"MergeNewestNoneInStore",
     R"({"strategy": "merge", "rest": "newest", "time": "at"})", kTimeless,
     kOlder, "source|2.0|40", "merged"},
    {"MergeNewestNoneInSource",
     R"({"strategy": "merge", "rest": "newest", "time": "at"})", kStored,
     kNoTime, "store|1.0|50", "kept"},
    {"MergeOldestOlder",
     R"({"strategy": "merge", "rest": "store", "time": "at",
         "columns": {"name": "oldest"}})",
     kStored, kOlder, "source|1.0|50", "merged"},
    {"MergeOldestNewer",
     R"({"strategy": "merge", "rest": "source", "time": "at",
         "columns": {"name": "oldest"}})",
     kStored, kNewer, "store|2.0|60", "merged"},
    {"MergeMin",
     R"({"strategy": "merge", "rest": "store",
         "columns": {"name": "min", "n": "min", "at": "min"}})",
     "1,'sz',1.0,50,NULL", kOlder, "source|1.0|40", "merged"},
    {"MergeMax",
     R"({"strategy": "merge", "rest": "store",
         "columns": {"name": "max", "n": "max", "at": "max"}})",
     "1,'sz',1.0,50,NULL", kOlder, "sz|2.0|50", "merged"},
    {"MergeNullNeverWins",
     R"({"strategy": "merge", "columns": {"at": "min", "n": "max"}})",
     "1,'store',NULL,50,NULL", R"({"id": 1, "n": -1})", "store|-1.0|50",
     "merged"},

    {"OtherAsk", R"("ask")", kStored, kNewer, "store|1.0|50", "undecided"},
};

INSTANTIATE_TEST_SUITE_P(All, DecisionTable, ::testing::ValuesIn(kCases),
                         [](const auto& info) {
                           return std::string(info.param.name);
                         });

TEST_P(DecisionTable, DoesAndCountsWhatItSays) {
  const DecisionCase& param = GetParam();
  Execute(kTable);
  if (*param.stored != '\0') {
    Execute(std::string("INSERT INTO t(id,name,n,at,mail) VALUES(") +
            param.stored + ")");
  }
  const std::string before = Row("SELECT name,n,at FROM t");
  Put(param.record);
  const json report = Migrate(PlanText(param.on_conflict));
  EXPECT_EQ(Row("SELECT name,n,at FROM t"), param.row);
  // A column that the plan does not have is left alone.
  EXPECT_EQ(Row("SELECT note FROM t"), "mine");
  const json& table = report["tables"][0];
  for (const char* count :
       {"inserted", "equal", "overwritten", "merged", "kept", "undecided"}) {
    EXPECT_EQ(table["conflicts"][count],
              count == std::string(param.decision) ? 1 : 0)
        << count;
  }
  EXPECT_EQ(table["conflicts"]["before"], *param.stored == '\0' ? 0 : 1);
  EXPECT_EQ(table["hash"], table["expectedHash"]);
  const bool is_open = param.decision == std::string("undecided");
  EXPECT_EQ(report["status"],
            is_open ? "completed_with_differences" : "verified");

  // Nothing is lost: what is not in the table is kept.
  const json list = ListAll()["conflicts"];
  const std::string decision = param.decision;
  ASSERT_EQ(list.size(), decision == "inserted" || decision == "equal" ? 0 : 1);
  if (!list.empty()) {
    EXPECT_EQ(list[0]["decision"], decision);
    EXPECT_EQ(list[0].contains("source"), decision != "overwritten");
    EXPECT_EQ(list[0].contains("store"), decision != "kept");
    if (decision != "overwritten") {
      EXPECT_EQ(list[0]["source"]["n"], json::parse(param.record)["n"]);
    }
    if (decision != "kept") {
      const json& row = list[0]["store"];
      EXPECT_EQ(
          before.substr(0, before.find('|')),
          row["name"].is_null() ? "null" : row["name"].get<std::string>());
    }
  }

  // A verification knows the row by it.
  const json verified = Verify();
  const json& compared = verified["tables"][0];
  EXPECT_EQ(compared["different"], 0);
  EXPECT_EQ(compared["missing"], 0);
  // A merge may come to just the record's row.
  const json record = json::parse(param.record);
  const std::string records =
      record.value("name", "null") + "|" +
      (record.contains("n") ? json(record["n"].get<double>()).dump() : "null") +
      "|" + (record.contains("at") ? record["at"].dump() : "null");
  const bool is_lost = (decision == "merged" && records != param.row) ||
                       decision == "kept" || is_open;
  EXPECT_EQ(compared["matched"], is_lost ? 0 : 1);
  if (is_lost) {
    EXPECT_EQ(compared["conflicts"][decision], 1);
  }
  EXPECT_EQ(verified["status"], report["status"]);
}

}  // namespace
}  // namespace ferrite::testing
