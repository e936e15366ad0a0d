#include "ferrite/log.h"

#include <nlohmann/json.hpp>

#include "log_levels.h"
#include "suggest.h"

namespace ferrite {
namespace {

constexpr size_t kMaxMessage = 8 << 10;
constexpr size_t kMaxContext = 64 << 10;
constexpr char kLevelKey[] = "log_level";

Error Wrong(std::string message, std::string path) {
  return {ErrorCode::kInvalidArgument, std::move(message), "", std::move(path)};
}

Result<void> Check(const LogEntry& entry) {
  if (entry.message.empty() || entry.message.size() > kMaxMessage) {
    return Wrong("A log entry's message has 1 to 8192 bytes.", "/message");
  }
  if (entry.context.size() > kMaxContext) {
    return Wrong("A log entry's context has at most 65536 bytes.", "/context");
  }
  const size_t first = entry.context.find_first_not_of(" \t\n\r");
  if (first == std::string::npos || entry.context[first] != '{' ||
      !nlohmann::json::accept(entry.context)) {
    return Wrong("A log entry's context is a JSON object.", "/context");
  }
  return {};
}

}  // namespace

std::string_view LogLevelText(LogLevel level) {
  return internal::kLogLevels[static_cast<size_t>(level)];
}

Result<LogLevel> ParseLogLevel(std::string_view text) {
  for (size_t i = 0; i < std::size(internal::kLogLevels); ++i) {
    if (internal::kLogLevels[i] == text) return static_cast<LogLevel>(i);
  }
  return Error{ErrorCode::kInvalidArgument,
               "There is no level " + internal::Quoted(text) + ".",
               internal::SuggestHint(text, internal::kLogLevels), "/level"};
}

Result<LogLevel> GetLogLevel(Store* store) {
  Result<std::optional<std::string>> level = store->Meta(kLevelKey);
  if (!level.ok()) return std::move(level).error();
  return level->has_value() ? ParseLogLevel(**level) : LogLevel::kInfo;
}

Result<void> SetLogLevel(Store* store, LogLevel level) {
  return store->SetMeta(kLevelKey, LogLevelText(level));
}

Result<void> AppendLog(Store* store, const LogEntry& entry) {
  if (auto checked = Check(entry); !checked.ok()) return checked;
  Result<LogLevel> least = GetLogLevel(store);
  if (!least.ok()) return std::move(least).error();
  if (entry.level < *least) return {};
  Result<Statement> insert = store->Prepare(
      "INSERT INTO ferrite_log(at,level,migration,message,context) "
      "VALUES(?1,?2,?3,?4,?5)");
  if (!insert.ok()) return std::move(insert).error();
  insert->Bind(1, Cell::Integer(entry.at));
  insert->Bind(2, Cell::Text(LogLevelText(entry.level)));
  insert->Bind(
      3, entry.migration ? Cell::Integer(*entry.migration) : Cell::Null());
  insert->Bind(4, Cell::Text(entry.message));
  insert->Bind(5, Cell::Text(entry.context));
  return insert->Run();
}

}  // namespace ferrite
