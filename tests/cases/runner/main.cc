// case_runner [--update] FOLDER
//
// Runs the case folders in FOLDER (or FOLDER itself, when it is one) and
// compares each with what is expected. Prints one line per case, the same in
// both twins. --update writes rows and hashes, and nothing else, into
// expected.json. Ends with 1 when anything differs.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "tests/cases/runner/case.h"
#include "tests/cases/runner/run_case.h"

namespace ferrite::testing {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  bool update = false;
  std::string folder;
};

bool Parse(int count, char** values, Arguments* arguments) {
  for (int i = 1; i < count; ++i) {
    const std::string value = values[i];
    if (value == "--update") {
      arguments->update = true;
    } else if (arguments->folder.empty() && value.rfind("--", 0) != 0) {
      arguments->folder = value;
    } else {
      return false;
    }
  }
  return !arguments->folder.empty();
}

// What differs from the expected, one line each.
std::vector<std::string> Differences(const Case& each, const Outcome& outcome) {
  std::vector<std::string> lines = outcome.faults;
  if (outcome.is_error != each.expects_error) {
    lines.push_back(outcome.is_error
                        ? "ends with an error: " + outcome.actual.dump()
                        : "ends without the error");
    return lines;
  }
  const Json patch = Json::diff(each.expected, outcome.actual);
  for (const Json& change : patch) {
    lines.push_back(
        change.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  return lines;
}

bool RunOne(const std::string& folder, bool update) {
  std::string line;
  std::vector<std::string> differences;
  try {
    Case each = LoadCase(folder);
    const Outcome outcome = RunCase(each);
    if (update && !outcome.is_error && !each.expects_error &&
        outcome.faults.empty()) {
      UpdateExpected(each, outcome.tables);
      each = LoadCase(folder);
    }
    line = Summary(each, outcome);
    differences = Differences(each, outcome);
  } catch (const std::exception& error) {
    line = folder;
    differences = {error.what()};
  }
  std::printf("%s\n", line.c_str());
  for (const std::string& difference : differences) {
    std::printf("    DIFFERS %s\n", difference.c_str());
  }
  return differences.empty();
}

int Run(const Arguments& arguments) {
  const std::vector<std::string> folders = FindCases(arguments.folder);
  size_t failed = 0;
  for (const std::string& folder : folders) {
    if (!RunOne(folder, arguments.update)) ++failed;
  }
  std::printf("%zu cases, %zu differ\n", folders.size(), failed);
  return failed == 0 && !folders.empty() ? 0 : 1;
}

}  // namespace
}  // namespace ferrite::testing

int main(int count, char** values) {
  ferrite::testing::Arguments arguments;
  if (!ferrite::testing::Parse(count, values, &arguments)) {
    std::fprintf(stderr, "case_runner [--update] FOLDER\n");
    return 2;
  }
  return ferrite::testing::Run(arguments);
}
