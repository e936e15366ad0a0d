// The client's side: what is pushed, in which order, and what an answer does.
#include "ferrite/pusher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ferrite/push.h"

namespace ferrite {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PusherTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "pusher_test_" +
            testing::UnitTest::GetInstance()->current_test_info()->name() +
            ".db";
    for (const char* suffix : {"", "-journal", "-wal", "-shm"}) {
      std::remove((path_ + suffix).c_str());
    }
    OpenStore();
  }

  void OpenStore() {
    pusher_.reset();
    store_.reset();
    Result<std::unique_ptr<Store>> store = Store::Open(path_, {});
    ASSERT_TRUE(store.ok()) << store.error().message;
    store_ = std::move(*store);
  }

  void OpenPusher(uint32_t max_bytes = 1 << 20) {
    pusher_.reset();
    Pusher::Options options;
    options.max_bytes = max_bytes;
    Result<std::unique_ptr<Pusher>> pusher =
        Pusher::Open(store_.get(), options, 1);
    ASSERT_TRUE(pusher.ok()) << pusher.error().message;
    pusher_ = std::move(*pusher);
  }

  // As after a crash: whatever was not committed is gone.
  void Crash(uint32_t max_bytes = 1 << 20) {
    OpenStore();
    OpenPusher(max_bytes);
  }

  void Execute(const std::string& sql) {
    const Result<void> done = store_->Execute(sql);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  std::optional<Push> Next() {
    Result<std::optional<Push>> next = pusher_->Next(2);
    EXPECT_TRUE(next.ok()) << next.error().message;
    return next.ok() ? *next : std::nullopt;
  }

  Result<PushVerdict> Take(const PushAnswer& answer) {
    return pusher_->Take(answer.status, answer.body, 3);
  }

  Result<PushVerdict> Acknowledge(const Push& push) {
    return Take(PushAnswer::Applied(push.sequence, push.rows));
  }

  PushStatus Status() {
    Result<PushStatus> status = pusher_->Status();
    EXPECT_TRUE(status.ok()) << status.error().message;
    return *status;
  }

  // Table name → first cells, as text, in the order in which they came.
  using Rows = std::map<std::string, std::vector<std::string>>;
  static void Collect(Bytes body, Rows* rows) {
    Result<PushReader> reader = PushReader::Open(body);
    ASSERT_TRUE(reader.ok()) << reader.error().message;
    while (*reader->NextChange()) {
      std::vector<Cell> row(reader->table().columns.size());
      while (reader->rows_left() != 0) {
        ASSERT_TRUE(reader->NextRow(row).ok());
        (*rows)[reader->table().name].push_back(
            row[0].type == Cell::Type::kInteger ? std::to_string(row[0].integer)
                                                : std::string(row[0].text()));
      }
    }
  }

  Rows PushEverything() {
    Rows rows;
    while (std::optional<Push> push = Next()) {
      Collect(push->body, &rows);
      EXPECT_TRUE(Acknowledge(*push).ok());
    }
    return rows;
  }

  std::string path_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Pusher> pusher_;
};

TEST_F(PusherTest, AnEmptyStoreHasNothingToPush) {
  OpenPusher();
  EXPECT_FALSE(Next().has_value());
  EXPECT_EQ(Status().sequence, 0u);
}

TEST_F(PusherTest, PushesEveryTableOnceInOrder) {
  Execute(
      "CREATE TABLE b(id TEXT PRIMARY KEY, v);"
      "CREATE TABLE a(id INTEGER PRIMARY KEY, v);"
      "CREATE TABLE w(k1 TEXT, k2 INTEGER, v, PRIMARY KEY(k1, k2)) "
      "WITHOUT ROWID;"
      "INSERT INTO b VALUES('y', 1), ('x', 2);"
      "INSERT INTO a VALUES(-5, 'n'), (3, 'p');"
      "INSERT INTO w VALUES('p', 2, 0), ('p', 1, 0), ('o', 9, 0);");
  OpenPusher();
  EXPECT_THAT(PushEverything(),
              ElementsAre(testing::Pair("a", ElementsAre("-5", "3")),
                          testing::Pair("b", ElementsAre("y", "x")),
                          testing::Pair("w", ElementsAre("o", "p", "p"))));
  EXPECT_EQ(Status().rows, 7u);
  EXPECT_EQ(Status().rows_left, 0u);
}

