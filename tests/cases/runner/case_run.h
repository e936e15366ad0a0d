// RunCase: what Ferrite makes of one case folder.
#ifndef FERRITE_TESTS_CASES_RUNNER_CASE_RUN_H_
#define FERRITE_TESTS_CASES_RUNNER_CASE_RUN_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cases/runner/case_folder.h"

namespace ferrite::testing {

struct CaseRun {
  // In the form of expected.json, cells included; or of expected_error.json.
  nlohmann::ordered_json found;
  // What must hold in every case and does not.
  std::vector<std::string> faults;
};

// Migrates the folder's records, verifies the store, and migrates once more
// from a bundle; std::runtime_error when a step in between fails.
CaseRun RunCase(const CaseFolder& folder);

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_CASES_RUNNER_CASE_RUN_H_
