#include <iterator>
#include <nlohmann/json.hpp>

#include "ferrite/history.h"
#include "history_parts.h"
#include "history_request.h"
#include "migration_events.h"

namespace ferrite {
namespace internal {
namespace {

constexpr std::string_view kCodes[] = {
#define FERRITE_ERROR(name, text, exit, nature, sentence) text,
#include "ferrite/error_codes.inc"
#undef FERRITE_ERROR
};

}  // namespace

Result<std::string> StopHistory(Store* store, std::string_view request,
                                int64_t now, const Actor& actor) {
  static constexpr std::string_view kMembers[] = {"code", "message"};
  const auto json = nlohmann::json::parse(request, nullptr,
                                          /*allow_exceptions=*/false);
  if (auto known = CheckMembers(json, "", kMembers); !known.ok()) {
    return std::move(known).error();
  }
  Result<std::string> code = ChoiceMember(json, "", "code", kCodes, "");
  if (!code.ok()) return code;
  if (code->empty()) return WrongRequest("/code", "\"code\" is missing.");
  Error reason;
  // In the order of the list both are made from.
  for (size_t i = 0; i < std::size(kCodes); ++i) {
    if (kCodes[i] == *code) reason.code = static_cast<ErrorCode>(i);
  }
  if (const auto message = json.find("message");
      message != json.end() && message->is_string()) {
    reason.message = message->get<std::string>();
  }
  Result<void> stopped = StopRunning(store, reason, now, actor);
  if (!stopped.ok()) return std::move(stopped).error();
  return std::string("{}");
}

}  // namespace internal

Result<void> StopRunning(Store* store, const Error& reason, int64_t now,
                         const Actor& actor) {
  return store->Atomically([&]() -> Result<void> {
    Result<std::optional<internal::MigrationRow>> found =
        internal::RunningRow(store);
    if (!found.ok()) return std::move(found).error();
    if (!found->has_value()) return {};
    internal::MigrationRow row = **std::move(found);
    internal::StopRow(reason, now, &row);
    return internal::EndRow(store, row, actor);
  });
}

}  // namespace ferrite
