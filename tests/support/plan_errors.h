// Plans that are refused, and what is said of them.
#ifndef FERRITE_TESTS_SUPPORT_PLAN_ERRORS_H_
#define FERRITE_TESTS_SUPPORT_PLAN_ERRORS_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ferrite/plan.h"
#include "mapping.h"

namespace ferrite::testing {

// A plan with these tables.
inline std::string WithTables(const std::string& tables) {
  return R"({"ferrite":1,"name":"p","tables":[)" + tables + "]}";
}

inline std::string WithFrom(const std::string& from) {
  return WithTables(R"({"name":"t","from":)" + from + "}");
}

inline std::string WithColumns(const std::string& columns) {
  return OneTable(R"("columns":)" + columns);
}

// A plan whose only column is a.
inline std::string WithColumn(const std::string& column) {
  return WithColumns(R"({"a":)" + column + "}");
}

struct Wrong {
  std::string plan;
  std::string path;
  const char* message;  // is in the message
  const char* hint;     // is in the hint
};

inline void ExpectErrors(const std::vector<Wrong>& plans,
                         ErrorCode code = ErrorCode::kPlanInvalid) {
  for (const Wrong& wrong : plans) {
    SCOPED_TRACE(wrong.plan.substr(0, 300));
    const Result<Plan> plan = Plan::Parse(wrong.plan);
    EXPECT_FALSE(plan.ok());
    if (plan.ok()) continue;
    EXPECT_EQ(plan.error().code, code);
    EXPECT_EQ(plan.error().path, wrong.path);
    EXPECT_NE(plan.error().message.find(wrong.message), std::string::npos)
        << plan.error().message;
    EXPECT_NE(plan.error().hint.find(wrong.hint), std::string::npos)
        << plan.error().hint;
  }
}

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_PLAN_ERRORS_H_
