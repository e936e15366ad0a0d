// A store becomes what a backup says it was: the old content or the new one,
// whatever call of the disk is hit, and what happened since is told.
#include "ferrite/rollback.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "ferrite/history.h"
#include "ferrite/migration.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/shop.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::FaultVfs;
using testing::MemoryHost;
using testing::ParsePlan;
using testing::Shop;

constexpr char kLive[] = "shop.db";
constexpr char kRestored[] = "shop.db.restore";
constexpr char kSecondPlan[] = R"({"ferrite": 1, "name": "second", "tables": [
  {"name": "more", "from": {"indexedDB": "shop", "store": "orders"},
   "columns": {"id": "integer"}, "primaryKey": ["id"]}]})";

class Rollback : public ::testing::Test {
 protected:
  std::unique_ptr<Store> Open(const std::string& path) {
    Store::Options options;
    options.vfs = FaultVfs::kName;
    options.page_size = 1024;
    Result<std::unique_ptr<Store>> store = Store::Open(path, options);
    return store.ok() ? std::move(store).value() : nullptr;
  }

  // Its report.
  json Migrate(Store* store, const Plan& plan, const std::string& point) {
    MigrationOptions options;
    options.now = host_.now;
    options.rollback_point = point;
    Result<std::unique_ptr<Pass>> pass =
        BeginMigration(store, plan, States(plan), options);
    EXPECT_TRUE(pass.ok()) << pass.error().message;
    if (!pass.ok()) return {};
    const Result<void> driven = host_.Drive(pass->get());
    EXPECT_TRUE(driven.ok()) << driven.error().message;
    return json::parse((*pass)->ReportJson());
  }

  std::vector<SourceState> States(const Plan& plan) {
    std::vector<SourceState> states = host_.States();
    states.resize(plan.sources.size());
    return states;
  }

  // The bytes of the live store, as a backup has them.
  ByteBuffer BytesOf(Store* store) {
    Result<std::unique_ptr<StoreBytes>> bytes = StoreBytes::Open(store);
    EXPECT_TRUE(bytes.ok());
    ByteBuffer all((*bytes)->size());
    for (size_t at = 0; at < all.size(); at += 1000) {
      const size_t length = std::min<size_t>(1000, all.size() - at);
      EXPECT_TRUE((*bytes)->Read(at, {all.data() + at, length}).ok());
    }
    return all;
  }

  void Put(const std::string& name, const ByteBuffer& bytes) {
    using Kind = testing::DiskChange::Kind;
    for (const Kind kind : {Kind::kDelete, Kind::kCreate}) {
      vfs_.disk.Apply(name, {kind, 0, {}, true});
      vfs_.disk.Apply(name + "-journal", {Kind::kDelete, 0, {}, true});
    }
    vfs_.disk.Apply(name, {Kind::kWrite, 0, bytes, false});
    vfs_.disk.Apply(name, {Kind::kSync, 0, {}, false});
  }

  Result<std::string> Restore(Store* live, const ByteBuffer& backup) {
    Put(kRestored, backup);
    RestoreOptions options;
    options.vfs = FaultVfs::kName;
    options.now = host_.now;
    options.actor = {"tester", "here"};
    options.backup = "0123456789abcdef";
    options.safety = "5afe";
    options.token = "token";
    return RestoreStore(live, kRestored, options);
  }

  json Ask(Store* store, const json& request) {
    Result<std::string> answer =
        AnswerHistory(store, request.dump(), host_.now, {});
    EXPECT_TRUE(answer.ok()) << answer.error().message;
    return answer.ok() ? json::parse(*answer) : json();
  }

  // Kind and status of each row, the oldest first.
  std::string HistoryOf(Store* store) {
    std::string text;
    const json page = Ask(store, {{"do", "history"}, {"sort", "id"}});
    for (const json& row : page["rows"]) {
      text += row["kind"].get<std::string>() + " " +
              row["status"].get<std::string>() + "; ";
    }
    return text;
  }

  // The app's tables and their rows.
  std::string ContentOf(Store* store) {
    std::string text;
    for (const char* table : {"orders", "settings", "more"}) {
      Result<Statement> rows = store->Prepare(
          "SELECT count(*), sum(id * (rowid + 7)) FROM " + std::string(table));
      if (std::string(table) == "settings") {
        rows = store->Prepare("SELECT count(*), 0 FROM settings");
      }
      if (!rows.ok()) continue;
      EXPECT_TRUE(rows->Step().ok());
      text += std::string(table) + " " +
              std::to_string(rows->Column(0).integer) + " " +
              std::to_string(rows->Column(1).integer) + "; ";
    }
    return text;
  }

