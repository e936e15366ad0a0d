#include <sqlite3.h>

#include <initializer_list>
#include <nlohmann/json.hpp>

#include "history_parts.h"
#include "history_request.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kDay = 86'400'000;
constexpr int64_t kNoLimit = -1;

struct Limits {
  int64_t before = INT64_MIN;  // what is older goes
  int64_t keep = kNoLimit;     // the newest so many stay

  bool is_any() const { return before != INT64_MIN || keep != kNoLimit; }
};

Result<Limits> ToLimits(const Json& request, const char* name, int64_t now) {
  static constexpr std::string_view kMembers[] = {"maxAgeDays", "keep"};
  Limits limits;
  const auto found = request.find(name);
  if (found == request.end() || found->is_null()) return limits;
  const std::string path = std::string("/") + name;
  if (auto known = CheckMembers(*found, path, kMembers); !known.ok()) {
    return std::move(known).error();
  }
  Result<int64_t> days =
      IntegerMember(*found, path, "maxAgeDays", 0, 36500, kNoLimit);
  if (!days.ok()) return std::move(days).error();
  Result<int64_t> keep =
      IntegerMember(*found, path, "keep", 0, INT64_MAX, kNoLimit);
  if (!keep.ok()) return std::move(keep).error();
  if (*days != kNoLimit) limits.before = now - *days * kDay;
  limits.keep = *keep;
  if (limits.is_any()) return limits;
  return WrongRequest(path, "This names no limit.", SuggestHint("", kMembers));
}

Result<int64_t> Delete(Store* store, const char* sql,
                       std::initializer_list<int64_t> values) {
  Result<Statement> statement = store->Prepare(sql);
  if (!statement.ok()) return std::move(statement).error();
  int parameter = 0;
  for (const int64_t value : values) {
    statement->Bind(++parameter, Cell::Integer(value));
  }
  if (auto done = statement->Run(); !done.ok()) return std::move(done).error();
  return sqlite3_changes64(store->handle());
}

// What stays whatever the limits say: the latest migration of each plan that
// was not taken back, since the tables' content comes from it or it goes on;
// what runs; the verification that counts; and what has records in the ledger,
// which is their only home.
// LIMIT -1 is none, so that without `keep` the NOT IN lets nothing through.
constexpr char kDeleteHistory[] = R"sql(
DELETE FROM ferrite_migration
WHERE (started_at < ?1 OR (?2 >= 0 AND id NOT IN (
    SELECT id FROM ferrite_migration ORDER BY started_at DESC, id DESC
    LIMIT ?2)))
  AND status NOT IN ('pending', 'running')
  AND id NOT IN (
    SELECT max(id) FROM ferrite_migration
    WHERE kind = 'migration' AND external_id IS NULL
      AND status <> 'rolled_back'
    GROUP BY plan_hash)
  AND id NOT IN (SELECT id FROM ferrite_verification)
  AND NOT EXISTS (
    SELECT 1 FROM ferrite_failed WHERE migration = ferrite_migration.id)
)sql";

constexpr const char* kDeleteOrphans[] = {
    "DELETE FROM ferrite_attempt WHERE migration NOT IN "
    "(SELECT id FROM ferrite_migration)",
    "DELETE FROM ferrite_checkpoint WHERE migration NOT IN "
    "(SELECT id FROM ferrite_migration)",
    "DELETE FROM ferrite_total WHERE migration NOT IN "
    "(SELECT id FROM ferrite_migration)",
    "DELETE FROM ferrite_throughput WHERE migration NOT IN "
    "(SELECT id FROM ferrite_migration)",
};

constexpr char kDeleteLogs[] =
    "DELETE FROM ferrite_log WHERE at < ?1 OR (?2 >= 0 AND id NOT IN "
    "(SELECT id FROM ferrite_log ORDER BY id DESC LIMIT ?2))";

Result<int64_t> CleanHistory(Store* store, const Limits& limits) {
  if (!limits.is_any()) return int64_t{0};
  Result<int64_t> count =
      Delete(store, kDeleteHistory, {limits.before, limits.keep});
  if (!count.ok() || *count == 0) return count;
  for (const char* sql : kDeleteOrphans) {
    if (auto done = Delete(store, sql, {}); !done.ok()) return done;
  }
  return count;
}

Result<int64_t> CleanLogs(Store* store, const Limits& limits) {
  if (!limits.is_any()) return int64_t{0};
  return Delete(store, kDeleteLogs, {limits.before, limits.keep});
}

}  // namespace

Result<std::string> CleanUpHistory(Store* store, std::string_view request,
                                   int64_t now, const Actor& actor) {
  static constexpr std::string_view kMembers[] = {"history", "logs"};
  const Json json = Json::parse(request, nullptr, /*allow_exceptions=*/false);
  if (auto known = CheckMembers(json, "", kMembers); !known.ok()) {
    return std::move(known).error();
  }
  Result<Limits> history = ToLimits(json, "history", now);
  if (!history.ok()) return std::move(history).error();
  Result<Limits> logs = ToLimits(json, "logs", now);
  if (!logs.ok()) return std::move(logs).error();
  if (!history->is_any() && !logs->is_any()) {
    return WrongRequest("", "The request names nothing to clean up.",
                        SuggestHint("", kMembers));
  }
  Result<int64_t> rows = CleanHistory(store, *history);
  if (!rows.ok()) return std::move(rows).error();
  Result<int64_t> entries = CleanLogs(store, *logs);
  if (!entries.ok()) return std::move(entries).error();
  const Json answer = {{"history", *rows}, {"logs", *entries}};
  const Json details = {{"request", json}, {"removed", answer}};
  Result<void> noted =
      AppendAudit(store, {now, actor, "history.cleanUp",
                          "ferrite_migration, ferrite_log", details.dump()});
  if (!noted.ok()) return std::move(noted).error();
  return answer.dump();
}

}  // namespace ferrite::internal
