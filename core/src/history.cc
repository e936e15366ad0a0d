#include "ferrite/history.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "ferrite/log.h"
#include "history_parts.h"
#include "history_request.h"
#include "history_tables.h"
#include "log_levels.h"

namespace ferrite {
namespace {

using namespace internal;  // NOLINT: our own, in our own .cc
using Json = nlohmann::ordered_json;

constexpr std::string_view kActions[] = {
    "history", "logs",    "audit", "statistics", "checkAudit",
    "import",  "cleanUp", "log",   "logLevel",   "stop"};

Result<LogEntry> ToLogEntry(const Json& request, int64_t now) {
  static constexpr std::string_view kMembers[] = {"at", "level", "migration",
                                                  "message", "context"};
  if (auto known = CheckMembers(request, "", kMembers); !known.ok()) {
    return std::move(known).error();
  }
  Result<std::string> level =
      ChoiceMember(request, "", "level", kLogLevels, "info");
  if (!level.ok()) return std::move(level).error();
  Result<int64_t> at = IntegerMember(request, "", "at", 0, INT64_MAX, now);
  if (!at.ok()) return std::move(at).error();
  Result<int64_t> migration =
      IntegerMember(request, "", "migration", 1, INT64_MAX, 0);
  if (!migration.ok()) return std::move(migration).error();
  const auto message = request.find("message");
  if (message == request.end() || !message->is_string()) {
    return WrongRequest("/message", "A log entry needs a text as message.");
  }
  LogEntry entry;
  entry.at = *at;
  entry.level = *ParseLogLevel(*level);
  if (*migration != 0) entry.migration = *migration;
  entry.message = message->get<std::string>();
  if (const auto context = request.find("context");
      context != request.end() && !context->is_null()) {
    entry.context =
        context->dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return entry;
}

Result<std::string> Log(Store* store, const Json& request, int64_t now) {
  Result<LogEntry> entry = ToLogEntry(request, now);
  if (!entry.ok()) return std::move(entry).error();
  if (auto added = AppendLog(store, *entry); !added.ok()) {
    return std::move(added).error();
  }
  return std::string("{}");
}

Result<std::string> SetOrGetLevel(Store* store, const Json& request,
                                  int64_t now, const Actor& actor) {
  static constexpr std::string_view kMembers[] = {"level"};
  if (auto known = CheckMembers(request, "", kMembers); !known.ok()) {
    return std::move(known).error();
  }
  Result<LogLevel> before = GetLogLevel(store);
  if (!before.ok()) return std::move(before).error();
  Result<std::string> level =
      ChoiceMember(request, "", "level", kLogLevels, LogLevelText(*before));
  if (!level.ok()) return std::move(level).error();
  if (*level != LogLevelText(*before)) {
    Result<void> set = store->Atomically([&]() -> Result<void> {
      Result<void> done = SetLogLevel(store, *ParseLogLevel(*level));
      if (!done.ok()) return done;
      const Json details = {{"from", LogLevelText(*before)}, {"to", *level}};
      return AppendAudit(
          store, {now, actor, "log.level", "ferrite_log", details.dump()});
    });
    if (!set.ok()) return std::move(set).error();
  }
  return Json{{"level", *level}}.dump();
}

template <typename Work>
Result<std::string> Changing(Store* store, Work work) {
  std::string answer;
  Result<void> done = store->Atomically([&]() -> Result<void> {
    Result<std::string> text = work();
    if (!text.ok()) return std::move(text).error();
    answer = std::move(text).value();
    return {};
  });
  if (!done.ok()) return std::move(done).error();
  return answer;
}

}  // namespace

Result<std::string> AnswerHistory(Store* store, std::string_view request_json,
                                  int64_t now, const Actor& actor) {
  Json request = Json::parse(request_json, nullptr, /*allow_exceptions=*/false);
  if (!request.is_object()) {
    return WrongRequest("", "The request is no JSON object.");
  }
  Result<std::string> action = ChoiceMember(request, "", "do", kActions, "");
  if (!action.ok()) return action;
  request.erase("do");
  const std::string rest =
      request.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (*action == "history") return ReadPage(store, kHistoryPage, rest);
  if (*action == "logs") return ReadPage(store, kLogPage, rest);
  if (*action == "audit") return ReadPage(store, kAuditPage, rest);
  if (*action == "statistics") return HistoryStatistics(store, rest, now);
  if (*action == "log") return Log(store, request, now);
  if (*action == "logLevel") return SetOrGetLevel(store, request, now, actor);
  if (*action == "stop") return StopHistory(store, rest, now, actor);
  if (*action == "import") {
    return Changing(store,
                    [&] { return ImportHistory(store, rest, now, actor); });
  }
  if (*action == "cleanUp") {
    return Changing(store,
                    [&] { return CleanUpHistory(store, rest, now, actor); });
  }
  if (*action == "checkAudit") {
    if (auto known = CheckMembers(request, "", {}); !known.ok()) {
      return std::move(known).error();
    }
    return CheckAudit(store);
  }
  return WrongRequest("/do", "\"do\" is missing.", SuggestHint("", kActions));
}

}  // namespace ferrite
