#include "ferrite/query.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>

namespace ferrite {
namespace {

using Write = std::function<void(Writer*)>;

class Query : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = std::move(Store::Open(":memory:", {})).value();
  }

  Result<QueryOutcome> Run(std::string_view sql, const Write& parameters = {},
                           uint64_t max_rows = 0) {
    Writer encoded;
    if (parameters) parameters(&encoded);
    result_.Clear();
    return RunQuery(store_.get(), sql, encoded.bytes(), max_rows, &result_);
  }

  Error ErrorOf(std::string_view sql, const Write& parameters = {}) {
    Result<QueryOutcome> outcome = Run(sql, parameters);
    EXPECT_FALSE(outcome.ok()) << sql;
    return outcome.ok() ? Error{} : outcome.error();
  }

  // The result must be what `expected` writes.
  void ExpectResult(const Write& expected) {
    Writer encoded;
    expected(&encoded);
    EXPECT_EQ(ByteBuffer(result_.bytes().begin(), result_.bytes().end()),
              ByteBuffer(encoded.bytes().begin(), encoded.bytes().end()));
  }

  // The one cell of the result to a one-cell SELECT.
  void ExpectCell(const Write& expected) {
    ExpectResult([&](Writer* out) {
      out->BeginArray(2);
      out->BeginArray(1);
      out->String("v");
      out->BeginArray(1);
      expected(out);
    });
  }

  std::unique_ptr<Store> store_;
  Writer result_;
};

TEST_F(Query, GivesColumnNamesAndRows) {
  ASSERT_TRUE(Run("SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, NULL").ok());
  ExpectResult([](Writer* out) {
    out->BeginArray(3);
    out->BeginArray(2);
    out->String("a");
    out->String("b");
    out->BeginArray(2);
    out->Integer(1);
    out->String("x");
    out->BeginArray(2);
    out->Integer(2);
    out->Null();
  });
}

TEST_F(Query, BindsEveryKindOfParameter) {
  const uint8_t bytes[] = {1, 2, 3};
  const struct {
    Write write;
    const char* type;
  } cases[] = {
      {[](Writer* w) { w->Undefined(); }, "NULL"},
      {[](Writer* w) { w->Null(); }, "NULL"},
      {[](Writer* w) { w->Bool(true); }, "1"},
      {[](Writer* w) { w->Integer(-5); }, "-5"},
      {[](Writer* w) { w->Double(0.5); }, "0.5"},
      {[](Writer* w) { w->BigInt(std::numeric_limits<int64_t>::min()); },
       "-9223372036854775808"},
      {[](Writer* w) { w->String("it's"); }, "'it''s'"},
      {[](Writer* w) { w->Date(1500); }, "1500"},
      {[&](Writer* w) { w->Blob(bytes); }, "X'010203'"},
      {[&](Writer* w) { w->TypedArray(64, bytes); }, "X'010203'"},
      {[&](Writer* w) {
         w->BeginInstance("Uint8Array", 3);
         w->Blob(bytes);
         w->Integer(1);
         w->Integer(2);
       },
       "X'0203'"},
      {[](Writer* w) { w->Wtf8(AsBytes("\xED\xA0\x80")); }, "X'EDA080'"},
  };
  for (const auto& each : cases) {
    ASSERT_TRUE(Run("SELECT quote(?1) AS v",
                    [&](Writer* w) {
                      w->BeginArray(1);
                      each.write(w);
                    })
                    .ok())
        << each.type;
    ExpectCell([&](Writer* w) { w->String(each.type); });
  }
}

TEST_F(Query, RefusesValuesThatSqliteCannotHold) {
  const uint8_t huge[] = {0x80, 0, 0, 0, 0, 0, 0, 0};
  for (const Write& write : std::initializer_list<Write>{
           [](Writer* w) { w->BeginObject(0); },
           [](Writer* w) { w->BeginArray(0); },
           [&](Writer* w) { w->BigInt(huge, false); },
           [](Writer* w) { w->Date(std::numeric_limits<double>::quiet_NaN()); },
           [](Writer* w) { w->Reference(0); }}) {
    const Error error = ErrorOf("SELECT ?1, ?2", [&](Writer* w) {
      w->BeginArray(2);
      w->Integer(0);
      write(w);
    });
    EXPECT_EQ(error.code, ErrorCode::kTypeMismatch) << error.message;
    EXPECT_EQ(error.path, "/1");
  }
}

TEST_F(Query, BindsNamesInEveryStyle) {
  ASSERT_TRUE(Run("SELECT :a || @b || $c || @a AS v", [](Writer* w) {
                w->BeginObject(3);
                w->String("a");
                w->String("1");
                w->String("b");
                w->String("2");
                w->String("c");
                w->String("3");
              }).ok());
  ExpectCell([](Writer* w) { w->String("1231"); });
}

TEST_F(Query, BindsTheSameSharedValueTwice) {
  ASSERT_TRUE(Run("SELECT ?1 = ?2 AS v", [](Writer* w) {
                w->BeginArray(2);
                w->Shareable();
                w->Date(5);
                w->Reference(0);
              }).ok());
  ExpectCell([](Writer* w) { w->Integer(1); });
}

