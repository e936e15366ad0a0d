#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "ferrite/backup.h"
#include "history_request.h"

namespace ferrite {
namespace {

using namespace internal;  // NOLINT: our own, in our own .cc
using Json = nlohmann::ordered_json;

constexpr std::string_view kQuestions[] = {"chain", "base", "expired",
                                           "dependents"};
constexpr std::string_view kMembers[] = {"do",  "backups", "id",
                                         "now", "keep",    "maxAgeDays"};

std::string TextOf(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>()
                                                   : std::string();
}

Result<std::vector<Backup>> ParseBackups(const Json& request) {
  const auto list = request.find("backups");
  if (list == request.end() || !list->is_array()) {
    return WrongRequest("/backups", "\"backups\" is no array.");
  }
  std::vector<Backup> backups;
  for (const Json& json : *list) {
    const std::string path = "/backups/" + std::to_string(backups.size());
    if (!json.is_object()) return WrongRequest(path, "This is no JSON object.");
    const auto number = [&](const char* name) {
      return IntegerMember(json, path, name, 0, INT64_MAX, 0);
    };
    Result<int64_t> created_at = number("createdAt");
    if (!created_at.ok()) return std::move(created_at).error();
    Result<int64_t> bytes = number("bytes");
    if (!bytes.ok()) return std::move(bytes).error();
    Result<int64_t> plain_bytes = number("plainBytes");
    if (!plain_bytes.ok()) return std::move(plain_bytes).error();
    const auto good = json.find("good");
    backups.push_back({TextOf(json, "id"), TextOf(json, "base"), *created_at,
                       static_cast<uint64_t>(*bytes),
                       static_cast<uint64_t>(*plain_bytes),
                       good != json.end() && *good == true});
  }
  return backups;
}

std::string Ids(const std::vector<std::string>& ids) {
  return Json{{"ids", ids}}.dump();
}

Result<std::string> Expired(const Json& request,
                            const std::vector<Backup>& backups) {
  RetentionLimits limits;
  Result<int64_t> days =
      IntegerMember(request, "", "maxAgeDays", 0, 36500, limits.max_age_days);
  if (!days.ok()) return std::move(days).error();
  Result<int64_t> keep =
      IntegerMember(request, "", "keep", 1, INT64_MAX, limits.keep);
  if (!keep.ok()) return std::move(keep).error();
  Result<int64_t> now = IntegerMember(request, "", "now", 0, INT64_MAX, 0);
  if (!now.ok()) return std::move(now).error();
  return Ids(ExpiredBackups(backups, {*days, *keep}, *now));
}

}  // namespace

Result<std::string> AnswerBackups(std::string_view request_json) {
  const Json request =
      Json::parse(request_json, nullptr, /*allow_exceptions=*/false);
  if (auto known = CheckMembers(request, "", kMembers); !known.ok()) {
    return std::move(known).error();
  }
  Result<std::string> question =
      ChoiceMember(request, "", "do", kQuestions, "");
  if (!question.ok()) return question;
  Result<std::vector<Backup>> backups = ParseBackups(request);
  if (!backups.ok()) return std::move(backups).error();
  if (*question == "expired") return Expired(request, *backups);
  if (*question == "dependents") {
    return Ids(DependentBackups(*backups, TextOf(request, "id")));
  }
  if (*question == "base") {
    const std::optional<Backup> base = BaseOfNextBackup(*backups);
    return base ? Json{{"id", base->id}}.dump() : std::string("{}");
  }
  if (*question == "chain") {
    Result<std::vector<Backup>> chain =
        BackupChain(*backups, TextOf(request, "id"));
    if (!chain.ok()) return std::move(chain).error();
    std::vector<std::string> ids;
    for (const Backup& backup : *chain) ids.push_back(backup.id);
    return Ids(ids);
  }
  return WrongRequest("/do", "\"do\" is missing.", SuggestHint("", kQuestions));
}

}  // namespace ferrite
