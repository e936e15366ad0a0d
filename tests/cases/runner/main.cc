// Runs the case folders and prints one line for each:
//
//   case_runner [--update] [NAME…]
//
//   ok NAME TABLE=ROWS:HASH …
//   ok NAME CODE [PATH]
//   FAILED NAME: what differs
//
// --update writes rows and hashes into the expected.json of cases that agree
// in everything else. The exit status is 1 when a case failed.
#include <algorithm>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/cases/runner/case_folder.h"
#include "tests/cases/runner/case_run.h"
#include "tests/cases/runner/json_difference.h"

namespace ferrite::testing {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kRoot[] = FERRITE_SOURCE_DIR "/tests/cases";

bool IsPlain(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
  });
}

std::string ResultText(const Json& found) {
  std::ostringstream text;
  if (!found.contains("tables")) {
    text << " " << found["code"].get<std::string>();
    const std::string path = found["path"];
    if (!path.empty()) text << " " << path;
    return text.str();
  }
  for (const auto& [name, table] : found["tables"].items()) {
    text << " " << (IsPlain(name) ? name : JsonText(name)) << "="
         << table["rows"].dump() << ":" << table["hash"].get<std::string>();
  }
  return text.str();
}

// What the folder says, with everything that it may leave out.
Json Completed(Json expected, const Json& found) {
  if (expected.contains("code") && !expected.contains("path")) {
    expected["path"] = "";
  }
  if (!expected.contains("tables") || !found.contains("tables")) {
    return expected;
  }
  for (auto& [name, table] : expected["tables"].items()) {
    if (table.contains("cells") || !found["tables"].contains(name)) continue;
    table["cells"] = found["tables"][name]["cells"];
  }
  return expected;
}

bool Run(const std::string& name, bool update) {
  std::vector<std::string> faults;
  std::string result;
  try {
    CaseFolder folder(kRoot, name);
    CaseRun run = RunCase(folder);
    if (update) folder.AdoptTotals(run.found);
    faults =
        DescribeDifferences(Completed(folder.expected(), run.found), run.found);
    faults.insert(faults.end(), run.faults.begin(), run.faults.end());
    if (faults.empty() && update) folder.Save();
    result = ResultText(run.found);
  } catch (const std::exception& error) {
    faults.push_back(error.what());
  }
  if (faults.empty()) {
    std::cout << "ok " << name << result << "\n";
    return true;
  }
  std::cout << "FAILED " << name << ":";
  for (size_t i = 0; i < faults.size(); ++i) {
    std::cout << (i > 0 ? "; " : " ") << faults[i];
  }
  std::cout << "\n";
  return false;
}

int Main(const std::vector<std::string>& arguments) {
  std::vector<std::string> names;
  bool update = false;
  for (const std::string& argument : arguments) {
    if (argument == "--update") {
      update = true;
    } else if (argument.starts_with("-")) {
      std::cerr << "case_runner [--update] [NAME…]\n";
      return 2;
    } else {
      names.push_back(argument);
    }
  }
  if (names.empty()) names = CaseFolder::Names(kRoot);
  size_t failed = 0;
  for (const std::string& name : names) failed += Run(name, update) ? 0 : 1;
  std::cout << names.size() << " cases, " << failed << " failed\n";
  // No cases at all is a mistake, not a success.
  return failed > 0 || names.empty() ? 1 : 0;
}

}  // namespace
}  // namespace ferrite::testing

int main(int argc, char** argv) {
  return ferrite::testing::Main({argv + 1, argv + argc});
}
