#include "ferrite/sqlite_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ferrite {
namespace {

using ::testing::IsSupersetOf;

TEST(SqliteInfo, NamesThePinnedVersion) {
  EXPECT_EQ(GetSqliteInfo().version, "3.54.1");
}

TEST(SqliteInfo, ListsTheFeaturesFerriteRestsOn) {
  EXPECT_THAT(GetSqliteInfo().compile_options,
              IsSupersetOf({"DQS=0", "ENABLE_FTS5", "ENABLE_PREUPDATE_HOOK",
                            "ENABLE_SESSION", "MAX_MMAP_SIZE=0", "TEMP_STORE=2",
                            "THREADSAFE=2"}));
}

}  // namespace
}  // namespace ferrite