  FaultVfs vfs_;
  MemoryHost host_ = Shop(60);
};

TEST_F(Rollback, BringsTheContentBackAndTellsWhatWasSince) {
  auto store = Open(kLive);
  EXPECT_EQ(Migrate(store.get(), ParsePlan(), kAbsent)["status"],
            "completed_with_differences");
  const std::string before = ContentOf(store.get());
  const std::string epoch = store->Meta("epoch")->value();
  const ByteBuffer backup = BytesOf(store.get());
  Migrate(store.get(), ParsePlan(kSecondPlan), "b1");
  ASSERT_TRUE(
      store->Execute("UPDATE orders SET city='x'; DELETE FROM settings").ok());
  ASSERT_EQ(FindRollbackPoint(store.get())->value().point, "b1");
  ASSERT_NE(ContentOf(store.get()), before);

  const Result<std::string> told = Restore(store.get(), backup);
  ASSERT_TRUE(told.ok()) << told.error().message;
  EXPECT_EQ(json::parse(*told)["history"], 1);
  EXPECT_EQ(json::parse(*told)["migration"], 2);
  EXPECT_EQ(json::parse(*told)["auditContinues"], true);
  EXPECT_EQ(ContentOf(store.get()), before);
  EXPECT_EQ(HistoryOf(store.get()),
            "migration completed_with_differences; migration rolled_back; "
            "rollback completed; ");
  EXPECT_NE(store->Meta("epoch")->value(), epoch);
  EXPECT_EQ(*RestoredToken(store.get()), "token");
  const json audit = Ask(store.get(), {{"do", "audit"}, {"sort", "id"}});
  EXPECT_EQ(audit["rows"].back()["action"], "rollback");
  EXPECT_EQ(audit["rows"][2]["target"], "second");
  EXPECT_EQ(Ask(store.get(), {{"do", "checkAudit"}})["intact"], true);
  const json logs = Ask(store.get(), {{"do", "logs"}, {"search", "second"}});
  EXPECT_GE(logs["total"], 1);
  // What is left to take back is the first migration.
  EXPECT_EQ(FindRollbackPoint(store.get())->value().point, kAbsent);
  EXPECT_EQ(json::parse(*LastMigrationReport(store.get()))["plan"]["name"],
            "shop");

  // It goes anew, and its rows are not those that were taken back.
  EXPECT_EQ(Migrate(store.get(), ParsePlan(kSecondPlan), "b2")["status"],
            "verified");
  EXPECT_EQ(FindRollbackPoint(store.get())->value().migration, 4);
  EXPECT_EQ(Ask(store.get(), {{"do", "checkAudit"}})["intact"], true);
}

TEST_F(Rollback, CanBeUndone) {
  auto store = Open(kLive);
  Migrate(store.get(), ParsePlan(), kAbsent);
  const ByteBuffer backup = BytesOf(store.get());
  Migrate(store.get(), ParsePlan(kSecondPlan), "b1");
  const std::string after = ContentOf(store.get());
  const ByteBuffer safety = BytesOf(store.get());
  ASSERT_TRUE(Restore(store.get(), backup).ok());
  ASSERT_NE(ContentOf(store.get()), after);
  ASSERT_TRUE(Restore(store.get(), safety).ok());
  EXPECT_EQ(ContentOf(store.get()), after);
  EXPECT_EQ(HistoryOf(store.get()),
            "migration completed_with_differences; migration verified; "
            "rollback completed; rollback completed; ");
  EXPECT_EQ(Ask(store.get(), {{"do", "checkAudit"}})["intact"], true);
  EXPECT_EQ(FindRollbackPoint(store.get())->value().point, "b1");
}

TEST_F(Rollback, TakesNothingOverFromAnotherStore) {
  auto other = Open("other.db");
  Migrate(other.get(), ParsePlan(), kAbsent);
  const ByteBuffer backup = BytesOf(other.get());
  other.reset();
  auto store = Open(kLive);
  Migrate(store.get(), ParsePlan(kSecondPlan), kAbsent);
  const Result<std::string> told = Restore(store.get(), backup);
  ASSERT_TRUE(told.ok()) << told.error().message;
  EXPECT_EQ(json::parse(*told)["history"], 0);
  EXPECT_EQ(HistoryOf(store.get()),
            "migration completed_with_differences; rollback completed; ");
  EXPECT_EQ(Ask(store.get(), {{"do", "checkAudit"}})["intact"], true);
}

