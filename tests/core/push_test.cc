// The push's format, the ledger's decision table, and the answers.
#include "ferrite/push.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace ferrite {
namespace {

using testing::HasSubstr;

const PushHeader kHeader{"0123456789abcdef0123456789abcdef",
                         "fedcba9876543210fedcba9876543210", 7};

PushTable Orders() {
  return {"or\"ders",
          {{"id", Affinity::kText, true},
           {"total", Affinity::kAny, false},
           {"placed", Affinity::kInteger, false}},
          {0}};
}

ByteBuffer BodyOf(const std::vector<std::vector<Cell>>& rows) {
  PushWriter writer;
  writer.BeginRows(Orders());
  for (const auto& row : rows) writer.AddRow(row);
  return writer.Finish(kHeader);
}

void ExpectSame(const Cell& a, const Cell& b) {
  EXPECT_EQ(a.type, b.type);
  EXPECT_EQ(a.integer, b.integer);
  EXPECT_EQ(std::signbit(a.real), std::signbit(b.real));
  EXPECT_EQ(a.real, b.real);
  EXPECT_EQ(a.text(), b.text());
}

TEST(PushCell, KeepsEveryStorageClass) {
  const uint8_t bytes[] = {0, 1, 0xff};
  const Cell cells[] = {
      Cell::Null(),
      Cell::Integer(0),
      Cell::Integer(-1),
      Cell::Integer(int64_t{1} << 53),
      Cell::Integer((int64_t{1} << 53) + 1),
      Cell::Integer(-(int64_t{1} << 53) - 1),
      Cell::Integer(std::numeric_limits<int64_t>::max()),
      Cell::Integer(std::numeric_limits<int64_t>::min()),
      Cell::Real(1.0),
      Cell::Real(-0.0),
      Cell::Real(1e300),
      Cell::Real(std::numeric_limits<double>::infinity()),
      Cell::Text(""),
      Cell::Text("grüße"),
      Cell::Text(std::string_view("a\0b", 3)),
      Cell::Text("no \xff utf-8"),
      Cell::Blob({}),
      Cell::Blob(bytes),
  };
  for (const Cell& cell : cells) {
    Writer writer;
    WriteCell(cell, &writer);
    Reader reader(writer.bytes());
    Result<Cell> read = ReadCell(&reader);
    ASSERT_TRUE(read.ok()) << read.error().message;
    ExpectSame(*read, cell);
    EXPECT_TRUE(reader.AtEnd());
  }
}

TEST(PushCell, RefusesWhatSqliteCannotHold) {
  Writer writer;
  writer.Bool(true);
  Reader boolean(writer.bytes());
  EXPECT_EQ(ReadCell(&boolean).error().code, ErrorCode::kInvalidArgument);
  writer.Clear();
  writer.BeginArray(0);
  Reader array(writer.bytes());
  EXPECT_EQ(ReadCell(&array).error().code, ErrorCode::kInvalidArgument);
  writer.Clear();
  WriteCell(Cell::Real(std::nan("")), &writer);
  Reader nan(writer.bytes());
  EXPECT_EQ(ReadCell(&nan).error().code, ErrorCode::kInvalidArgument);
}

TEST(PushReader, ReadsWhatTheWriterWrote) {
  PushWriter writer;
  writer.BeginRows(Orders());
  writer.AddRow(
      std::vector<Cell>{Cell::Text("a"), Cell::Null(), Cell::Integer(1)});
  writer.AddRow(
      std::vector<Cell>{Cell::Text("b"), Cell::Real(2), Cell::Integer(2)});
  PushTable empty = Orders();
  empty.name = "empty";
  writer.BeginRows(empty);
  PushTable second = Orders();
  second.name = "second";
  second.key = {2, 0};
  writer.BeginRows(second);
  writer.AddRow(
      std::vector<Cell>{Cell::Text("c"), Cell::Null(), Cell::Integer(3)});
  EXPECT_EQ(writer.rows(), 3u);
  const ByteBuffer body = writer.Finish(kHeader);

  Result<PushReader> reader = PushReader::Open(body);
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  EXPECT_EQ(reader->header().client, kHeader.client);
  EXPECT_EQ(reader->header().epoch, kHeader.epoch);
  EXPECT_EQ(reader->header().sequence, 7u);
  std::vector<Cell> row(3);
  ASSERT_TRUE(*reader->NextChange());
  EXPECT_EQ(reader->table(), Orders());
  ASSERT_EQ(reader->rows_left(), 2u);
  ASSERT_TRUE(reader->NextRow(row).ok());
  EXPECT_EQ(row[0].text(), "a");
  EXPECT_FALSE(reader->NextChange().ok()) << "a row is left";
  ASSERT_TRUE(reader->NextRow(row).ok());
  EXPECT_EQ(row[1].type, Cell::Type::kReal);
  EXPECT_FALSE(reader->NextRow(row).ok());
  ASSERT_TRUE(*reader->NextChange()) << "a table without rows is left out";
  EXPECT_EQ(reader->table(), second);
  Result<PushTable> again = ReadPushTable(reader->schema());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, second);
  ASSERT_TRUE(reader->NextRow(row).ok());
  EXPECT_FALSE(*reader->NextChange());
}