TEST_F(PusherTest, CutsPushesAtTheirLimitWithoutLosingRows) {
  Execute(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v BLOB);"
      "CREATE TABLE w(id TEXT PRIMARY KEY, v BLOB) WITHOUT ROWID;"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
      "WHERE i < 500) INSERT INTO t SELECT i, zeroblob(i) FROM n;"
      "INSERT INTO w SELECT 'k' || id, v FROM t;");
  OpenPusher(4096);
  Rows rows;
  uint64_t sequence = 0;
  while (std::optional<Push> push = Next()) {
    EXPECT_EQ(push->sequence, ++sequence);
    EXPECT_LT(push->body.size(), 4096u + 600u);
    Collect(push->body, &rows);
    ASSERT_TRUE(Acknowledge(*push).ok());
  }
  EXPECT_GT(sequence, 50u);
  EXPECT_EQ(rows["t"].size(), 500u);
  EXPECT_EQ(rows["w"].size(), 500u);
}

TEST_F(PusherTest, ARowBeyondTheLimitGoesAlone) {
  Execute(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v BLOB);"
      "INSERT INTO t VALUES(1, 'a'), (2, zeroblob(100000)), (3, 'c')");
  OpenPusher(4096);
  std::vector<uint64_t> counts;
  while (std::optional<Push> push = Next()) {
    counts.push_back(push->rows);
    ASSERT_TRUE(Acknowledge(*push).ok());
  }
  EXPECT_THAT(counts, ElementsAre(1, 1, 1));
}

TEST_F(PusherTest, ACrashRepeatsTheSameBytesUnderTheSameSequence) {
  Execute(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
      "INSERT INTO t VALUES(1, 'a')");
  OpenPusher();
  const std::optional<Push> first = Next();
  ASSERT_TRUE(first.has_value());
  const ByteBuffer bytes(first->body.begin(), first->body.end());
  Crash();
  // What changed in between must not change the push that may have arrived.
  Execute("UPDATE t SET v = 'b'; INSERT INTO t VALUES(2, 'c')");
  const std::optional<Push> again = Next();
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->sequence, 1u);
  EXPECT_EQ(ByteBuffer(again->body.begin(), again->body.end()), bytes);
  ASSERT_TRUE(Acknowledge(*again).ok());
  const std::optional<Push> second = Next();
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->sequence, 2u);
  EXPECT_EQ(second->rows, 1u);
}

TEST_F(PusherTest, CountsWhatIsLeft) {
  Execute(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
      "INSERT INTO t VALUES(1, zeroblob(5000)), (2, zeroblob(5000)), (3, 1)");
  OpenPusher(4096);
  EXPECT_EQ(Status().rows_left, 3u);
  const std::optional<Push> push = Next();
  EXPECT_TRUE(Status().in_flight);
  EXPECT_EQ(Status().rows_left, 3u);
  ASSERT_TRUE(Acknowledge(*push).ok());
  EXPECT_FALSE(Status().in_flight);
  EXPECT_EQ(Status().rows_left, 2u);
  EXPECT_EQ(Status().rows, 1u);
}

TEST_F(PusherTest, RowsAddedLaterGoWithTheNextPush) {
  Execute(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 1)");
  OpenPusher();
  PushEverything();
  Execute("INSERT INTO t VALUES(2, 2)");
  EXPECT_THAT(PushEverything(),
              ElementsAre(testing::Pair("t", ElementsAre("2"))));
}

TEST_F(PusherTest, LeavesOutWhatHasNoKeyAndSaysSo) {
  Execute(
      "CREATE TABLE keyless(v); INSERT INTO keyless VALUES(1);"
      "CREATE VIEW v AS SELECT 1;"
      "CREATE VIRTUAL TABLE words USING fts5(text);"
      "INSERT INTO words VALUES('x');"
      "CREATE TABLE g(id INTEGER PRIMARY KEY, a, b AS (a + 1));"
      "INSERT INTO g(id, a) VALUES(1, 1)");
  OpenPusher();
  const std::optional<Push> push = Next();
  ASSERT_TRUE(push.has_value());
  Result<PushReader> reader = PushReader::Open(push->body);
  ASSERT_TRUE(*reader->NextChange());
  EXPECT_EQ(reader->table().name, "g");
  EXPECT_EQ(reader->table().columns.size(), 2u);
  EXPECT_EQ(push->rows, 1u);
  const PushStatus status = Status();
  ASSERT_EQ(status.skipped.size(), 2u);
  EXPECT_EQ(status.skipped[0].name, "keyless");
  EXPECT_EQ(status.skipped[1].name, "words");
}

