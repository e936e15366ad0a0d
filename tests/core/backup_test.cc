// What becomes of a folder of backups: chains, increments, retention.
#include "ferrite/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace ferrite {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kDay = 86'400'000;

std::string Id(char letter) { return std::string(64, letter); }

// Letters name the backups; a small one builds on the one before it. Each is a
// day younger than the one before.
std::vector<Backup> Folder(const std::string& letters) {
  std::vector<Backup> backups;
  for (const char letter : letters) {
    Backup backup;
    backup.id = Id(letter);
    if (letter >= 'a') backup.base = backups.back().id;
    backup.created_at = static_cast<int64_t>(backups.size()) * kDay;
    backup.bytes = letter >= 'a' ? 10 : 1000;
    backup.plain_bytes = 5000;
    backup.is_good = true;
    backups.push_back(backup);
  }
  return backups;
}

std::string Letters(const std::vector<std::string>& ids) {
  std::string letters;
  for (const std::string& id : ids) letters += id[0];
  return letters;
}

std::string Expired(const std::vector<Backup>& backups, int64_t day,
                    int64_t max_age_days, int64_t keep) {
  return Letters(ExpiredBackups(backups, {max_age_days, keep}, day * kDay));
}

TEST(Backups, ChainBeginsWithTheFullOne) {
  const std::vector<Backup> folder = Folder("AbcDe");
  Result<std::vector<Backup>> chain = BackupChain(folder, Id('c'));
  ASSERT_TRUE(chain.ok());
  EXPECT_THAT(*chain, ElementsAre(::testing::Field(&Backup::id, Id('A')),
                                  ::testing::Field(&Backup::id, Id('b')),
                                  ::testing::Field(&Backup::id, Id('c'))));
  EXPECT_EQ(BackupChain(folder, "DDDDDDDD")->size(), 1u);
}

