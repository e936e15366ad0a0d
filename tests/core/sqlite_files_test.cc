#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "sqlite3.h"

namespace ferrite {
namespace {

int QueryInt(sqlite3* db, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(db, sql, -1, &statement, nullptr), SQLITE_OK);
  EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW) << sqlite3_errmsg(db);
  const int value = sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  return value;
}

// Both twins' tests lean on real files: this is where a test build whose VFS
// does not work is told apart from a fault of the core.
TEST(SqliteFiles, AreWrittenAndReadBack) {
  const std::string path = testing::TempDir() + "/ferrite_sqlite_files_" +
                           std::to_string(getpid()) + ".db";
  unlink(path.c_str());
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db,
                         "PRAGMA synchronous=FULL;"
                         "CREATE TABLE t(a);"
                         "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT "
                         "i+1 FROM n WHERE i<5000) "
                         "INSERT INTO t SELECT randomblob(200) FROM n;"
                         "BEGIN; DELETE FROM t; ROLLBACK;",
                         nullptr, nullptr, nullptr),
            SQLITE_OK)
      << sqlite3_errmsg(db);
  sqlite3_close(db);

  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  EXPECT_EQ(QueryInt(db, "SELECT count(*) FROM t"), 5000);
  EXPECT_EQ(QueryInt(db,
                     "SELECT count(*) FROM pragma_integrity_check "
                     "WHERE integrity_check='ok'"),
            1);
  sqlite3_close(db);
  unlink(path.c_str());
}

}  // namespace
}  // namespace ferrite