// Reads everything; the error, or none.
std::optional<Error> ReadAll(Bytes body) {
  Result<PushReader> reader = PushReader::Open(body);
  if (!reader.ok()) return reader.error();
  for (;;) {
    Result<bool> more = reader->NextChange();
    if (!more.ok()) return more.error();
    if (!*more) return std::nullopt;
    std::vector<Cell> row(reader->table().columns.size());
    while (reader->rows_left() != 0) {
      if (auto read = reader->NextRow(row); !read.ok()) return read.error();
    }
  }
}

TEST(PushReader, RefusesEveryTruncation) {
  const ByteBuffer body =
      BodyOf({{Cell::Text("a"), Cell::Real(1.5),
               Cell::Integer(std::numeric_limits<int64_t>::max())},
              {Cell::Text("b"), Cell::Null(), Cell::Null()}});
  ASSERT_FALSE(ReadAll(body).has_value());
  for (size_t size = 0; size < body.size(); ++size) {
    EXPECT_TRUE(ReadAll(Bytes(body).first(size)).has_value()) << size;
  }
  ByteBuffer longer = body;
  longer.push_back(0xf6);
  EXPECT_TRUE(ReadAll(longer).has_value());
}

TEST(PushReader, SurvivesEveryChangedByte) {
  const ByteBuffer body =
      BodyOf({{Cell::Text("a"), Cell::Real(1.5), Cell::Integer(3)}});
  for (size_t i = 0; i < body.size(); ++i) {
    for (int value = 0; value < 256; ++value) {
      ByteBuffer changed = body;
      changed[i] = static_cast<uint8_t>(value);
      (void)ReadAll(changed);
    }
  }
}

TEST(PushReader, NamesThePlaceOfAWrongRow) {
  PushWriter writer;
  writer.BeginRows(Orders());
  writer.AddRow(std::vector<Cell>(3));
  writer.AddRow(std::vector<Cell>(2));  // one cell short
  const std::optional<Error> error = ReadAll(writer.Finish(kHeader));
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(error->path, "/changes/0/rows/1");
}

TEST(PushReader, RefusesAKeyThatNamesNoColumn) {
  for (const std::vector<size_t>& key : {std::vector<size_t>{}, {3}, {0, 0}}) {
    PushTable table = Orders();
    table.key = key;
    PushWriter writer;
    writer.BeginRows(table);
    writer.AddRow(std::vector<Cell>(3));
    const std::optional<Error> error = ReadAll(writer.Finish(kHeader));
    ASSERT_TRUE(error.has_value());
    EXPECT_THAT(error->path, HasSubstr("/changes/0/table/key"));
  }
}

TEST(PushReader, RefusesAnotherVersionAndIdentity) {
  const auto open = [](int64_t version, const char* client, int64_t sequence) {
    Writer body;
    body.BeginObject(5);
    body.String("push");
    body.Integer(version);
    body.String("client");
    body.String(client);
    body.String("epoch");
    body.String(kHeader.epoch);
    body.String("sequence");
    body.Integer(sequence);
    body.String("changes");
    body.BeginArray(0);
    const ByteBuffer bytes = body.Take();
    return PushReader::Open(bytes).ok();
  };
  const char* client = kHeader.client.c_str();
  EXPECT_TRUE(open(1, client, 1));
  EXPECT_FALSE(open(2, client, 1));
  EXPECT_FALSE(open(1, "0123", 1));
  EXPECT_FALSE(open(1, "0123456789ABCDEF0123456789ABCDEF", 1));
  EXPECT_FALSE(open(1, client, 0));
  EXPECT_FALSE(open(1, client, -1));
}

