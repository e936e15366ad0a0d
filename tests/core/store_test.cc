#include "ferrite/store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace ferrite {
namespace {

using testing::ReadFile;
using testing::TempDir;
using testing::WriteFile;

std::unique_ptr<Store> OpenNew(const std::string& path,
                               const Store::Options& options = {}) {
  Result<std::unique_ptr<Store>> store = Store::Open(path, options);
  EXPECT_TRUE(store.ok()) << store.error().message;
  return store.ok() ? std::move(store).value() : nullptr;
}

ErrorCode OpenError(const std::string& path,
                    const Store::Options& options = {}) {
  Result<std::unique_ptr<Store>> store = Store::Open(path, options);
  EXPECT_FALSE(store.ok());
  return store.ok() ? ErrorCode::kInternal : store.error().code;
}

int64_t Integer(Store* store, std::string_view sql) {
  Result<Statement> statement = store->Prepare(sql);
  EXPECT_TRUE(statement.ok()) << statement.error().message;
  EXPECT_TRUE(*statement->Step());
  return statement->Column(0).integer;
}

std::string Text(Store* store, std::string_view sql) {
  Result<Statement> statement = store->Prepare(sql);
  EXPECT_TRUE(statement.ok()) << statement.error().message;
  EXPECT_TRUE(*statement->Step());
  return std::string(statement->Column(0).text());
}

TEST(Store, GivesANewFileItsTablesAndAnIdentity) {
  TempDir dir;
  auto store = OpenNew(dir.File("a.db"));
  EXPECT_EQ(*store->Meta("format").value(), "3");
  EXPECT_EQ(store->Meta("client").value()->size(), 32u);
  EXPECT_EQ(store->Meta("epoch").value()->size(), 32u);
  EXPECT_NE(*store->Meta("client").value(), *store->Meta("epoch").value());
  EXPECT_EQ(Integer(store.get(),
                    "SELECT count(*) FROM sqlite_schema WHERE type='table' "
                    "AND name LIKE 'ferrite\\_%' ESCAPE '\\'"),
            15);
  auto other = OpenNew(dir.File("b.db"));
  EXPECT_NE(*store->Meta("client").value(), *other->Meta("client").value());
}

TEST(Store, KeepsItsIdentityWhenOpenedAgain) {
  TempDir dir;
  const std::string path = dir.File("a.db");
  const std::string client = *OpenNew(path)->Meta("client").value();
  EXPECT_EQ(*OpenNew(path)->Meta("client").value(), client);
}

TEST(Store, IsDurableAndCareful) {
  TempDir dir;
  auto store = OpenNew(dir.File("a.db"));
  EXPECT_EQ(Integer(store.get(), "PRAGMA synchronous"), 2);
  EXPECT_EQ(Integer(store.get(), "PRAGMA page_size"), 8192);
  EXPECT_EQ(Integer(store.get(), "PRAGMA foreign_keys"), 1);
  EXPECT_EQ(Integer(store.get(), "PRAGMA trusted_schema"), 0);
  EXPECT_EQ(Text(store.get(), "PRAGMA journal_mode"), "delete");
  EXPECT_EQ(Text(store.get(), "PRAGMA locking_mode"), "exclusive");
}

TEST(Store, SharesAWriteAheadFile) {
  TempDir dir;
  Store::Options options;
  options.journal_mode = "wal";
  auto one = OpenNew(dir.File("a.db"), options);
  auto two = OpenNew(dir.File("a.db"), options);
  EXPECT_EQ(Text(one.get(), "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(Text(two.get(), "PRAGMA locking_mode"), "normal");
}

// SQLite under Node has no file locks between connections of one process.
#ifndef __EMSCRIPTEN__
TEST(Store, IsBusyForASecondConnection) {
  TempDir dir;
  auto first = OpenNew(dir.File("a.db"));
  EXPECT_EQ(OpenError(dir.File("a.db")), ErrorCode::kStoreBusy);
}
#endif

TEST(Store, GivesAForeignDatabaseItsTablesAndLeavesTheRest) {
  TempDir dir;
  const std::string path = dir.File("a.db");
  sqlite3* foreign = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &foreign), SQLITE_OK);
  sqlite3_exec(foreign, "CREATE TABLE t(a); INSERT INTO t VALUES(7)", nullptr,
               nullptr, nullptr);
  sqlite3_close(foreign);
  auto store = OpenNew(path);
  EXPECT_EQ(Integer(store.get(), "SELECT a FROM t"), 7);
  EXPECT_TRUE(store->Meta("client").value().has_value());
}

TEST(Store, RefusesAFileThatIsNoDatabaseAndLeavesItUntouched) {
  TempDir dir;
  for (const std::string& content :
       {std::string("xy"), std::string(100, 'y'), std::string(20000, 'z')}) {
    WriteFile(dir.File("a.txt"), content);
    EXPECT_EQ(OpenError(dir.File("a.txt")), ErrorCode::kStoreForeign);
    EXPECT_EQ(ReadFile(dir.File("a.txt")), content);
  }
}

TEST(Store, RefusesAnotherFormatABundleAndAnotherMetaTable) {
  TempDir dir;
  for (const char* change :
       {"UPDATE ferrite_meta SET value='4' WHERE key='format'",
        "UPDATE ferrite_meta SET value='2' WHERE key='format'",
        "DELETE FROM ferrite_meta WHERE key='format'",
        "PRAGMA application_id=0x46655242",
        "DROP TABLE ferrite_meta; CREATE TABLE ferrite_meta(a, b)"}) {
    const std::string path = dir.File("a.db");
    std::filesystem::remove(path);
    ASSERT_TRUE(OpenNew(path)->Execute(change).ok());
    const std::string before = ReadFile(path);
    EXPECT_EQ(OpenError(path), ErrorCode::kStoreForeign) << change;
    EXPECT_EQ(ReadFile(path), before) << change;
  }
}

TEST(Store, TellsADirectoryAndAMissingFileApartFromAStore) {
  TempDir dir;
  EXPECT_EQ(OpenError(dir.File("")), ErrorCode::kStoreOpen);
  EXPECT_EQ(OpenError(dir.File("no/such/folder.db")), ErrorCode::kStoreOpen);
  Store::Options options;
  options.create = false;
  EXPECT_EQ(OpenError(dir.File("missing.db"), options), ErrorCode::kStoreOpen);
  EXPECT_FALSE(std::filesystem::exists(dir.File("missing.db")));
}

TEST(Store, RefusesATruncatedFile) {
  TempDir dir;
  const std::string path = dir.File("a.db");
  OpenNew(path);
  const std::string whole = ReadFile(path);
  WriteFile(path, whole.substr(0, whole.size() / 2));
  EXPECT_EQ(OpenError(path), ErrorCode::kStoreCorrupt);
  EXPECT_EQ(ReadFile(path).size(), whole.size() / 2);
}

TEST(Store, RefusesOptionsThatMakeNoSense) {
  TempDir dir;
  EXPECT_EQ(OpenError(""), ErrorCode::kInvalidArgument);
  Store::Options options;
  options.page_size = 1000;
  EXPECT_EQ(OpenError(dir.File("a.db"), options), ErrorCode::kInvalidArgument);
  options.page_size = 4096;
  options.journal_mode = "off";
  EXPECT_EQ(OpenError(dir.File("a.db"), options), ErrorCode::kInvalidArgument);
}

TEST(Store, ReadsOnlyWhenAskedTo) {
  TempDir dir;
  const std::string path = dir.File("a.db");
  OpenNew(path);
  Store::Options options;
  options.read_only = true;
  auto store = OpenNew(path, options);
  EXPECT_TRUE(store->Meta("client").value().has_value());
  EXPECT_EQ(store->SetMeta("a", "b").error().code, ErrorCode::kStoreIo);

  WriteFile(dir.File("empty.db"), "");
  EXPECT_EQ(OpenError(dir.File("empty.db"), options), ErrorCode::kStoreForeign);
  EXPECT_EQ(ReadFile(dir.File("empty.db")), "");
}

TEST(Store, RollsBackWhenTheWorkFails) {
  auto store = OpenNew(":memory:");
  const Result<void> done = store->Atomically([&]() -> Result<void> {
    if (auto set = store->SetMeta("a", "1"); !set.ok()) return set;
    return Error{ErrorCode::kCancelled, "enough", "", ""};
  });
  EXPECT_EQ(done.error().code, ErrorCode::kCancelled);
  EXPECT_FALSE(store->InTransaction());
  EXPECT_FALSE(store->Meta("a").value().has_value());
}

TEST(Store, RollsBackWhenMemoryRunsOut) {
  auto store = OpenNew(":memory:");
  const Result<void> done = store->Atomically([&]() -> Result<void> {
    EXPECT_TRUE(store->SetMeta("a", "1").ok());
    throw std::bad_alloc();
  });
  EXPECT_EQ(done.error().code, ErrorCode::kOutOfMemory);
  EXPECT_FALSE(store->InTransaction());
  EXPECT_FALSE(store->Meta("a").value().has_value());
}

TEST(Store, LeavesAnOpenTransactionToWhoeverBeganIt) {
  auto store = OpenNew(":memory:");
  ASSERT_TRUE(store->Execute("BEGIN").ok());
  ASSERT_TRUE(store->SetMeta("a", "1").ok());
  const Result<void> done =
      store->Atomically([]() -> Result<void> { return {}; });
  EXPECT_EQ(done.error().code, ErrorCode::kState);
  ASSERT_TRUE(store->Execute("COMMIT").ok());
  EXPECT_TRUE(store->Meta("a").value().has_value());
}

TEST(Store, KeepsTheLastMetaValue) {
  auto store = OpenNew(":memory:");
  ASSERT_TRUE(store->SetMeta("a", "1").ok());
  ASSERT_TRUE(store->SetMeta("a", "2").ok());
  EXPECT_EQ(*store->Meta("a").value(), "2");
}

TEST(Statement, GivesBackWhatWasBound) {
  auto store = OpenNew(":memory:");
  Statement statement =
      std::move(store->Prepare("SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7")).value();
  const uint8_t blob[] = {0, 1, 0};
  statement.Bind(1, Cell::Null());
  statement.Bind(2, Cell::Integer(INT64_MIN));
  statement.Bind(3, Cell::Real(0.5));
  statement.Bind(4, Cell::Text(std::string_view("a\0b", 3)));
  statement.Bind(5, Cell::Blob(blob));
  statement.Bind(6, Cell::Text({}));
  statement.Bind(7, Cell::Blob({}));
  ASSERT_TRUE(statement.Step().value());
  EXPECT_EQ(statement.Column(0).type, Cell::Type::kNull);
  EXPECT_EQ(statement.Column(1).integer, INT64_MIN);
  EXPECT_EQ(statement.Column(2).real, 0.5);
  EXPECT_EQ(statement.Column(3).text(), std::string_view("a\0b", 3));
  EXPECT_EQ(statement.Column(4).bytes.size(), 3u);
  EXPECT_EQ(statement.Column(5).type, Cell::Type::kText);
  EXPECT_EQ(statement.Column(6).type, Cell::Type::kBlob);
  EXPECT_FALSE(statement.Step().value());
}

TEST(Statement, FailsWhenAParameterDoesNotExist) {
  auto store = OpenNew(":memory:");
  Statement statement = std::move(store->Prepare("SELECT ?1")).value();
  statement.Bind(2, Cell::Integer(1));
  EXPECT_EQ(statement.Step().error().code, ErrorCode::kInternal);
}

TEST(Statement, NamesTheConstraintThatFailed) {
  auto store = OpenNew(":memory:");
  ASSERT_TRUE(
      store
          ->Execute("CREATE TABLE t(a INTEGER PRIMARY KEY, b NOT NULL UNIQUE, "
                    "c CHECK(c < 5)); INSERT INTO t VALUES(1, 1, 1)")
          .ok());
  const auto code = [&](const char* sql) {
    return store->Prepare(sql)->Run().error().code;
  };
  EXPECT_EQ(code("INSERT INTO t VALUES(1, 2, 1)"), ErrorCode::kNotUnique);
  EXPECT_EQ(code("INSERT INTO t VALUES(2, 1, 1)"), ErrorCode::kNotUnique);
  EXPECT_EQ(code("INSERT INTO t VALUES(3, NULL, 1)"), ErrorCode::kNotNull);
  EXPECT_EQ(code("INSERT INTO t VALUES(4, 4, 9)"), ErrorCode::kConstraint);
  EXPECT_EQ(code("INSERT INTO t VALUES('x', 4, 1)"), ErrorCode::kTypeMismatch);
}

TEST(QuoteIdentifier, DoublesQuotes) {
  EXPECT_EQ(QuoteIdentifier("a\"b"), "\"a\"\"b\"");
}

}  // namespace
}  // namespace ferrite
