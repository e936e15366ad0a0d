#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "ferrite/log.h"
#include "history_parts.h"
#include "history_request.h"
#include "history_tables.h"
#include "iso_time.h"
#include "log_levels.h"
#include "migration_row.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxEntries = 10'000;
constexpr size_t kMaxText = 4000;
constexpr std::string_view kEntryMembers[] = {
    "id",        "kind",   "plan",    "status", "startedAt", "finishedAt",
    "attempts",  "busyMs", "records", "bytes",  "failed",    "differences",
    "initiator", "code",   "message", "config", "logs"};
constexpr std::string_view kLogMembers[] = {"at", "level", "message",
                                            "context"};

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* Find(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() || found->is_null() ? nullptr : &*found;
}

// Milliseconds since the epoch, or ISO 8601 that means a moment.
Result<std::optional<int64_t>> TimeMember(const Json& json,
                                          const std::string& path,
                                          const char* name) {
  const Json* value = Find(json, name);
  if (value == nullptr) return std::optional<int64_t>();
  if (value->is_number_integer() && *value >= 0 &&
      *value <= 8'640'000'000'000'000) {
    return std::optional<int64_t>(value->get<int64_t>());
  }
  if (value->is_string()) {
    const auto time = ParseIsoTime(value->get_ref<const std::string&>());
    if (time && (time->has_zone || !time->has_time)) {
      return std::optional<int64_t>(static_cast<int64_t>(time->milliseconds));
    }
  }
  return WrongRequest(path + "/" + name, Quoted(name) + " is no moment.",
                      "Give milliseconds since the epoch, or ISO 8601 with a "
                      "zone: \"2024-01-31T09:30:00Z\".");
}

Result<std::string> TextMember(const Json& json, const std::string& path,
                               const char* name, std::string_view otherwise) {
  const Json* value = Find(json, name);
  if (value == nullptr) return std::string(otherwise);
  if (value->is_string() &&
      value->get_ref<const std::string&>().size() <= kMaxText) {
    return value->get<std::string>();
  }
  return WrongRequest(path + "/" + name, Quoted(name) +
                                             " is no text of at most 4000 "
                                             "bytes.");
}

Result<std::string> ObjectMember(const Json& json, const std::string& path,
                                 const char* name) {
  const Json* value = Find(json, name);
  if (value == nullptr) return std::string("{}");
  if (value->is_object()) return Dump(*value);
  return WrongRequest(path + "/" + name, Quoted(name) + " is no JSON object.");
}

// The other system's own name of the entry; a number is its decimal text.
Result<std::string> IdMember(const Json& entry, const std::string& path) {
  const Json* id = Find(entry, "id");
  if (id != nullptr && id->is_number_integer()) return id->dump();
  if (id != nullptr && id->is_string()) {
    std::string text = id->get<std::string>();
    if (!text.empty() && text.size() <= 200) return text;
  }
  return WrongRequest(path + "/id",
                      "An entry needs an \"id\": a text of 1 to 200 bytes, or "
                      "an integer.",
                      "It is what keeps an entry from being imported twice.");
}

struct Entry {
  std::string id;
  MigrationRow row;
  std::vector<LogEntry> logs;
};