TEST_F(Rollback, SaysThatTheAuditChainDoesNotGoOn) {
  auto store = Open(kLive);
  Migrate(store.get(), ParsePlan(), kAbsent);
  const ByteBuffer backup = BytesOf(store.get());
  ASSERT_TRUE(store
                  ->Execute("DROP TRIGGER ferrite_audit_unchanged;"
                            "UPDATE ferrite_audit SET hash=zeroblob(32)")
                  .ok());
  const Result<std::string> told = Restore(store.get(), backup);
  ASSERT_TRUE(told.ok()) << told.error().message;
  EXPECT_EQ(json::parse(*told)["auditContinues"], false);
  const json audit = Ask(store.get(), {{"do", "audit"}});
  EXPECT_EQ(audit["rows"][0]["details"]["auditContinues"], false);
  EXPECT_EQ(Ask(store.get(), {{"do", "checkAudit"}})["intact"], true);
}

TEST_F(Rollback, RefusesADamagedBackupAndChangesNothing) {
  auto store = Open(kLive);
  Migrate(store.get(), ParsePlan(), kAbsent);
  ByteBuffer backup = BytesOf(store.get());
  const ByteBuffer before = backup;
  for (size_t i = 8 * 1024; i < 20 * 1024; ++i) backup[i] ^= 0x55;
  const Result<std::string> damaged = Restore(store.get(), backup);
  ASSERT_FALSE(damaged.ok());
  EXPECT_EQ(damaged.error().code, ErrorCode::kStoreCorrupt);
  const Result<std::string> foreign =
      Restore(store.get(), ByteBuffer(4096, uint8_t{'x'}));
  ASSERT_FALSE(foreign.ok());
  EXPECT_EQ(foreign.error().code, ErrorCode::kStoreForeign);
  EXPECT_EQ(BytesOf(store.get()), before);
}

TEST_F(Rollback, RefusesWhileATransactionIsOpen) {
  auto store = Open(kLive);
  const ByteBuffer backup = BytesOf(store.get());
  ASSERT_TRUE(store->Execute("BEGIN").ok());
  EXPECT_EQ(Restore(store.get(), backup).error().code, ErrorCode::kState);
  EXPECT_EQ(StoreBytes::Open(store.get()).error().code, ErrorCode::kState);
}

TEST_F(Rollback, TellsTheBackupOfARemovedStoreAboutIt) {
  auto store = Open(kLive);
  Migrate(store.get(), ParsePlan(), kAbsent);
  RestoreOptions options;
  options.now = host_.now;
  options.actor = {"tester", "here"};
  options.backup = kAbsent;
  ASSERT_TRUE(NoteRemoval(store.get(), options).ok());
  EXPECT_EQ(HistoryOf(store.get()),
            "migration rolled_back; rollback completed; ");
  EXPECT_FALSE(FindRollbackPoint(store.get())->has_value());
  EXPECT_EQ(*RollbackPointJson(store.get()), "{}");

  // It is there again, and so is its migration.
  const ByteBuffer safety = BytesOf(store.get());
  auto other = Open("other.db");
  ASSERT_TRUE(Restore(other.get(), safety).ok());
  EXPECT_EQ(HistoryOf(other.get()),
            "migration completed_with_differences; rollback completed; "
            "rollback completed; ");
  EXPECT_EQ(FindRollbackPoint(other.get())->value().point, kAbsent);
  // Once only: what was taken back in a store that stayed is that.
  ASSERT_TRUE(Restore(other.get(), BytesOf(other.get())).ok());
  EXPECT_EQ(HistoryOf(other.get()),
            "migration completed_with_differences; rollback completed; "
            "rollback completed; rollback completed; ");
}

TEST_F(Rollback, KnowsWhatAMigrationWouldDoBeforeItWrites) {
  auto store = Open(kLive);
  const Plan plan = ParsePlan();
  const ByteBuffer empty = BytesOf(store.get());
  MigrationOptions options;
  EXPECT_EQ(*FindBeginning(store.get(), plan, States(plan), options),
            MigrationBeginning::kNew);
  EXPECT_EQ(BytesOf(store.get()), empty);
  {
    auto pass = BeginMigration(store.get(), plan, States(plan), options);
    ASSERT_TRUE(pass.ok());
  }
  EXPECT_EQ(*FindBeginning(store.get(), plan, States(plan), options),
            MigrationBeginning::kContinued);
  Migrate(store.get(), plan, "");
  EXPECT_EQ(*FindBeginning(store.get(), plan, States(plan), options),
            MigrationBeginning::kDone);
  host_.sources[0].set_status(SourceState::Status::kBlocked);
  const Plan second = ParsePlan(kSecondPlan);
  EXPECT_EQ(
      FindBeginning(store.get(), second, States(second), options).error().code,
      ErrorCode::kSourceBlocked);
}

