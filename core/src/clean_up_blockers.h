// What stands in the way of a clean-up: the decision table of
// core/doc/clean-up.md.
#ifndef FERRITE_CORE_SRC_CLEAN_UP_BLOCKERS_H_
#define FERRITE_CORE_SRC_CLEAN_UP_BLOCKERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "clean_up_mark.h"
#include "ferrite/error.h"
#include "ferrite/store.h"
#include "migration_row.h"

namespace ferrite::internal {

// What the host knows: ferrite/clean_up.h.
struct CleanUpFacts {
  int64_t retention_ms = 0;
  bool accept_failed = false;
  int64_t records = 0;
  bool is_durable = false;
  std::string no_rollback;
  bool is_pending = false;
  std::vector<std::string> blocked;
  std::vector<std::string> unreadable;
  // Before the first removal; none: not asked yet.
  std::optional<int64_t> verified_since;
};

// What the store knows.
struct CleanUpState {
  std::optional<MigrationRow> migration;     // the latest
  std::optional<MigrationRow> verification;  // the latest
  int64_t in_ledger = 0;
  std::optional<CleanUpMark> mark;

  static Result<CleanUpState> Read(Store* store);
  // When the retention time ends; none before the migration has ended.
  std::optional<int64_t> NotBefore(int64_t retention_ms) const;
};

struct CleanUpBlocker {
  const char* why;
  Error error;
};

// All of them, those first that have to be dealt with first; empty: it may.
std::vector<CleanUpBlocker> FindCleanUpBlockers(const CleanUpState& state,
                                                const CleanUpFacts& facts,
                                                int64_t now);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_CLEAN_UP_BLOCKERS_H_
