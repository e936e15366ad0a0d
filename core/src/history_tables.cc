#include "history_tables.h"

#include "log_levels.h"

namespace ferrite::internal {
namespace {

using Column = PageColumn::Kind;
using Filter = PageFilter::Kind;
using Type = PageFilter::Type;

constexpr PageColumn kHistoryColumns[] = {
    {"id", "id"},
    {"kind", "kind"},
    {"plan", "plan_name"},
    {"planHash", "nullif(plan_hash, x'')", Column::kHex},
    {"status", "status"},
    {"stage", "stage"},
    {"initiator", "initiator"},
    {"startedAt", "started_at", Column::kTime},
    {"updatedAt", "updated_at", Column::kTime},
    {"finishedAt", "finished_at", Column::kTime},
    {"busyMs", "busy_ms"},
    {"attempts", "attempts"},
    {"records", "records"},
    {"bytes", "bytes"},
    {"failed", "failed"},
    {"differences", "differences"},
    {"recordsPerSecond", "iif(busy_ms > 0, records * 1000 / busy_ms, NULL)"},
    {"code", "code"},
    {"message", "message"},
    {"externalId", "external_id"},
    {"config", "config", Column::kJson},
    {"tables", "tables", Column::kJson},
    {"runs",
     "(SELECT json_group_array(json_patch('{}', json_object("
     "'attempt', a.number, 'status', a.status, 'startedAt', a.started_at,"
     "'finishedAt', a.finished_at, 'code', a.code, 'message', a.message))"
     " ORDER BY a.number) FROM ferrite_attempt a"
     " WHERE a.migration = ferrite_migration.id)",
     Column::kJson},
};
constexpr PageFilter kHistoryFilters[] = {
    {"id", "id", Filter::kOneOf, Type::kInteger, {}},
    {"kind", "kind", Filter::kOneOf, Type::kText, kHistoryKinds},
    {"status", "status", Filter::kOneOf, Type::kText, kHistoryStatuses},
    {"plan", "plan_name", Filter::kOneOf, Type::kText, {}},
    {"initiator", "initiator", Filter::kOneOf, Type::kText, {}},
    {"externalId", "external_id", Filter::kOneOf, Type::kText, {}},
    {"from", "started_at", Filter::kFrom, Type::kInteger, {}},
    {"to", "started_at", Filter::kBefore, Type::kInteger, {}},
};
constexpr PageSort kHistorySorts[] = {
    {"id", "id"},           {"startedAt", "started_at"},
    {"status", "status"},   {"updatedAt", "updated_at"},
    {"plan", "plan_name"},  {"busyMs", "busy_ms"},
    {"records", "records"}, {"bytes", "bytes"},
    {"failed", "failed"},   {"differences", "differences"},
};
constexpr std::string_view kHistorySearch[] = {"plan_name", "initiator",
                                               "message", "config"};

constexpr PageColumn kLogColumns[] = {
    {"id", "id"},           {"at", "at", Column::kTime},
    {"level", "level"},     {"migration", "migration"},
    {"message", "message"}, {"context", "context", Column::kJson},
};
constexpr PageFilter kLogFilters[] = {
    {"id", "id", Filter::kOneOf, Type::kInteger, {}},
    {"level", "level", Filter::kAtLeast, Type::kText, kLogLevels},
    {"migration", "migration", Filter::kOneOf, Type::kInteger, {}},
    {"from", "at", Filter::kFrom, Type::kInteger, {}},
    {"to", "at", Filter::kBefore, Type::kInteger, {}},
};
constexpr PageSort kLogSorts[] = {{"id", "id"}, {"at", "at"}};
constexpr std::string_view kLogSearch[] = {"message", "context"};

constexpr PageColumn kAuditColumns[] = {
    {"id", "id"},         {"at", "at", Column::kTime},
    {"who", "who"},       {"action", "action"},
    {"target", "target"}, {"details", "details", Column::kJson},
    {"origin", "origin"}, {"hash", "hash", Column::kHex},
};
constexpr PageFilter kAuditFilters[] = {
    {"id", "id", Filter::kOneOf, Type::kInteger, {}},
    {"who", "who", Filter::kOneOf, Type::kText, {}},
    {"action", "action", Filter::kOneOf, Type::kText, {}},
    {"target", "target", Filter::kOneOf, Type::kText, {}},
    {"from", "at", Filter::kFrom, Type::kInteger, {}},
    {"to", "at", Filter::kBefore, Type::kInteger, {}},
};
constexpr PageSort kAuditSorts[] = {{"id", "id"}, {"at", "at"}};
constexpr std::string_view kAuditSearch[] = {"who", "action", "target",
                                             "details", "origin"};

}  // namespace

const PageTable kHistoryPage = {
    "ferrite_migration", "id",         kHistoryColumns, kHistoryFilters,
    kHistorySorts,       "-startedAt", kHistorySearch};
const PageTable kLogPage = {"ferrite_log", "id",  kLogColumns, kLogFilters,
                            kLogSorts,     "-id", kLogSearch};
const PageTable kAuditPage = {"ferrite_audit", "id",        kAuditColumns,
                              kAuditFilters,   kAuditSorts, "-id",
                              kAuditSearch};

}  // namespace ferrite::internal
