// What a host asks of a clean-up: ferrite/clean_up.h.
#ifndef FERRITE_CORE_SRC_CLEAN_UP_REQUEST_H_
#define FERRITE_CORE_SRC_CLEAN_UP_REQUEST_H_

#include <string>
#include <string_view>

#include "clean_up_blockers.h"

namespace ferrite::internal {

struct CleanUpRequest {
  std::string action;   // one of those that the header names
  CleanUpFacts facts;   // of "look" and "begin"
  std::string id;       // of "begin"
  std::string sources;  // JSON, of "begin" and "end"; empty when left out
  std::string newer;    // JSON, of "restoring"; empty when left out
  int64_t records = 0;  // of "end"

  static Result<CleanUpRequest> Parse(std::string_view json);
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_CLEAN_UP_REQUEST_H_