// Takes values of Results one after another; the first error stays.
class Taking {
 public:
  template <typename T, typename To>
  void operator()(Result<T> result, To* to) {
    if (error_) return;
    if (result.ok()) {
      *to = std::move(result).value();
    } else {
      error_ = std::move(result).error();
    }
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  std::optional<Error> error_;
};

Result<LogEntry> ToLog(const Json& json, const std::string& path,
                       int64_t started_at) {
  if (auto known = CheckMembers(json, path, kLogMembers); !known.ok()) {
    return std::move(known).error();
  }
  LogEntry entry;
  std::string level;
  std::optional<int64_t> at;
  Taking take;
  take(TimeMember(json, path, "at"), &at);
  take(ChoiceMember(json, path, "level", kLogLevels, "info"), &level);
  take(TextMember(json, path, "message", ""), &entry.message);
  take(ObjectMember(json, path, "context"), &entry.context);
  if (take.error()) return *take.error();
  if (entry.message.empty()) {
    return WrongRequest(path + "/message", "A log entry needs a message.");
  }
  entry.at = at.value_or(started_at);
  entry.level = *ParseLogLevel(level);
  return entry;
}

Result<void> TakeLogs(const Json& json, const std::string& path, Entry* entry) {
  const Json* logs = Find(json, "logs");
  if (logs == nullptr) return {};
  if (!logs->is_array()) return WrongRequest(path, "\"logs\" is no array.");
  for (size_t i = 0; i < logs->size(); ++i) {
    Result<LogEntry> log = ToLog((*logs)[i], path + "/" + std::to_string(i),
                                 entry->row.started_at);
    if (!log.ok()) return std::move(log).error();
    entry->logs.push_back(std::move(log).value());
  }
  return {};
}

Result<Entry> ToEntry(const Json& json, const std::string& path) {
  if (auto known = CheckMembers(json, path, kEntryMembers); !known.ok()) {
    return std::move(known).error();
  }
  Entry entry;
  MigrationRow& row = entry.row;
  std::optional<int64_t> started;
  Taking take;
  take(IdMember(json, path), &entry.id);
  take(ChoiceMember(json, path, "kind", kHistoryKinds, kMigration), &row.kind);
  take(TextMember(json, path, "plan", ""), &row.plan_name);
  take(ChoiceMember(json, path, "status", kHistoryStatuses, ""), &row.status);
  take(TimeMember(json, path, "startedAt"), &started);
  take(TimeMember(json, path, "finishedAt"), &row.finished_at);
  take(IntegerMember(json, path, "attempts", 1, INT32_MAX, 1), &row.attempts);
  take(IntegerMember(json, path, "busyMs", 0, INT64_MAX, -1), &row.busy_ms);
  take(IntegerMember(json, path, "records", 0, INT64_MAX, 0), &row.records);
  take(IntegerMember(json, path, "bytes", 0, INT64_MAX, 0), &row.bytes);
  take(IntegerMember(json, path, "failed", 0, INT64_MAX, 0), &row.failed);
  take(IntegerMember(json, path, "differences", 0, INT64_MAX, 0),
       &row.differences);
  take(TextMember(json, path, "initiator", "import"), &row.initiator);
  take(TextMember(json, path, "code", ""), &row.code);
  take(TextMember(json, path, "message", ""), &row.message);
  take(ObjectMember(json, path, "config"), &row.config);
  if (take.error()) return *take.error();
  if (row.status.empty()) {
    return WrongRequest(path + "/status", "An entry needs a status.",
                        SuggestHint("", kHistoryStatuses));
  }
  if (!started) {
    return WrongRequest(path + "/startedAt", "An entry needs its beginning.");
  }
  row.started_at = *started;
  if (row.finished_at && *row.finished_at < row.started_at) {
    return WrongRequest(path + "/finishedAt", "It ended before it began.");
  }
  // Nobody is there any more who would end it.
  if (row.status == kRunning || row.status == "pending") {
    row.status = kInterrupted;
  }
  row.stage = kDone;
  row.updated_at = row.finished_at.value_or(row.started_at);
  if (row.busy_ms < 0) row.busy_ms = row.updated_at - row.started_at;
  if (auto logs = TakeLogs(json, path + "/logs", &entry); !logs.ok()) {
    return std::move(logs).error();
  }
  return entry;
}

Result<bool> IsThere(Store* store, const std::string& id) {
  Result<Statement> select =
      store->Prepare("SELECT 1 FROM ferrite_migration WHERE external_id=?1");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Text(id));
  return select->Step();
}

Result<void> Insert(Store* store, Entry* entry) {
  MigrationRow& row = entry->row;
  if (auto made = InsertMigration(store, &row); !made.ok()) return made;
  // Of a plan that is not known here.
  Result<Statement> name = store->Prepare(
      "UPDATE ferrite_migration SET external_id=?2,plan_hash=x'' WHERE id=?1");
  if (!name.ok()) return std::move(name).error();
  name->Bind(1, Cell::Integer(row.id));
  name->Bind(2, Cell::Text(entry->id));
  if (auto named = name->Run(); !named.ok()) return named;
  for (LogEntry& log : entry->logs) {
    log.migration = row.id;
    if (auto added = AppendLog(store, log); !added.ok()) return added;
  }
  return {};
}

}  // namespace

Result<std::string> ImportHistory(Store* store, std::string_view request,
                                  int64_t now, const Actor& actor) {
  static constexpr std::string_view kMembers[] = {"entries"};
  const Json json = Json::parse(request, nullptr, /*allow_exceptions=*/false);
  if (auto known = CheckMembers(json, "", kMembers); !known.ok()) {
    return std::move(known).error();
  }
  const Json* entries = Find(json, "entries");
  if (entries == nullptr || !entries->is_array() ||
      entries->size() > kMaxEntries) {
    return WrongRequest("/entries", "\"entries\" is no array of at most " +
                                        std::to_string(kMaxEntries) +
                                        " entries.");
  }
  uint64_t imported = 0;
  for (size_t i = 0; i < entries->size(); ++i) {
    Result<Entry> entry =
        ToEntry((*entries)[i], "/entries/" + std::to_string(i));
    if (!entry.ok()) return std::move(entry).error();
    Result<bool> is_there = IsThere(store, entry->id);
    if (!is_there.ok()) return std::move(is_there).error();
    if (*is_there) continue;
    Result<void> inserted = Insert(store, &*entry);
    if (!inserted.ok()) return std::move(inserted).error();
    ++imported;
  }
  const Json answer = {{"imported", imported},
                       {"existing", entries->size() - imported}};
  if (imported == 0) return answer.dump();
  Result<void> noted = AppendAudit(store, {now, actor, "history.import",
                                           "ferrite_migration", answer.dump()});
  if (!noted.ok()) return std::move(noted).error();
  return answer.dump();
}

}  // namespace ferrite::internal
