// CaseFolder: one folder of tests/cases, as tests/cases/README.md has it.
//
// What a folder should hold and does not is a std::runtime_error.
#ifndef FERRITE_TESTS_CASES_RUNNER_CASE_FOLDER_H_
#define FERRITE_TESTS_CASES_RUNNER_CASE_FOLDER_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ferrite/plan.h"
#include "tests/support/memory_host.h"

namespace ferrite::testing {

class CaseFolder {
 public:
  // The names of all folders below `root` that hold a plan, sorted.
  static std::vector<std::string> Names(const std::string& root);

  CaseFolder(const std::string& root, const std::string& name);

  const std::string& name() const { return name_; }
  std::string PlanText() const;
  // The plan that is migrated first, when plan.json is a correction of it.
  std::optional<std::string> FirstPlanText() const;
  // A record of the ledger that is corrected.
  struct Correction {
    std::string table;
    std::string key_text;
    ByteBuffer value;
  };
  std::vector<Correction> Corrections() const;
  // The records of source.json, for the plan's sources.
  MemoryHost Host(const Plan& plan) const;
  // Those of later_source.json, which the store is brought up to date with.
  std::optional<MemoryHost> LaterHost(const Plan& plan) const;

  // expected.json, or expected_error.json.
  const nlohmann::ordered_json& expected() const { return expected_; }

  // Takes the rows and hashes of the tables that `found` also has.
  void AdoptTotals(const nlohmann::ordered_json& found);
  // Writes them into expected.json; everything else there stays as it is
  // written. False when nothing changed.
  bool Save() const;

 private:
  std::string File(const char* name) const { return path_ + "/" + name; }
  MemoryHost HostOf(const std::string& file, const Plan& plan) const;

  std::string name_;
  std::string path_;
  std::string expected_file_;
  nlohmann::ordered_json expected_;
};

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_CASES_RUNNER_CASE_FOLDER_H_
