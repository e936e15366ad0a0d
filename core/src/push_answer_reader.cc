#include <nlohmann/json.hpp>

#include "push_answer.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::json;

std::string Text(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>()
                                                   : std::string();
}

bool IsOutcome(const Json& json, std::string_view outcome, uint64_t sequence) {
  const auto found = json.find("sequence");
  return Text(json, "outcome") == outcome && found != json.end() &&
         found->is_number_unsigned() && found->get<uint64_t>() == sequence;
}

// The error for an answer that leaves the queue untouched, with the server's
// own words where it gave some.
Error Untouched(ErrorCode code, int status, const Json& json,
                std::string_view hint) {
  Error error{code, Text(json, "message"), Text(json, "hint"),
              Text(json, "path")};
  if (error.message.empty()) {
    error.message = std::string(ErrorSentence(code)) +
                    " It answered with status " + std::to_string(status) + ".";
  }
  if (error.hint.empty()) error.hint = hint;
  return error;
}

constexpr std::string_view kRestartHint =
    "A new epoch pushes every row again: ferrite sync push --restart.";

}  // namespace

Result<PushVerdictText> ReadAnswer(int status, std::string_view body,
                                   uint64_t sequence) {
  Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) json = Json::object();
  const std::string code = Text(json, "code");

  if (status == 200 && IsOutcome(json, "applied", sequence)) {
    return PushVerdictText{};
  }
  if (status == 422 && IsOutcome(json, "refused", sequence)) {
    const Error reason{ErrorCode::kRefused, Text(json, "message"),
                       Text(json, "hint"), Text(json, "path")};
    return PushVerdictText{true, reason, code};
  }
  if (status == 422 && code == ErrorText(ErrorCode::kSequenceReused)) {
    return Untouched(ErrorCode::kSequenceReused, status, json, kRestartHint);
  }
  if (status == 409 && code == ErrorText(ErrorCode::kSequenceGap)) {
    return Untouched(ErrorCode::kSequenceGap, status, json, kRestartHint);
  }
  if (status == 401 || status == 403) {
    return Untouched(ErrorCode::kUnauthorized, status, json,
                     "Check the token (--token or FERRITE_TOKEN).");
  }
  if (status == 413) {
    return Untouched(ErrorCode::kTooLarge, status, json,
                     "Raise the server's body limit; the push stays queued.");
  }
  if (status == 200 || status == 422) {
    return Untouched(ErrorCode::kUnreachable, status, Json::object(),
                     "The answer is not Ferrite's: something stands between "
                     "here and the server, or the address is another's.");
  }
  if (status == 408 || status == 425 || status == 429 || status >= 500) {
    return Untouched(ErrorCode::kUnreachable, status, json,
                     "The push stays queued; try again later.");
  }
  return Untouched(ErrorCode::kRefused, status, json,
                   "Check the server's address and version.");
}

}  // namespace ferrite::internal
