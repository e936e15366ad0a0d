// DescribeDifferences: where two JSON values differ, for a person.
#ifndef FERRITE_TESTS_CASES_RUNNER_JSON_DIFFERENCE_H_
#define FERRITE_TESTS_CASES_RUNNER_JSON_DIFFERENCE_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ferrite::testing {

// Text is valid UTF-8 whatever the JSON holds.
std::string JsonText(const nlohmann::ordered_json& json);

// One line per difference, with its JSON Pointer. The order of an object's
// members does not count.
std::vector<std::string> DescribeDifferences(
    const nlohmann::ordered_json& expected,
    const nlohmann::ordered_json& found);

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_CASES_RUNNER_JSON_DIFFERENCE_H_
