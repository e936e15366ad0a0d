#include "ferrite/error.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

namespace ferrite {
namespace {

constexpr ErrorCode kAll[] = {
#define FERRITE_ERROR(name, text, exit, nature, sentence) ErrorCode::name,
#include "ferrite/error_codes.inc"
#undef FERRITE_ERROR
};

TEST(ErrorCode, HasAStableTextASentenceAndAnExitStatus) {
  EXPECT_EQ(ErrorText(ErrorCode::kPlanInvalid), "plan_invalid");
  EXPECT_EQ(ErrorSentence(ErrorCode::kPlanInvalid), "The plan is not usable.");
  EXPECT_EQ(ErrorExitStatus(ErrorCode::kPlanInvalid), 3);
  EXPECT_EQ(ErrorText(ErrorCode::kInternal), "internal");
}

TEST(ErrorCode, TextsAreDistinctAndStatusesNeverSuccess) {
  std::set<std::string_view> texts;
  for (ErrorCode code : kAll) {
    EXPECT_TRUE(texts.insert(ErrorText(code)).second) << ErrorText(code);
    EXPECT_GT(ErrorExitStatus(code), 1) << ErrorText(code);
    EXPECT_EQ(ErrorSentence(code).back(), '.') << ErrorText(code);
  }
}

TEST(ErrorCode, NatureSaysWhatARetryMayHopeFor) {
  EXPECT_EQ(NatureOf(ErrorCode::kTypeMismatch), ErrorNature::kRecord);
  EXPECT_EQ(NatureOf(ErrorCode::kTooLarge), ErrorNature::kRecord);
  EXPECT_EQ(NatureOf(ErrorCode::kStoreBusy), ErrorNature::kPassing);
  EXPECT_EQ(NatureOf(ErrorCode::kOutOfMemory), ErrorNature::kPassing);
  EXPECT_EQ(NatureOf(ErrorCode::kStoreFull), ErrorNature::kStore);
  EXPECT_EQ(NatureOf(ErrorCode::kStoreCorrupt), ErrorNature::kStore);
  EXPECT_EQ(NatureOf(ErrorCode::kPlanInvalid), ErrorNature::kCall);
  EXPECT_EQ(NatureOf(ErrorCode::kInternal), ErrorNature::kCall);
  EXPECT_EQ(NatureText(ErrorNature::kPassing), "passing");
}

TEST(Error, IsWrittenAsJsonInOneOrder) {
  const Error error{ErrorCode::kTypeMismatch, "Text, not a number.",
                    "Use \"text\".", "/tables/0/columns/id"};
  EXPECT_EQ(error.ToJson(),
            R"({"code":"type_mismatch","message":"Text, not a number.",)"
            R"("hint":"Use \"text\".","path":"/tables/0/columns/id"})");
}

TEST(Error, LeavesEmptyMembersOutOfJson) {
  EXPECT_EQ((Error{ErrorCode::kCancelled, "", "", ""}.ToJson()),
            R"({"code":"cancelled"})");
}

TEST(Error, ReplacesBytesThatAreNoTextInJson) {
  const Error error{ErrorCode::kSql, "a\xED\xA0\x80z\xFF", "", ""};
  const std::string json = error.ToJson();
  EXPECT_EQ(json.find('\xED'), std::string::npos);
  EXPECT_EQ(json.find('\xFF'), std::string::npos);
  EXPECT_NE(json.find("\xEF\xBF\xBD"), std::string::npos);
}

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> value = 7;
  EXPECT_TRUE(value.ok());
  EXPECT_EQ(*value, 7);
  const Result<int> error = Error{ErrorCode::kTimeout, "late", "", ""};
  EXPECT_FALSE(error);
  EXPECT_EQ(error.error().code, ErrorCode::kTimeout);
}

TEST(Result, GivesAMoveOnlyValueAway) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(3);
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 3);
}

TEST(Result, WithoutAValueIsSuccessUnlessAnErrorIsGiven) {
  EXPECT_TRUE(Result<void>().ok());
  const Result<void> error = Error{ErrorCode::kState, "", "", ""};
  EXPECT_FALSE(error.ok());
  EXPECT_EQ(error.error().code, ErrorCode::kState);
}

}  // namespace
}  // namespace ferrite
