#ifndef FERRITE_SRC_MALFORMED_H_
#define FERRITE_SRC_MALFORMED_H_

#include <string>

#include "ferrite/error.h"

namespace ferrite::internal {

// `reason` completes "The item at byte 7 holds …".
inline Error Malformed(size_t offset, const char* reason) {
  return {
      ErrorCode::kRecordMalformed,
      "The item at byte " + std::to_string(offset) + " holds " + reason + ".",
      "", ""};
}

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_MALFORMED_H_