TEST(PushAffinity, FollowsSqlitesRules) {
  EXPECT_EQ(AffinityOf("INTEGER"), Affinity::kInteger);
  EXPECT_EQ(AffinityOf("bigint"), Affinity::kInteger);
  EXPECT_EQ(AffinityOf("CHARINT"), Affinity::kInteger);
  EXPECT_EQ(AffinityOf("varchar(20)"), Affinity::kText);
  EXPECT_EQ(AffinityOf("CLOB"), Affinity::kText);
  EXPECT_EQ(AffinityOf("BLOB"), Affinity::kAny);
  EXPECT_EQ(AffinityOf(""), Affinity::kAny);
  EXPECT_EQ(AffinityOf("double precision"), Affinity::kReal);
  EXPECT_EQ(AffinityOf("FLOAT"), Affinity::kReal);
  EXPECT_EQ(AffinityOf("DATETIME"), Affinity::kNumeric);
}

// One test per cell of the table in push.h.
constexpr Hash128 kHash{1, 2};
constexpr Hash128 kOtherHash{1, 3};

TEST(PushDecision, TheNextSequenceIsApplied) {
  EXPECT_EQ(DecidePush(0, 1, std::nullopt, kHash), PushDecision::kApply);
  EXPECT_EQ(DecidePush(6, 7, std::nullopt, kHash), PushDecision::kApply);
}

TEST(PushDecision, AKnownSequenceWithEqualBytesIsRepeated) {
  EXPECT_EQ(DecidePush(7, 7, kHash, kHash), PushDecision::kRepeat);
  EXPECT_EQ(DecidePush(7, 1, kHash, kHash), PushDecision::kRepeat);
}

TEST(PushDecision, AKnownSequenceWithOtherBytesIsReused) {
  EXPECT_EQ(DecidePush(7, 7, kOtherHash, kHash), PushDecision::kReused);
  EXPECT_EQ(DecidePush(7, 3, kOtherHash, kHash), PushDecision::kReused);
}

TEST(PushDecision, AKnownSequenceWithoutRecordIsReused) {
  EXPECT_EQ(DecidePush(7, 7, std::nullopt, kHash), PushDecision::kReused);
}

TEST(PushDecision, AnythingFurtherIsAGap) {
  EXPECT_EQ(DecidePush(0, 2, std::nullopt, kHash), PushDecision::kGap);
  EXPECT_EQ(DecidePush(7, 9, std::nullopt, kHash), PushDecision::kGap);
  EXPECT_EQ(
      DecidePush(7, std::numeric_limits<uint64_t>::max(), std::nullopt, kHash),
      PushDecision::kGap);
}

TEST(PushAnswer, SaysWhatTheProtocolSays) {
  EXPECT_EQ(PushAnswer::Applied(7, 120).body,
            R"({"outcome":"applied","sequence":7,"rows":120})");
  const PushAnswer refused = PushAnswer::Refused(
      7, {ErrorCode::kNotNull, "No.", "", "/changes/0/rows/1"});
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.body,
            R"({"outcome":"refused","sequence":7,"code":"not_null",)"
            R"("message":"No.","path":"/changes/0/rows/1"})");
  EXPECT_EQ(PushAnswer::Gap(9, 3).status, 409);
  EXPECT_THAT(PushAnswer::Gap(9, 3).body, HasSubstr(R"("expected":3)"));
  EXPECT_EQ(PushAnswer::Reused(3).status, 422);
  EXPECT_THAT(PushAnswer::Reused(3).body, HasSubstr("sequence_reused"));
}

TEST(PushAnswer, OnlyWhatWillNotPassLaterIsPermanent) {
  EXPECT_TRUE(IsPermanentRefusal(ErrorCode::kSchemaMismatch));
  EXPECT_TRUE(IsPermanentRefusal(ErrorCode::kNotNull));
  EXPECT_TRUE(IsPermanentRefusal(ErrorCode::kRecordMalformed));
  EXPECT_TRUE(IsPermanentRefusal(ErrorCode::kSql));
  EXPECT_FALSE(IsPermanentRefusal(ErrorCode::kStoreFull));
  EXPECT_FALSE(IsPermanentRefusal(ErrorCode::kStoreBusy));
  EXPECT_FALSE(IsPermanentRefusal(ErrorCode::kStoreIo));
  EXPECT_FALSE(IsPermanentRefusal(ErrorCode::kOutOfMemory));
}

}  // namespace
}  // namespace ferrite
