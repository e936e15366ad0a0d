// The JSON Pointers of a plan.
#ifndef FERRITE_SRC_PLAN_PATH_H_
#define FERRITE_SRC_PLAN_PATH_H_

#include <string>
#include <string_view>
#include <vector>

#include "ferrite/error.h"
#include "plan_json.h"

namespace ferrite::internal {

using Path = std::vector<std::string>;

// `text` stands at `path` of the plan.
Result<Path> ParsePath(std::string_view text, const std::string& path);

// A pointer, or an array of 1 to 100 of them, none of them twice.
Result<std::vector<Path>> ParsePaths(const JsonValue& value,
                                     const std::string& path);

// Of a table's members.
Result<std::vector<Path>> ParseEach(const JsonValue& value,
                                    const std::string& path);
Result<std::vector<Path>> ParseDrop(const JsonValue& value,
                                    const std::string& path);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_PATH_H_