TEST_F(PusherTest, AColumnMayBeCalledRowid) {
  Execute(
      "CREATE TABLE t(rowid TEXT PRIMARY KEY, v);"
      "INSERT INTO t VALUES('z', 1), ('a', 2);"
      "CREATE TABLE u(rowid TEXT, oid TEXT, _rowid_ TEXT PRIMARY KEY);"
      "INSERT INTO u VALUES('1', '2', 'z'), ('3', '4', 'a')");
  OpenPusher();
  EXPECT_THAT(PushEverything(),
              ElementsAre(testing::Pair("t", ElementsAre("z", "a")),
                          testing::Pair("u", ElementsAre("3", "1"))));
}

TEST_F(PusherTest, NamesWithQuotesTravel) {
  Execute(
      "CREATE TABLE \"o\"\"r'd\"(\"i\"\"d\" TEXT PRIMARY KEY);"
      "INSERT INTO \"o\"\"r'd\" VALUES('a')");
  OpenPusher();
  EXPECT_THAT(PushEverything(),
              ElementsAre(testing::Pair("o\"r'd", ElementsAre("a"))));
}

// The answers, cell by cell of the table in pusher.h.
class PusherAnswerTest : public PusherTest {
 protected:
  void SetUp() override {
    PusherTest::SetUp();
    Execute(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
        "INSERT INTO t VALUES(1, zeroblob(5000)), (2, zeroblob(5000))");
    OpenPusher(4096);
    push_ = Next();
    ASSERT_TRUE(push_.has_value());
    body_.assign(push_->body.begin(), push_->body.end());
  }

  void ExpectUntouched(int status, const std::string& body, ErrorCode code) {
    Result<PushVerdict> taken = pusher_->Take(status, body, 3);
    ASSERT_FALSE(taken.ok()) << status << body;
    EXPECT_EQ(taken.error().code, code) << status << body;
    EXPECT_FALSE(taken.error().message.empty());
    const std::optional<Push> again = Next();
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->sequence, 1u);
    EXPECT_EQ(ByteBuffer(again->body.begin(), again->body.end()), body_);
    EXPECT_THAT(Status().refused, IsEmpty());
  }

  std::optional<Push> push_;
  ByteBuffer body_;
};

TEST_F(PusherAnswerTest, AppliedRemovesTheFlight) {
  EXPECT_EQ(*Acknowledge(*push_), PushVerdict::kAcknowledged);
  EXPECT_EQ(Next()->sequence, 2u);
}

TEST_F(PusherAnswerTest, RefusedIsKeptWithItsBytesAndReason) {
  EXPECT_EQ(*Take(PushAnswer::Refused(
                1, {ErrorCode::kSchemaMismatch, "Another shape.", "", "/p"})),
            PushVerdict::kRefused);
  const PushStatus status = Status();
  ASSERT_EQ(status.refused.size(), 1u);
  EXPECT_EQ(status.refused[0].sequence, 1u);
  EXPECT_EQ(status.refused[0].code, "schema_mismatch");
  EXPECT_EQ(status.refused[0].message, "Another shape.");
  EXPECT_EQ(status.refused[0].path, "/p");
  EXPECT_EQ(status.rows, 0u);
  Result<Statement> kept =
      store_->Prepare("SELECT body FROM ferrite_push_refused");
  ASSERT_TRUE(*kept->Step());
  const Bytes bytes = kept->Column(0).bytes;
  EXPECT_EQ(ByteBuffer(bytes.begin(), bytes.end()), body_);
  kept->Reset();
  EXPECT_EQ(Next()->sequence, 2u) << "a refused push blocks nothing";
}

TEST_F(PusherAnswerTest, SequenceReusedLeavesTheQueue) {
  const PushAnswer answer = PushAnswer::Reused(1);
  ExpectUntouched(answer.status, answer.body, ErrorCode::kSequenceReused);
}

TEST_F(PusherAnswerTest, AGapLeavesTheQueue) {
  const PushAnswer answer = PushAnswer::Gap(1, 1);
  ExpectUntouched(answer.status, answer.body, ErrorCode::kSequenceGap);
}

TEST_F(PusherAnswerTest, AWrongTokenLeavesTheQueue) {
  ExpectUntouched(401, R"({"code":"unauthorized","message":"No."})",
                  ErrorCode::kUnauthorized);
  ExpectUntouched(403, "", ErrorCode::kUnauthorized);
}

TEST_F(PusherAnswerTest, TooLargeLeavesTheQueue) {
  ExpectUntouched(413, R"({"code":"too_large"})", ErrorCode::kTooLarge);
  ExpectUntouched(413, "<html>nginx</html>", ErrorCode::kTooLarge);
}

