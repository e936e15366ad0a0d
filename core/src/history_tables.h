// The pages of ferrite_migration, ferrite_log and ferrite_audit.
#ifndef FERRITE_CORE_SRC_HISTORY_TABLES_H_
#define FERRITE_CORE_SRC_HISTORY_TABLES_H_

#include <string_view>

#include "page.h"

namespace ferrite::internal {

// ferrite_migration.status and .kind: core/doc/store.md.
inline constexpr std::string_view kHistoryStatuses[] = {
    "pending",    "running", "completed", "completed_with_differences",
    "verified",   "failed",  "cancelled", "interrupted",
    "rolled_back"};
inline constexpr std::string_view kHistoryKinds[] = {
    "migration", "verification", "retry", "rollback", "cleanUp"};

extern const PageTable kHistoryPage;
extern const PageTable kLogPage;
extern const PageTable kAuditPage;

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_HISTORY_TABLES_H_
