#include "ferrite/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/src/sha256.h"
#include "ferrite/encoding.h"
#include "ferrite/query.h"

namespace ferrite {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

std::string Sha256Hex(const std::string& text) {
  std::string hex;
  for (const uint8_t byte : internal::Sha256(AsBytes(text))) {
    constexpr char kDigits[] = "0123456789abcdef";
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

// The examples of FIPS 180-4, and lengths around a block's end.
TEST(Sha256, GivesTheStandardsHashes) {
  EXPECT_EQ(Sha256Hex(""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(
      Sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Sha256Hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

class Audit : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = std::move(Store::Open(":memory:", {})).value();
    for (int i = 1; i <= 5; ++i) {
      AuditEntry entry;
      entry.at = i;
      entry.actor = {"tester", "here"};
      entry.action = "test." + std::to_string(i);
      entry.target = "t";
      ASSERT_TRUE(AppendAudit(store_.get(), entry).ok());
    }
  }

  void Execute(const std::string& sql) {
    Result<void> done = store_->Execute(sql);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  json Check() { return json::parse(*CheckAudit(store_.get())); }

  // As an app's SQL.
  Error Refused(const std::string& sql) {
    Result<void> script = RunScript(store_.get(), sql);
    EXPECT_FALSE(script.ok()) << sql;
    Writer rows;
    EXPECT_FALSE(RunQuery(store_.get(), sql, {}, 0, &rows).ok()) << sql;
    return script.ok() ? Error{} : script.error();
  }

  std::unique_ptr<Store> store_;
};

constexpr char kOpen[] =
    "DROP TRIGGER ferrite_audit_appended; DROP TRIGGER ferrite_audit_kept; "
    "DROP TRIGGER ferrite_audit_unchanged;";

TEST_F(Audit, IsIntactAsAppended) {
  EXPECT_EQ(Check(), json({{"entries", 5}, {"intact", true}}));
  store_ = std::move(Store::Open(":memory:", {})).value();
  EXPECT_EQ(Check(), json({{"entries", 0}, {"intact", true}}));
}

TEST_F(Audit, IsNeverChangedThroughItsTable) {
  for (const char* sql :
       {"UPDATE ferrite_audit SET who='x' WHERE id=2",
        "DELETE FROM ferrite_audit WHERE id=5",
        "REPLACE INTO ferrite_audit VALUES(2,1,'x','x','x','{}','',x'',x'')",
        "INSERT INTO ferrite_audit VALUES(9,1,'x','x','x','{}','',x'',x'')"}) {
    EXPECT_FALSE(store_->Execute(sql).ok()) << sql;
  }
  EXPECT_EQ(Check()["intact"], true);
}

TEST_F(Audit, NamesTheFirstEntryThatWasChanged) {
  for (const char* column : {"at=7", "who='x'", "action='x'", "target='x'",
                             "details='[]'", "origin='x'"}) {
    SetUp();
    Execute(kOpen);
    Execute(std::string("UPDATE ferrite_audit SET ") + column +
            " WHERE id IN (3,4)");
    EXPECT_EQ(Check()["intact"], false) << column;
    EXPECT_EQ(Check()["broken"], 3) << column;
  }
}

TEST_F(Audit, NamesTheFirstEntryThatIsGone) {
  Execute(kOpen);
  Execute("DELETE FROM ferrite_audit WHERE id=2");
  EXPECT_EQ(Check()["broken"], 2);
  SetUp();
  Execute(kOpen);
  Execute("DELETE FROM ferrite_audit WHERE id>3");
  EXPECT_EQ(Check()["broken"], 4);
  Execute("DELETE FROM ferrite_audit");
  EXPECT_EQ(Check()["broken"], 1);
}

TEST_F(Audit, NoticesAnEntryPutInByHand) {
  Execute(
      "INSERT INTO ferrite_audit SELECT 6,at,who,action,target,details,"
      "origin,hash,hash FROM ferrite_audit WHERE id=5");
  EXPECT_EQ(Check()["broken"], 6);
}

TEST_F(Audit, CannotBeReachedByTheUsersSql) {
  Execute("CREATE TABLE mine(x)");
  for (const char* sql :
       {"UPDATE ferrite_audit SET who='x'", "DELETE FROM ferrite_audit",
        "INSERT INTO ferrite_audit VALUES(6,1,'x','x','x','{}','',x'',x'')",
        "DROP TABLE ferrite_audit", "DROP TRIGGER ferrite_audit_kept",
        "DROP INDEX ferrite_audit_at",
        "ALTER TABLE FERRITE_AUDIT RENAME TO mine2",
        "ALTER TABLE ferrite_audit ADD COLUMN x",
        "CREATE INDEX i ON ferrite_audit(who)",
        "CREATE TRIGGER t BEFORE INSERT ON ferrite_audit BEGIN SELECT "
        "RAISE(IGNORE); END",
        "CREATE TEMP TRIGGER t BEFORE INSERT ON main.ferrite_audit BEGIN "
        "SELECT RAISE(IGNORE); END",
        "CREATE TEMP TABLE ferrite_audit(id)",
        "CREATE TEMP VIEW ferrite_audit AS SELECT 1",
        "CREATE TABLE \"Ferrite_new\"(id)",
        "WITH w AS (SELECT 1) DELETE FROM main.ferrite_log",
        "UPDATE ferrite_meta SET value='x'",
        "UPDATE ferrite_migration SET status='verified'"}) {
    const Error error = Refused(sql);
    EXPECT_EQ(error.code, ErrorCode::kSql) << sql << error.message;
    EXPECT_THAT(error.message, HasSubstr("SQL may read")) << sql;
  }
  EXPECT_EQ(Check(), json({{"entries", 5}, {"intact", true}}));
}

TEST_F(Audit, CanBeReadByTheUsersSql) {
  Writer rows;
  EXPECT_TRUE(
      RunQuery(store_.get(), "SELECT * FROM ferrite_audit", {}, 0, &rows).ok());
  EXPECT_TRUE(RunScript(store_.get(),
                        "CREATE TABLE copy AS SELECT * FROM ferrite_audit;"
                        "CREATE VIEW v AS SELECT * FROM ferrite_log;"
                        "BEGIN; DELETE FROM copy; COMMIT; DROP TABLE copy")
                  .ok());
}

// VACUUM writes every table anew, by statements that pass the guard as well.
TEST_F(Audit, LetsTheUserVacuum) {
  for (const char* sql : {"VACUUM", " /* tidy */ -- up\n vacuum;"}) {
    Writer rows;
    const auto done = RunQuery(store_.get(), sql, {}, 0, &rows);
    EXPECT_TRUE(done.ok()) << done.error().message;
    EXPECT_TRUE(RunScript(store_.get(), sql).ok());
  }
  EXPECT_EQ(Refused("/* VACUUM */ DELETE FROM ferrite_audit").code,
            ErrorCode::kSql);
  EXPECT_EQ(Check(), json({{"entries", 5}, {"intact", true}}));
}

// A trigger of the user's may be set off by the engine's own statements.
TEST_F(Audit, IsOutOfReachOfTheUsersTriggers) {
  ASSERT_TRUE(RunScript(store_.get(),
                        "CREATE TABLE orders(id);"
                        "CREATE TRIGGER t AFTER INSERT ON orders BEGIN "
                        "DELETE FROM ferrite_log; END")
                  .ok());
  const Result<void> ours = store_->Execute("INSERT INTO orders VALUES(1)");
  ASSERT_FALSE(ours.ok());
  EXPECT_EQ(ours.error().code, ErrorCode::kSql);
  EXPECT_THAT(ours.error().message, HasSubstr("ferrite_log"));
}

TEST_F(Audit, IsTheEnginesAgainAfterTheUsersSql) {
  (void)RunScript(store_.get(), "DROP TABLE ferrite_audit");
  EXPECT_TRUE(store_->Execute("DELETE FROM ferrite_log").ok());
}

}  // namespace
}  // namespace ferrite
