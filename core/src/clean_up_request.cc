#include "clean_up_request.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "history_request.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::ordered_json;

// Ten thousand years.
constexpr int64_t kLongest = int64_t{315360000000000};

constexpr std::string_view kActions[] = {"look",      "begin",    "end",
                                         "restoring", "restored", "forget"};
constexpr std::string_view kBeginMembers[] = {
    "do",         "retentionMs", "acceptFailed", "records",
    "durable",    "noRollback",  "pending",      "blocked",
    "unreadable", "id",          "sources",      "since"};
constexpr size_t kLookMembers = 9;
constexpr std::string_view kEndMembers[] = {"do", "records", "sources"};
constexpr std::string_view kRestoringMembers[] = {"do", "newer"};
constexpr std::string_view kNoMembers[] = {"do"};

std::span<const std::string_view> MembersOf(std::string_view action) {
  if (action == "begin") return kBeginMembers;
  if (action == "look") return std::span(kBeginMembers).first(kLookMembers);
  if (action == "end") return kEndMembers;
  if (action == "restoring") return kRestoringMembers;
  return kNoMembers;
}

// Reads members into their places; the first that is wrong is the error.
class Members {
 public:
  explicit Members(const Json& json) : json_(json) {}

  void Text(const char* name, std::string* to) {
    if (const Json* found = Find(name)) {
      if (!found->is_string()) return Wrong(name, "This is no text.");
      *to = found->get<std::string>();
    }
  }
  void Boolean(const char* name, bool* to) {
    if (const Json* found = Find(name)) {
      if (!found->is_boolean())
        return Wrong(name, "This is not true or false.");
      *to = found->get<bool>();
    }
  }
  void Texts(const char* name, std::vector<std::string>* to) {
    const Json* found = Find(name);
    if (found == nullptr) return;
    if (!found->is_array()) return Wrong(name, "This is no list of texts.");
    for (const Json& each : *found) {
      if (!each.is_string()) return Wrong(name, "This is no list of texts.");
      to->push_back(each.get<std::string>());
    }
  }
  void Integer(const char* name, int64_t most, int64_t* to) {
    Result<int64_t> value = IntegerMember(json_, "", name, 0, most, *to);
    if (value.ok())
      *to = *value;
    else if (done_.ok())
      done_ = std::move(value).error();
  }
  void Any(const char* name, std::string* to) {
    if (const Json* found = Find(name)) {
      *to = found->dump(-1, ' ', false, Json::error_handler_t::replace);
    }
  }
  Result<void> Done() && { return std::move(done_); }

 private:
  const Json* Find(const char* name) const {
    const auto found = json_.find(name);
    return found == json_.end() ? nullptr : &*found;
  }
  void Wrong(const char* name, std::string message) {
    if (done_.ok()) {
      done_ = WrongRequest(std::string("/") + name, std::move(message));
    }
  }

  const Json& json_;
  Result<void> done_;
};

}  // namespace

Result<CleanUpRequest> CleanUpRequest::Parse(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return WrongRequest("", "This is no JSON object.");
  Result<std::string> action = ChoiceMember(json, "", "do", kActions, "");
  if (!action.ok()) return std::move(action).error();
  if (action->empty()) return WrongRequest("/do", "\"do\" is missing.");
  CleanUpRequest request;
  request.action = std::move(action).value();
  Result<void> known = CheckMembers(json, "", MembersOf(request.action));
  if (!known.ok()) return std::move(known).error();
  CleanUpFacts& facts = request.facts;
  Members members(json);
  members.Integer("retentionMs", kLongest, &facts.retention_ms);
  members.Boolean("acceptFailed", &facts.accept_failed);
  members.Integer("records", INT64_MAX, &facts.records);
  members.Boolean("durable", &facts.is_durable);
  members.Text("noRollback", &facts.no_rollback);
  members.Boolean("pending", &facts.is_pending);
  members.Texts("blocked", &facts.blocked);
  members.Texts("unreadable", &facts.unreadable);
  members.Text("id", &request.id);
  members.Any("sources", &request.sources);
  members.Any("newer", &request.newer);
  if (request.action == "begin") {
    // Left out it is later than every verification.
    facts.verified_since = INT64_MAX;
    members.Integer("since", INT64_MAX, &*facts.verified_since);
  }
  request.records = facts.records;
  if (auto done = std::move(members).Done(); !done.ok()) {
    return std::move(done).error();
  }
  return request;
}

}  // namespace ferrite::internal
