// plan_tool <file>: parses plans, for the test that holds plan.schema.json to
// the parser. A line of the file is a plan's text as a JSON string; it prints
// one line of JSON for each: true or the error.
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "ferrite/plan.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: plan_tool <file>\n";
    return 2;
  }
  std::ifstream file(argv[1]);
  if (!file) {
    std::cerr << "cannot read " << argv[1] << "\n";
    return 1;
  }
  std::string line;
  while (std::getline(file, line)) {
    const auto text = nlohmann::json::parse(line).get<std::string>();
    const auto plan = ferrite::Plan::Parse(text);
    std::cout << (plan.ok() ? "true" : plan.error().ToJson()) << "\n";
  }
  return 0;
}
