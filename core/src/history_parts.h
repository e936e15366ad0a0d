// The parts of AnswerHistory that have files of their own. Each takes the
// request's JSON text without "do" and gives the answer's.
#ifndef FERRITE_CORE_SRC_HISTORY_PARTS_H_
#define FERRITE_CORE_SRC_HISTORY_PARTS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "ferrite/audit.h"
#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite::internal {

Result<std::string> HistoryStatistics(Store* store, std::string_view request,
                                      int64_t now);

// Inside a transaction, as the next.
Result<std::string> ImportHistory(Store* store, std::string_view request,
                                  int64_t now, const Actor& actor);
Result<std::string> CleanUpHistory(Store* store, std::string_view request,
                                   int64_t now, const Actor& actor);

// Not inside one.
Result<std::string> StopHistory(Store* store, std::string_view request,
                                int64_t now, const Actor& actor);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_HISTORY_PARTS_H_