TEST(Backups, ChainNeedsAllOfItsFiles) {
  std::vector<Backup> folder = Folder("Abc");
  folder.erase(folder.begin() + 1);
  EXPECT_EQ(BackupChain(folder, Id('c')).error().code,
            ErrorCode::kContainerBase);
  EXPECT_EQ(BackupChain(folder, Id('x')).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(BackupChain(folder, "ccccccc").error().code,
            ErrorCode::kInvalidArgument);
}

TEST(Backups, ShortIdThatTwoHaveIsRefused) {
  std::vector<Backup> folder = Folder("AB");
  folder[1].id = std::string(63, 'A') + "B";
  EXPECT_EQ(BackupChain(folder, "AAAAAAAA").error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_TRUE(BackupChain(folder, folder[1].id).ok());
}

TEST(Backups, BasesThatGoInACircleEnd) {
  std::vector<Backup> folder = Folder("Ab");
  folder[0].base = Id('b');
  EXPECT_FALSE(BackupChain(folder, Id('b')).ok());
  EXPECT_FALSE(BaseOfNextBackup(folder));
  EXPECT_THAT(ExpiredBackups(folder, {}, 100 * kDay), IsEmpty());
}

TEST(Backups, NextOneBuildsOnTheNewestGoodOne) {
  std::vector<Backup> folder = Folder("AbCd");
  EXPECT_EQ(BaseOfNextBackup(folder)->id, Id('d'));
  folder[3].is_good = false;
  EXPECT_EQ(BaseOfNextBackup(folder)->id, Id('C'));
  EXPECT_FALSE(BaseOfNextBackup({}));
}

TEST(Backups, NextOneIsFullWhenItsChainIsNotGood) {
  std::vector<Backup> folder = Folder("Abc");
  folder[0].is_good = false;
  EXPECT_FALSE(BaseOfNextBackup(folder));
  folder.erase(folder.begin());
  EXPECT_FALSE(BaseOfNextBackup(folder));
}

TEST(Backups, NextOneIsFullBehindTenIncrementsOrLargeOnes) {
  EXPECT_TRUE(BaseOfNextBackup(Folder("Abcdefghij")));
  EXPECT_FALSE(BaseOfNextBackup(Folder("Abcdefghijk")));
  std::vector<Backup> folder = Folder("Abc");
  folder[1].bytes = 490;
  EXPECT_TRUE(BaseOfNextBackup(folder));
  folder[2].bytes = 11;
  EXPECT_FALSE(BaseOfNextBackup(folder));
}

TEST(Backups, IncrementPaysUpToHalfOfTheGroups) {
  EXPECT_TRUE(IsWorthAnIncrement(0, 1));
  EXPECT_FALSE(IsWorthAnIncrement(1, 1));
  EXPECT_TRUE(IsWorthAnIncrement(2, 4));
  EXPECT_FALSE(IsWorthAnIncrement(3, 4));
}

TEST(Retention, KeepsTheNumberAndTheAge) {
  EXPECT_EQ(Expired(Folder("ABCDEFG"), 6, 100, 5), "BA");
  EXPECT_EQ(Expired(Folder("ABCDEFG"), 8, 5, 100), "CBA");
  EXPECT_EQ(Expired(Folder("ABC"), 2, 7, 5), "");
}

TEST(Retention, NeverRemovesTheLastGoodOne) {
  std::vector<Backup> folder = Folder("ABC");
  EXPECT_EQ(Expired(folder, 1000, 0, 1), "BA");
  folder[2].is_good = false;
  EXPECT_EQ(Expired(folder, 1000, 0, 1), "A");
  folder[1].is_good = false;
  EXPECT_EQ(Expired(folder, 1000, 0, 1), "");
  folder[0].is_good = false;
  EXPECT_EQ(Expired(folder, 1000, 0, 1), "");
}

TEST(Retention, TakesChainsAsAWholeAndIncrementsFirst) {
  EXPECT_EQ(Expired(Folder("AbcDe"), 4, 100, 2), "cbA");
  // c is one of the newest three.
  EXPECT_EQ(Expired(Folder("AbcDe"), 4, 100, 3), "");
  // Nothing newer than the chain is full.
  EXPECT_EQ(Expired(Folder("Abcde"), 1000, 0, 1), "");
}

TEST(Retention, TakesWhatLostItsBase) {
  std::vector<Backup> folder = Folder("AbcD");
  folder.erase(folder.begin());
  EXPECT_EQ(Expired(folder, 1000, 7, 5), "cb");
}

TEST(Backups, DependentsAreTheIncrementsBehind) {
  EXPECT_EQ(Letters(DependentBackups(Folder("AbcDe"), Id('A'))), "bc");
  EXPECT_EQ(Letters(DependentBackups(Folder("AbcDe"), Id('c'))), "");
}

TEST(Backups, AnswersTheSameAsJson) {
  json request = {{"do", "chain"}, {"id", Id('b')}, {"backups", json::array()}};
  for (const Backup& backup : Folder("AbC")) {
    request["backups"].push_back(
        {{"id", backup.id},
         {"base", backup.base.empty() ? json() : json(backup.base)},
         {"createdAt", backup.created_at},
         {"bytes", backup.bytes},
         {"plainBytes", backup.plain_bytes},
         {"good", backup.is_good}});
  }
  const auto answer = [&](const char* what) {
    request["do"] = what;
    Result<std::string> text = AnswerBackups(request.dump());
    EXPECT_TRUE(text.ok()) << text.error().message << text.error().path;
    return text.ok() ? *text : "";
  };
  EXPECT_EQ(answer("chain"), json({{"ids", {Id('A'), Id('b')}}}).dump());
  EXPECT_EQ(answer("base"), json({{"id", Id('C')}}).dump());
  request["now"] = 100 * kDay;
  EXPECT_EQ(answer("expired"), json({{"ids", {Id('b'), Id('A')}}}).dump());
  request["keep"] = 3;
  request["maxAgeDays"] = 1000;
  EXPECT_EQ(answer("expired"), R"({"ids":[]})");
  request["id"] = Id('A');
  EXPECT_EQ(answer("dependents"), json({{"ids", {Id('b')}}}).dump());
  request["keep"] = 0;
  request["do"] = "expired";
  EXPECT_EQ(AnswerBackups(request.dump()).error().path, "/keep");
  EXPECT_EQ(AnswerBackups(R"({"do":"chains","backups":[]})").error().path,
            "/do");
}

TEST(Backups, WhatTheSameRunWouldMeetAgainIsTakenBack) {
  for (const ErrorCode code :
       {ErrorCode::kNotNull, ErrorCode::kOrphan, ErrorCode::kSql,
        ErrorCode::kPlanInvalid, ErrorCode::kNotVerified}) {
    EXPECT_TRUE(IsTakenBack(code)) << ErrorText(code);
  }
  for (const ErrorCode code :
       {ErrorCode::kCancelled, ErrorCode::kStoreFull, ErrorCode::kStoreIo,
        ErrorCode::kSourceUnreadable, ErrorCode::kOutOfMemory,
        ErrorCode::kStoreBusy, ErrorCode::kInvalidArgument,
        ErrorCode::kInternal, ErrorCode::kSourceMissing}) {
    EXPECT_FALSE(IsTakenBack(code)) << ErrorText(code);
  }
}

}  // namespace
}  // namespace ferrite
