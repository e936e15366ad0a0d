// Case: one case folder, as tests/cases/README.md describes it.
#ifndef FERRITE_TESTS_CASES_RUNNER_CASE_H_
#define FERRITE_TESTS_CASES_RUNNER_CASE_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/memory_host.h"

namespace ferrite::testing {

struct Case {
  std::string name;
  std::string folder;
  std::string plan;  // text, since it may be no JSON on purpose
  MemoryHost host;
  bool expects_error = false;
  nlohmann::ordered_json expected;
};

// The folders below `root` that hold a plan.json, by name; `root` itself when
// it holds one.
std::vector<std::string> FindCases(const std::string& root);

// Throws std::runtime_error, with what is wrong with the folder.
Case LoadCase(const std::string& folder);

// Writes each table's rows and hash into expected.json, and leaves everything
// else in it as a person wrote it. `tables` is a report's.
void UpdateExpected(const Case& each, const nlohmann::ordered_json& tables);

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_CASES_RUNNER_CASE_H_