TEST_F(PusherAnswerTest, TroubleOfTheServerLeavesTheQueue) {
  for (int status : {408, 429, 500, 502, 503, 504}) {
    ExpectUntouched(status, "", ErrorCode::kUnreachable);
  }
}

TEST_F(PusherAnswerTest, AnAnswerOfAStrangerLeavesTheQueue) {
  ExpectUntouched(200, "<html>Log in to the hotel's network</html>",
                  ErrorCode::kUnreachable);
  ExpectUntouched(200, "{}", ErrorCode::kUnreachable);
  ExpectUntouched(200, "[]", ErrorCode::kUnreachable);
  ExpectUntouched(200, R"({"outcome":"applied","sequence":2,"rows":1})",
                  ErrorCode::kUnreachable);
  ExpectUntouched(200, R"({"outcome":"applied","sequence":"1"})",
                  ErrorCode::kUnreachable);
  ExpectUntouched(422, R"({"code":"not_null"})", ErrorCode::kUnreachable);
  ExpectUntouched(422, R"({"outcome":"refused","sequence":2})",
                  ErrorCode::kUnreachable);
}

TEST_F(PusherAnswerTest, AnyOtherAnswerLeavesTheQueue) {
  ExpectUntouched(404, "", ErrorCode::kRefused);
  ExpectUntouched(400, R"({"code":"invalid_argument","message":"No."})",
                  ErrorCode::kRefused);
  ExpectUntouched(301, "", ErrorCode::kRefused);
}

TEST_F(PusherAnswerTest, AnAnswerWithoutAPushIsAMisuse) {
  ASSERT_TRUE(Acknowledge(*push_).ok());
  EXPECT_EQ(Acknowledge(*push_).error().code, ErrorCode::kState);
}

TEST_F(PusherAnswerTest, TwoPushersOnOneStoreGiveTheSamePush) {
  Pusher::Options options;
  Result<std::unique_ptr<Pusher>> other =
      Pusher::Open(store_.get(), options, 1);
  Result<std::optional<Push>> same = (*other)->Next(2);
  ASSERT_TRUE(same.ok() && same->has_value());
  EXPECT_EQ(ByteBuffer((*same)->body.begin(), (*same)->body.end()), body_);
  ASSERT_TRUE(Acknowledge(*push_).ok());
  // The second one's answer finds the flight gone, and does nothing.
  const PushAnswer answer = PushAnswer::Applied(1, 1);
  ASSERT_TRUE((*other)->Take(answer.status, answer.body, 3).ok());
  EXPECT_EQ(Status().rows, 1u);
  EXPECT_EQ(Next()->sequence, 2u);
}

TEST_F(PusherAnswerTest, ANewEpochBeginsAtOneWithTheFirstRow) {
  const std::string epoch = Status().epoch;
  ASSERT_TRUE(Take(PushAnswer::Refused(1, {})).ok());
  ASSERT_TRUE(pusher_->Restart(4).ok());
  const PushStatus status = Status();
  EXPECT_NE(status.epoch, epoch);
  EXPECT_EQ(status.rows_left, 2u);
  EXPECT_EQ(status.refused.size(), 1u) << "nothing is lost";
  const std::optional<Push> push = Next();
  EXPECT_EQ(push->sequence, 1u);
  Result<PushReader> reader = PushReader::Open(push->body);
  EXPECT_EQ(reader->header().epoch, status.epoch);
  EXPECT_EQ(reader->header().client, status.client);
}

TEST_F(PusherAnswerTest, AnEpochMintedElsewhereIsNoticed) {
  Execute(
      "UPDATE ferrite_meta SET value = 'ffffffffffffffffffffffffffffffff' "
      "WHERE key = 'epoch'");
  // The answer to the old epoch's push must not touch the new epoch.
  ASSERT_TRUE(Acknowledge(*push_).ok());
  const std::optional<Push> push = Next();
  EXPECT_EQ(push->sequence, 1u);
  Result<PushReader> reader = PushReader::Open(push->body);
  EXPECT_EQ(reader->header().epoch, "ffffffffffffffffffffffffffffffff");
}

TEST_F(PusherTest, StatusOfAStoreThatWasNeverPushedIsNothing) {
  Result<std::optional<PushStatus>> status = ReadPushStatus(store_.get());
  ASSERT_TRUE(status.ok());
  EXPECT_FALSE(status->has_value());
}

}  // namespace
}  // namespace ferrite
