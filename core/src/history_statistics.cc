#include <nlohmann/json.hpp>

#include "history_parts.h"
#include "history_request.h"
#include "history_tables.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::json;

// ?1 kind, ?2 now, ?3 milliseconds to add to UTC, ?4 days. One statement, so
// that every number is of the same moment. What cannot be said (a rate of
// nothing) is NULL, and json_patch leaves it out.
constexpr char kStatistics[] = R"sql(
WITH
  h AS (
    SELECT status, started_at, records, bytes, busy_ms,
      status IN ('verified', 'completed') AS is_success,
      status NOT IN ('pending', 'running') AS is_ended
    FROM ferrite_migration WHERE kind = ?1),
  today(n) AS (SELECT (?2 + ?3) / 86400000),
  days(n) AS (
    SELECT n - ?4 + 1 FROM today
    UNION ALL SELECT days.n + 1 FROM days, today WHERE days.n < today.n),
  trend AS (
    SELECT days.n, count(h.status) AS total,
      count(*) FILTER (WHERE h.is_success) AS succeeded,
      count(*) FILTER (WHERE h.status = 'completed_with_differences')
        AS with_differences,
      count(*) FILTER (WHERE h.status = 'failed') AS failed,
      coalesce(sum(h.records), 0) AS records,
      coalesce(sum(h.bytes), 0) AS bytes
    FROM days LEFT JOIN h ON h.started_at >= days.n * 86400000 - ?3
      AND h.started_at < (days.n + 1) * 86400000 - ?3
    GROUP BY days.n)
SELECT json_patch('{}', json_object(
  'total', count(*),
  'running', count(*) FILTER (WHERE status = 'running'),
  'succeeded', count(*) FILTER (WHERE is_success),
  'withDifferences',
    count(*) FILTER (WHERE status = 'completed_with_differences'),
  'failed', count(*) FILTER (WHERE status = 'failed'),
  'cancelled', count(*) FILTER (WHERE status = 'cancelled'),
  'interrupted', count(*) FILTER (WHERE status = 'interrupted'),
  'rolledBack', count(*) FILTER (WHERE status = 'rolled_back'),
  'successRate', 1.0 * count(*) FILTER (WHERE is_success)
    / nullif(count(*) FILTER (WHERE is_ended), 0),
  'records', coalesce(sum(records), 0),
  'bytes', coalesce(sum(bytes), 0),
  'busyMs', coalesce(sum(busy_ms), 0),
  'recordsPerSecond',
    sum(records) FILTER (WHERE busy_ms > 0) * 1000
      / nullif(sum(busy_ms) FILTER (WHERE busy_ms > 0), 0),
  'bytesPerSecond',
    sum(bytes) FILTER (WHERE busy_ms > 0) * 1000
      / nullif(sum(busy_ms) FILTER (WHERE busy_ms > 0), 0),
  'firstAt', min(started_at),
  'lastAt', max(started_at),
  'last24Hours', json((SELECT json_object(
      'total', count(*),
      'succeeded', count(*) FILTER (WHERE is_success),
      'failed', count(*) FILTER (WHERE status = 'failed'),
      'records', coalesce(sum(records), 0),
      'bytes', coalesce(sum(bytes), 0))
    FROM h WHERE started_at > ?2 - 86400000 AND started_at <= ?2)),
  'days', json((SELECT json_group_array(json_object(
      'day', date(n * 86400, 'unixepoch'), 'total', total,
      'succeeded', succeeded, 'withDifferences', with_differences,
      'failed', failed, 'records', records, 'bytes', bytes) ORDER BY n)
    FROM trend))))
FROM h
)sql";

constexpr std::string_view kMembers[] = {"kind", "days", "offsetMinutes"};

}  // namespace

Result<std::string> HistoryStatistics(Store* store, std::string_view request,
                                      int64_t now) {
  const Json json = Json::parse(request, nullptr, /*allow_exceptions=*/false);
  if (auto known = CheckMembers(json, "", kMembers); !known.ok()) {
    return std::move(known).error();
  }
  Result<std::string> kind =
      ChoiceMember(json, "", "kind", kHistoryKinds, "migration");
  if (!kind.ok()) return kind;
  Result<int64_t> days = IntegerMember(json, "", "days", 1, 366, 30);
  if (!days.ok()) return std::move(days).error();
  Result<int64_t> offset =
      IntegerMember(json, "", "offsetMinutes", -1440, 1440, 0);
  if (!offset.ok()) return std::move(offset).error();
  Result<Statement> select = store->Prepare(kStatistics);
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Text(*kind));
  select->Bind(2, Cell::Integer(now));
  select->Bind(3, Cell::Integer(*offset * 60000));
  select->Bind(4, Cell::Integer(*days));
  Result<bool> row = select->Step();
  if (!row.ok()) return std::move(row).error();
  return std::string(select->Column(0).text());
}

}  // namespace ferrite::internal
