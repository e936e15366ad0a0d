// schema_tool <file>: checks values against schemas, for the tests that compare
// the twins with each other and with other libraries. A line of the file is
// {"schema": …, "values": [value, …]}, values as in
// tests/support/json_record.h; it prints one line of JSON for each: {"error":
// …} when the schema does not compile, else an array with true or an error for
// each value.
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "ferrite/record_schema.h"
#include "tests/support/json_record.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const Error& error) { return Json::parse(error.ToJson()); }

Json CheckLine(const Json& line) {
  auto schema = RecordSchema::Compile(line.at("schema").dump(), "");
  if (!schema.ok()) return {{"error", ToJson(schema.error())}};
  SchemaChecker checker(*schema);
  Json verdicts = Json::array();
  for (const Json& value : line.at("values")) {
    Writer record;
    if (auto encoded = testing::EncodeJson(value, &record); !encoded.ok()) {
      verdicts.push_back(ToJson(encoded.error()));
      continue;
    }
    const auto checked = checker.Check(record.bytes());
    verdicts.push_back(checked.ok() ? Json(true) : ToJson(checked.error()));
  }
  return verdicts;
}

}  // namespace
}  // namespace ferrite

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: schema_tool <file>\n";
    return 2;
  }
  std::ifstream file(argv[1]);
  std::string line;
  while (std::getline(file, line)) {
    std::cout << ferrite::CheckLine(nlohmann::ordered_json::parse(line)).dump()
              << '\n';
  }
  return file.eof() ? 0 : 1;
}
