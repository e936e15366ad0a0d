// Runs one case: plan, migration, verification, and the same migration once
// more by way of a bundle.
#ifndef FERRITE_TESTS_CASES_RUNNER_RUN_CASE_H_
#define FERRITE_TESTS_CASES_RUNNER_RUN_CASE_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cases/runner/case.h"

namespace ferrite::testing {

struct Outcome {
  // What the case gives, in the form of expected.json or expected_error.json.
  bool is_error = false;
  nlohmann::ordered_json actual;
  nlohmann::ordered_json tables;  // of the migration's report
  // What must hold in every case and does not, a sentence each.
  std::vector<std::string> faults;
};

Outcome RunCase(const Case& each);

// One line, the same in both twins: the case's name and its tables' hashes, or
// its error.
std::string Summary(const Case& each, const Outcome& outcome);

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_CASES_RUNNER_RUN_CASE_H_
