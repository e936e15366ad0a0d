// Log: what the engine and its host have to tell, kept in the store.
//
// Entries of the engine are written in the transaction of what they tell of,
// so a log never speaks of what was undone. They name sources, tables, plans
// and counts, never a value of a record. An entry below the store's level
// [info] is not written.
//
// Table ferrite_log: core/doc/store.md; requests and answers:
// core/doc/history.md. Use from the store's thread.
#ifndef FERRITE_LOG_H_
#define FERRITE_LOG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

// "debug", "info", "warn", "error".
std::string_view LogLevelText(LogLevel level);
// kInvalidArgument with the nearest one when it is none of them.
Result<LogLevel> ParseLogLevel(std::string_view text);

struct LogEntry {
  int64_t at = 0;  // milliseconds since the epoch
  LogLevel level = LogLevel::kInfo;
  std::optional<int64_t> migration;  // ferrite_migration.id
  std::string message;               // a sentence, at most 8 KiB
  std::string context = "{}";        // a JSON object, at most 64 KiB
};

// Inside the transaction that is open, or in one of its own.
// kInvalidArgument when message or context are too long or the context is no
// JSON object; kStoreFull and the like.
Result<void> AppendLog(Store* store, const LogEntry& entry);

// Entries below `level` are not written from now on; debug writes everything.
Result<void> SetLogLevel(Store* store, LogLevel level);
Result<LogLevel> GetLogLevel(Store* store);

}  // namespace ferrite

#endif  // FERRITE_LOG_H_
