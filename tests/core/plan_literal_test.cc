#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "tests/support/plan_errors.h"

namespace ferrite::testing {
namespace {

std::string Constant(const std::string& type, const std::string& value) {
  return WithColumn(R"({"type":")" + type + R"(","value":)" + value + "}");
}

Cell CellOf(const Literal& literal) {
  switch (literal.type) {
    case Literal::Type::kNull:
      return Cell::Null();
    case Literal::Type::kInteger:
      return Cell::Integer(literal.integer);
    case Literal::Type::kReal:
      return Cell::Real(literal.real);
    case Literal::Type::kText:
      return Cell::Text(literal.bytes);
    case Literal::Type::kBlob:
      return Cell::Blob(AsBytes(literal.bytes));
  }
  return Cell::Null();
}

struct Given {
  const char* type;
  std::string value;  // JSON
  std::string cell;   // as CellText has it
};

const std::vector<Given>& Fitting() {
  static const std::vector<Given> given = {
      {"text", R"("")", "t:"},
      {"text", R"("it's \"x\" -- ; \u00e9\ud83d\ude00")",
       "t:it's \"x\" -- ; é😀"},
      {"text", R"("a\u0000'b")", std::string("t:a\0'b", 6)},
      {"text", R"("\u0000")", std::string("t:\0", 3)},
      {"text", R"("1e5")", "t:1e5"},
      {"uuid", R"("9E3779B1-4a1b-4c2d-8e3f-9e3779b19e37")",
       "t:9E3779B1-4a1b-4c2d-8e3f-9e3779b19e37"},
      {"integer", "9007199254740992", "i:9007199254740992"},
      {"integer", "-9007199254740992", "i:-9007199254740992"},
      {"integer", "1e3", "i:1000"},
      {"integer", "-0", "i:0"},
      {"real", "0.1", "r:0.10000000000000001"},
      {"real", "3", "r:3"},
      {"real", "-0.0", "r:0"},
      {"real", "1.7976931348623157e308", "r:1.7976931348623157e+308"},
      {"real", "5e-324", "r:4.9406564584124654e-324"},
      {"real", "1e23", "r:9.9999999999999992e+22"},
      {"real", "9007199254740993", "r:9007199254740992"},
      {"boolean", "true", "i:1"},
      {"boolean", "false", "i:0"},
      {"datetime", R"("2024-02-29")", "i:1709164800000"},
      {"datetime", R"("2024-02-29T12:30:45.123+02:00")", "i:1709202645123"},
      {"datetime", "-1", "i:-1"},
      {"datetime-text", R"("2024-02-29T12:30+02:00")",
       "t:2024-02-29T10:30:00.000Z"},
      {"bigint", "-9223372036854775808", "i:-9223372036854775808"},
      {"bigint", "9223372036854775807", "i:9223372036854775807"},
      {"bigint", R"("-9223372036854775808")", "i:-9223372036854775808"},
      {"bigint", R"("9223372036854775808")", "t:9223372036854775808"},
      {"blob", R"("")", "b:"},
      {"blob", R"("AAEnIv8=")", "b:00012722ff"},
      {"json", R"({"b":[1,"x'\u0000",null],"a":{}})",
       R"(t:{"b":[1,"x'\u0000",null],"a":{}})"},
      {"json", R"("x")", R"(t:"x")"},
      {"any", R"("7")", "t:7"},
      {"any", "7", "i:7"},
      {"any", "7.5", "r:7.5"},
  };
  return given;
}

TEST(PlanLiteral, TakesWhatFitsTheType) {
  for (const Given& given : Fitting()) {
    const Plan plan = MustParse(Constant(given.type, given.value));
    ASSERT_EQ(plan.tables[0].columns.size(), 2u);
    EXPECT_EQ(CellText(CellOf(plan.tables[0].columns[1].constant)), given.cell)
        << given.type << " " << given.value;
  }
}

TEST(PlanLiteral, NullFitsEveryType) {
  for (const char* type :
       {"text", "uuid", "integer", "real", "boolean", "datetime",
        "datetime-text", "bigint", "blob", "json", "any"}) {
    const Plan plan = MustParse(Constant(type, "null"));
    EXPECT_EQ(plan.tables[0].columns[1].constant, Literal()) << type;
  }
}

// What SQLite inserts by itself is bit for bit what Ferrite would write.
TEST(PlanLiteral, DefaultsReadBackFromSqlite) {
  std::unique_ptr<Store> store = std::move(Store::Open(":memory:", {})).value();
  int number = 0;
  for (const Given& given : Fitting()) {
    SCOPED_TRACE(given.type + (" " + given.value));
    const std::string name = "t" + std::to_string(number++);
    const Plan plan = MustParse(WithTables(
        R"({"name":")" + name +
        R"(","from":{"localStorage":true},"columns":{"a":{"type":")" +
        given.type + R"(","default":)" + given.value + "}}}"));
    const std::string sql = CreateTableSql(plan, 0);
    ASSERT_TRUE(store->Execute(sql).ok()) << sql;
    ASSERT_TRUE(
        store->Execute("INSERT INTO " + name + "(_key) VALUES('k')").ok());
    Result<Statement> select = store->Prepare("SELECT a FROM " + name);
    ASSERT_TRUE(select.ok());
    ASSERT_TRUE(select->Step().value());
    EXPECT_EQ(CellText(select->Column(0)), given.cell) << sql;
  }
}

TEST(PlanLiteral, RefusesWhatDoesNotFit) {
  const std::pair<const char*, std::vector<const char*>> refused[] = {
      {"text", {"7", "true", "[]", "{}"}},
      {"uuid",
       {R"("")", R"("9e3779b1-4a1b-4c2d-8e3f-9e3779b19e3")",
        R"("9e3779b1_4a1b_4c2d_8e3f_9e3779b19e37")",
        R"("ge3779b1-4a1b-4c2d-8e3f-9e3779b19e37")", "7"}},
      {"integer", {"1.5", "9007199254740994", "1e300", R"("7")", "true"}},
      {"real", {R"("1")", "true", "[]"}},
      {"boolean", {"0", "1", R"("true")"}},
      {"datetime",
       {R"("2024-02-30")", R"("2024-02-29T12:30")", R"("yesterday")", "1.5",
        "8640000000000001", "true"}},
      {"datetime-text", {"0", R"("2024-02-29T12:30")", R"("")"}},
      {"bigint",
       {"1.5", "9223372036854775808", R"("1.5")", R"("0x10")", R"("")",
        R"("-")", R"("007")", R"("+1")", R"(" 1")", "true"}},
      {"blob",
       {"7", R"("A")", R"("AAE")", R"("AAF=")", R"("A-_=")", R"("AA==AA==")",
        R"("AAEn\n")"}},
      {"any", {"true", "[]", "{}"}},
      {"key", {"null", R"("k")", "1"}},
  };
  for (const auto& [type, values] : refused) {
    for (const char* value : values) {
      ExpectErrors({{Constant(type, value), "/tables/0/columns/a/value",
                     "does not fit the type", "Allowed: "}});
    }
  }
  ExpectErrors({{WithColumn(R"({"type":"integer","default":"7"})"),
                 "/tables/0/columns/a/default",
                 R"(the string "7", which does not fit the type integer)",
                 "a whole number"}});
}

}  // namespace
}  // namespace ferrite::testing
