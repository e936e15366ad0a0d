// The levels of the log, the least one first, as LogLevel.
#ifndef FERRITE_CORE_SRC_LOG_LEVELS_H_
#define FERRITE_CORE_SRC_LOG_LEVELS_H_

#include <string_view>

namespace ferrite::internal {

inline constexpr std::string_view kLogLevels[] = {"debug", "info", "warn",
                                                  "error"};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_LOG_LEVELS_H_