TEST_F(Query, WantsEveryParameterAndNoOther) {
  const Write one = [](Writer* w) {
    w->BeginArray(1);
    w->Integer(1);
  };
  const Write named = [](Writer* w) {
    w->BeginObject(1);
    w->String("a");
    w->Integer(1);
  };
  EXPECT_EQ(ErrorOf("SELECT ?1, ?2", one).code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ErrorOf("SELECT 1", one).code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ErrorOf("SELECT ?1").code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ErrorOf("SELECT :b", named).path, "/a");
  EXPECT_EQ(ErrorOf("SELECT :a, :b", named).code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ErrorOf("SELECT 1", [](Writer* w) { w->Integer(1); }).code,
            ErrorCode::kInvalidArgument);
}

TEST_F(Query, RunsExactlyOneStatement) {
  EXPECT_TRUE(Run("SELECT 1; -- and no more\n;; /* really */ ").ok());
  for (const std::string& sql :
       {std::string(), std::string("  -- nothing"),
        std::string("SELECT 1; SELECT 2"), std::string("SELECT 1; junk"),
        std::string("SELECT 1;\0junk", 14),
        std::string("CREATE TABLE t(a); INSERT INTO t VALUES(1)")}) {
    EXPECT_EQ(ErrorOf(sql).code, ErrorCode::kInvalidArgument) << sql;
  }
  EXPECT_EQ(ErrorOf("SELEC 1").code, ErrorCode::kSql);
  EXPECT_TRUE(Run("CREATE TABLE t(a)").ok()) << "it was created before";
}

TEST_F(Query, GivesIntegersBeyondNumbersAsBigInt) {
  ASSERT_TRUE(Run("SELECT 9007199254740992 AS v").ok());
  ExpectCell([](Writer* w) { w->Integer(9007199254740992); });
  ASSERT_TRUE(Run("SELECT -9007199254740993 AS v").ok());
  ExpectCell([](Writer* w) { w->BigInt(-9007199254740993); });
  ASSERT_TRUE(Run("SELECT 9223372036854775807 AS v").ok());
  ExpectCell([](Writer* w) { w->BigInt(INT64_MAX); });
}

TEST_F(Query, GivesTextThatIsNoUtf8AsWellAsItGoes) {
  ASSERT_TRUE(Run("SELECT CAST(X'41EDA080' AS TEXT) AS v").ok());
  ExpectCell([](Writer* w) { w->Wtf8(AsBytes("A\xED\xA0\x80")); });
  ASSERT_TRUE(Run("SELECT CAST(X'41FFC3A4' AS TEXT) AS v").ok());
  ExpectCell([](Writer* w) { w->String("A\xEF\xBF\xBD\xC3\xA4"); });
}

TEST_F(Query, GivesBlobsAsUint8Array) {
  ASSERT_TRUE(Run("SELECT X'0001' AS v").ok());
  const uint8_t bytes[] = {0, 1};
  ExpectCell([&](Writer* w) { w->TypedArray(64, bytes); });
}

TEST_F(Query, CountsTheChangesOfThisStatementOnly) {
  ASSERT_TRUE(Run("CREATE TABLE t(a)").ok());
  Result<QueryOutcome> outcome = Run("INSERT INTO t VALUES(1),(2),(3)");
  EXPECT_EQ(outcome->changes, 3);
  EXPECT_EQ(outcome->last_insert_id, 3);
  EXPECT_EQ(Run("SELECT * FROM t")->changes, 0);
  EXPECT_EQ(Run("UPDATE t SET a=0 WHERE a>9")->changes, 0);
  EXPECT_EQ(Run("CREATE TABLE u(a)")->changes, 0);
}

TEST_F(Query, StopsAtTheRowsAskedForAndCommits) {
  Result<QueryOutcome> outcome = Run("SELECT 1 AS v UNION ALL SELECT 2", {}, 1);
  EXPECT_TRUE(outcome->truncated);
  ExpectCell([](Writer* w) { w->Integer(1); });
  EXPECT_FALSE(Run("SELECT 1 AS v", {}, 1)->truncated);

  ASSERT_TRUE(Run("CREATE TABLE t(a)").ok());
  outcome = Run("INSERT INTO t VALUES(1),(2) RETURNING a AS v", {}, 1);
  EXPECT_EQ(outcome->changes, 2);
  ASSERT_TRUE(Run("SELECT count(*) AS v FROM t").ok());
  ExpectCell([](Writer* w) { w->Integer(2); });
}

TEST_F(Query, LeavesNoResultBehindAnError) {
  ASSERT_TRUE(Run("CREATE TABLE t(a UNIQUE)").ok());
  ASSERT_TRUE(Run("INSERT INTO t VALUES(1)").ok());
  EXPECT_EQ(ErrorOf("INSERT INTO t VALUES(1)").code, ErrorCode::kNotUnique);
  EXPECT_EQ(result_.size(), 0u);
}

}  // namespace
}  // namespace ferrite
