// A server's answer, as the client reads it.
#ifndef FERRITE_SRC_PUSH_ANSWER_H_
#define FERRITE_SRC_PUSH_ANSWER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "ferrite/error.h"

namespace ferrite::internal {

struct PushVerdictText {
  bool refused = false;
  Error reason;      // when refused: message, hint and path
  std::string code;  // when refused: as the server sent it; it may be newer
};

// The table in ferrite/pusher.h.
Result<PushVerdictText> ReadAnswer(int status, std::string_view body,
                                   uint64_t sequence);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PUSH_ANSWER_H_