class RollbackFaults : public Rollback {
 protected:
  RollbackFaults() {
    auto store = Open(kLive);
    Migrate(store.get(), ParsePlan(), kAbsent);
    old_ = ContentOf(store.get());
    backup_ = BytesOf(store.get());
    Migrate(store.get(), ParsePlan(kSecondPlan), "b1");
    new_ = ContentOf(store.get());
    live_ = BytesOf(store.get());
    store.reset();
    changes_ = CountChanges();
  }

  uint64_t CountChanges() {
    Format();
    auto store = Open(kLive);
    const uint64_t before = vfs_.faults.changes();
    EXPECT_TRUE(Restore(store.get(), backup_).ok());
    return vfs_.faults.changes() - before;
  }

  void Format() {
    vfs_.Format();
    Put(kLive, live_);
  }

  // Cuts the restore off at every call in turn; afterwards the store is the
  // old or the new one and a second restore comes to its end.
  void StopEverywhere(FaultVfs::Unsynced unsynced) {
    uint64_t was_restored = 0;
    for (uint64_t call = 1; call <= changes_; call += testing::kFaultStride) {
      Format();
      auto store = Open(kLive);
      vfs_.faults.StopAtChange(call);
      const bool done = Restore(store.get(), backup_).ok();
      store.reset();
      vfs_.PowerCut(unsynced, static_cast<uint32_t>(call));
      store = Open(kLive);
      ASSERT_NE(store, nullptr) << call;
      const std::string content = ContentOf(store.get());
      ASSERT_TRUE(content == old_ || content == new_) << call << content;
      const bool is_restored = *RestoredToken(store.get()) == "token";
      ASSERT_EQ(is_restored, content == old_) << call;
      ASSERT_TRUE(is_restored || !done) << call;
      ASSERT_TRUE(CheckIntegrity(store.get(), false).ok()) << call;
      was_restored += is_restored ? 1 : 0;
      const Result<std::string> again = Restore(store.get(), backup_);
      ASSERT_TRUE(again.ok()) << call << again.error().message;
      ASSERT_EQ(ContentOf(store.get()), old_) << call;
      ASSERT_EQ(Ask(store.get(), {{"do", "checkAudit"}})["intact"], true)
          << call;
    }
    EXPECT_LT(was_restored, changes_ / testing::kFaultStride);
  }

  std::string old_;
  std::string new_;
  ByteBuffer backup_;
  ByteBuffer live_;
  uint64_t changes_ = 0;
};

TEST_F(RollbackFaults, PowerCutAtEveryCallLeavesTheOldOrTheNewStore) {
  StopEverywhere(FaultVfs::Unsynced::kDropped);
}

TEST_F(RollbackFaults, ProcessDeathAtEveryCallLeavesTheOldOrTheNewStore) {
  StopEverywhere(FaultVfs::Unsynced::kKept);
}

TEST_F(RollbackFaults, PowerCutThatKeepsSomeWritesLeavesTheOldOrTheNewStore) {
  StopEverywhere(FaultVfs::Unsynced::kSome);
}

TEST_F(RollbackFaults, PowerCutThatTearsWritesLeavesTheOldOrTheNewStore) {
  StopEverywhere(FaultVfs::Unsynced::kTorn);
}

TEST_F(RollbackFaults, DiskThatIsFullAtAnyCallLeavesTheStoreUsable) {
  int errors_with_the_new_content = 0;
  for (uint64_t call = 1; call <= changes_; call += testing::kFaultStride) {
    Format();
    auto store = Open(kLive);
    vfs_.faults.FailChange(call, SQLITE_FULL);
    const Result<std::string> done = Restore(store.get(), backup_);
    vfs_.faults.Clear();
    const bool is_restored = *RestoredToken(store.get()) == "token";
    ASSERT_EQ(ContentOf(store.get()), is_restored ? old_ : new_) << call;
    // It is told as an error when only the journal's end was not acknowledged.
    ASSERT_TRUE(is_restored || !done.ok()) << call;
    errors_with_the_new_content += is_restored && !done.ok() ? 1 : 0;
    ASSERT_TRUE(done.ok() || done.error().code == ErrorCode::kStoreFull)
        << call << done.error().message;
    ASSERT_TRUE(Restore(store.get(), backup_).ok()) << call;
    ASSERT_EQ(ContentOf(store.get()), old_) << call;
  }
  // What empties the journal, and its sync.
  EXPECT_LE(errors_with_the_new_content, 2);
}

}  // namespace
}  // namespace ferrite
