#include "backup_calls.h"

#include <nlohmann/json.hpp>

namespace ferrite {

Result<RestoreOptions> ParseRestoreOptions(const std::string& text) {
  const auto json =
      nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return Error{ErrorCode::kInvalidArgument, "The options are no JSON object.",
                 "", ""};
  }
  RestoreOptions options;
  options.vfs = json.value("vfs", "");
  options.now = static_cast<int64_t>(json.value("now", 0.0));
  options.actor = {json.value("who", "app"), json.value("origin", "")};
  options.backup = json.value("backup", "");
  options.safety = json.value("safety", "");
  options.token = json.value("token", "");
  options.reason = json.value("reason", "");
  options.sources = json.value("sources", "");
  return options;
}

std::string BeginningJson(MigrationBeginning beginning) {
  const char* text = beginning == MigrationBeginning::kNew         ? "new"
                     : beginning == MigrationBeginning::kContinued ? "continued"
                                                                   : "done";
  return nlohmann::json{{"beginning", text}}.dump();
}

}  // namespace ferrite
