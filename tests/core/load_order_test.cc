#include "ferrite/load_order.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/support/references.h"

namespace ferrite {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Referring;

TEST(LoadOrder, PutsWhatIsReferredToFirst) {
  const LoadOrder order = OrderTables(Referring(4, {{0, 1}, {1, 3}, {2, 0}}));
  EXPECT_THAT(order.tables, ElementsAre(3, 1, 0, 2));
  EXPECT_THAT(order.cycles, IsEmpty());
}

TEST(LoadOrder, KeepsThePlansOrderWithoutReferences) {
  EXPECT_THAT(OrderTables(Referring(3, {})).tables, ElementsAre(0, 1, 2));
}

TEST(LoadOrder, NamesCyclesAndTablesThatReferToThemselves) {
  const LoadOrder order =
      OrderTables(Referring(5, {{0, 2}, {2, 1}, {1, 0}, {3, 3}, {4, 0}}));
  EXPECT_THAT(order.tables, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(order.cycles, ElementsAre(ElementsAre(0, 1, 2), ElementsAre(3)));
}

TEST(LoadOrder, TakesTheLongestChainAPlanCanHave) {
  std::vector<std::pair<size_t, size_t>> chain;
  for (size_t i = 0; i + 1 < 1000; ++i) chain.emplace_back(i, i + 1);
  const LoadOrder order = OrderTables(Referring(1000, chain));
  EXPECT_EQ(order.tables.front(), 999u);
  EXPECT_EQ(order.tables.back(), 0u);
}

// Each with sources of its own, named by the digits of `from`.
Plan From(Plan plan, const std::vector<std::vector<size_t>>& from) {
  plan.sources.clear();
  size_t sources = 0;
  for (size_t i = 0; i < from.size(); ++i) {
    plan.tables[i].from.resize(from[i].size());
    for (size_t j = 0; j < from[i].size(); ++j) {
      plan.tables[i].from[j].source = from[i][j];
      sources = std::max(sources, from[i][j] + 1);
    }
  }
  for (size_t i = 0; i < sources; ++i) {
    plan.sources.push_back({SourceKind::kIndexedDb, "app", std::to_string(i)});
  }
  return plan;
}

TEST(LoadOrder, ReadsTheSourcesOfTheTablesThatAreReferredToFirst) {
  const Plan plan =
      From(Referring(3, {{0, 1}, {1, 2}}), {{0}, {1, 2}, {3}});
  EXPECT_THAT(OrderTables(plan).sources, ElementsAre(3, 1, 2, 0));
}

TEST(LoadOrder, ReadsASourceOfSeveralTablesForTheFirstThatWantsIt) {
  const Plan plan = From(Referring(3, {{0, 2}}), {{0}, {1}, {0}});
  EXPECT_THAT(OrderTables(plan).sources, ElementsAre(0, 1));
}

TEST(LoadOrder, ReadsWhatIsExcludedToo) {
  Plan plan = From(Referring(2, {{0, 1}}), {{0}, {1}});
  plan.sources.push_back({SourceKind::kSessionStorage, "", ""});
  EXPECT_THAT(OrderTables(plan).sources, ElementsAre(1, 0, 2));
}

TEST(LoadOrder, NeverLetsTwoSourcesOfATableChangePlaces) {
  const Plan plan = From(Referring(2, {{0, 1}}), {{0, 1}, {1}});
  EXPECT_THAT(OrderTables(plan).sources, ElementsAre(0, 1));
}

}  // namespace
}  // namespace ferrite
