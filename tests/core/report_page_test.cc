#include "ferrite/report_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ferrite/migration.h"
#include "tests/support/memory_host.h"
#include "tests/support/shop.h"

namespace ferrite {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using testing::MemoryHost;
using ::testing::Not;
using testing::ParsePlan;
using testing::Shop;

json ReportOf(int orders) {
  const Plan plan = ParsePlan();
  MemoryHost host = Shop(orders);
  auto store = std::move(Store::Open(":memory:", {})).value();
  MigrationOptions options;
  options.now = host.now;
  options.batch_bytes = 1;
  auto pass = BeginMigration(store.get(), plan, host.States(), options);
  EXPECT_TRUE(pass.ok() && host.Drive(pass->get()).ok());
  return json::parse((*pass)->ReportJson());
}

std::string PageOf(const json& report) {
  Result<std::string> page = ReportPage(report.dump());
  EXPECT_TRUE(page.ok()) << page.error().message;
  return *page;
}

TEST(ReportPage, ShowsAMigrationsReport) {
  const std::string page = PageOf(ReportOf(100));
  EXPECT_THAT(page, HasSubstr("<!doctype html>"));
  EXPECT_THAT(page, HasSubstr("Completed with differences"));
  EXPECT_THAT(page, HasSubstr("records could not become rows."));
  EXPECT_THAT(page, HasSubstr("indexedDB shop/orders"));
  EXPECT_THAT(page, HasSubstr("× <bdi>not null</bdi>"));
  EXPECT_THAT(page, HasSubstr("A required value is missing."));
  EXPECT_THAT(page, HasSubstr("<svg viewBox"));
  EXPECT_THAT(page, Not(HasSubstr("{{")));
}

TEST(ReportPage, LoadsAndRunsNothing) {
  const std::string page = PageOf(ReportOf(100));
  for (const char* what : {"<script", "src=", "href=", "url(", "@import"}) {
    EXPECT_THAT(page, Not(HasSubstr(what)));
  }
}

// What a stranger wrote is text, wherever it stands in a report.
TEST(ReportPage, EscapesEverything) {
  const std::string hostile =
      "</script><img src=x onerror=alert(1)>\"'&{{{rows}}}{{name}}" +
      std::string(1, '\0') + "\x1b\u202e\u2066\u200f\uFEFF";
  json report = ReportOf(100);
  report["sources"][0]["label"] = hostile;
  report["sources"][0]["status"] = hostile;
  report["tables"][0]["name"] = hostile;
  report["tables"][0]["summary"] = hostile;
  report["plan"]["name"] = hostile;
  report["status"] = hostile;
  report["kind"] = hostile;
  report["stage"] = hostile;
  report["summary"] = hostile;
  report["warnings"] = {hostile};
  for (json& member : report["failed"][0]) member = hostile;
  report["differences"] = {{{"table", hostile},
                            {"kind", hostile},
                            {"key", hostile},
                            {"columns", {hostile}}}};
  for (json& member : report["store"]) member = hostile;
  report.erase("finishedAt");
  const std::string page = PageOf(report);
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("</script")));
  EXPECT_THAT(page, Not(HasSubstr("\"'")));
  for (const char* hidden : {"\x1b", "\u202e", "\u2066", "\u200f", "\uFEFF"}) {
    EXPECT_THAT(page, Not(HasSubstr(hidden)));
  }
  EXPECT_EQ(page.find('\0'), std::string::npos);
  EXPECT_THAT(page, HasSubstr("&lt;/script&gt;&lt;img src=x onerror=alert(1)"
                              "&gt;&quot;&#39;&amp;{{{rows}}}{{name}}"));
  EXPECT_THAT(page, HasSubstr("<span class=\"esc\">\\u202e</span>"));
}

TEST(ReportPage, TakesReportsOfWhichPartsAreMissingOrOfAnotherType) {
  const json whole = ReportOf(100);
  for (const auto& [name, value] : whole.items()) {
    for (const json& other :
         {json(), json(-1), json("x"), json::array({1, json::array()}),
          json{{"a", 1}}}) {
      json report = whole;
      report[name] = other;
      Result<std::string> page = ReportPage(report.dump());
      EXPECT_EQ(page.ok(), name != "report") << name << other;
    }
  }
  EXPECT_EQ(ReportPage("").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ReportPage("[]").error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(ReportPage(R"({"report": 1})").ok());
}

}  // namespace
}  // namespace ferrite
