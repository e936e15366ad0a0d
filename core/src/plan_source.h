// Where a plan's tables take their records from.
#ifndef FERRITE_SRC_PLAN_SOURCE_H_
#define FERRITE_SRC_PLAN_SOURCE_H_

#include <string>
#include <unordered_map>
#include <vector>

#include "ferrite/plan.h"
#include "plan_json.h"

namespace ferrite::internal {

// The plan's sources, each once, in order of first use.
class SourceList {
 public:
  size_t Index(Source source);
  std::vector<Source> Take() { return std::move(sources_); }

 private:
  std::vector<Source> sources_;
  std::unordered_map<std::string, size_t> index_;  // by ToJson()
};

// A source, or an array of them.
Result<std::vector<Selection>> ParseFrom(const JsonValue& from,
                                         const std::string& path,
                                         SourceList* sources);

Result<std::vector<Exclusion>> ParseExcluded(const JsonValue& value,
                                             const std::string& path,
                                             SourceList* sources);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_SOURCE_H_
