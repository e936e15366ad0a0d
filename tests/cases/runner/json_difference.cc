#include "tests/cases/runner/json_difference.h"

#include <algorithm>

namespace ferrite::testing {
namespace {

using Json = nlohmann::ordered_json;

class Comparison {
 public:
  void Compare(const std::string& path, const Json* expected,
               const Json* found) {
    if (expected != nullptr && found != nullptr) {
      if (expected->is_object() && found->is_object()) {
        return CompareObjects(path, *expected, *found);
      }
      if (expected->is_array() && found->is_array()) {
        return CompareArrays(path, *expected, *found);
      }
      if (*expected == *found) return;
    }
    lines.push_back(path + " expected " + Text(expected) + ", found " +
                    Text(found));
  }

  std::vector<std::string> lines;

 private:
  static std::string Text(const Json* json) {
    return json != nullptr ? JsonText(*json) : "nothing";
  }

  static const Json* Member(const Json& object, const std::string& name) {
    const auto at = object.find(name);
    return at != object.end() ? &*at : nullptr;
  }

  void CompareObjects(const std::string& path, const Json& expected,
                      const Json& found) {
    for (const auto& [name, value] : expected.items()) {
      Compare(path + "/" + name, &value, Member(found, name));
    }
    for (const auto& [name, value] : found.items()) {
      if (expected.contains(name)) continue;
      Compare(path + "/" + name, nullptr, &value);
    }
  }

  void CompareArrays(const std::string& path, const Json& expected,
                     const Json& found) {
    const size_t size = std::max(expected.size(), found.size());
    for (size_t i = 0; i < size; ++i) {
      Compare(path + "/" + std::to_string(i),
              i < expected.size() ? &expected[i] : nullptr,
              i < found.size() ? &found[i] : nullptr);
    }
  }
};

}  // namespace

std::string JsonText(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::string> DescribeDifferences(const Json& expected,
                                             const Json& found) {
  Comparison comparison;
  comparison.Compare("", &expected, &found);
  return comparison.lines;
}

}  // namespace ferrite::testing
