// What was applied to a store: the rows of ferrite_version, and how they differ
// from a chain.
#ifndef FERRITE_SRC_CHAIN_HISTORY_H_
#define FERRITE_SRC_CHAIN_HISTORY_H_

#include <optional>
#include <string>
#include <vector>

#include "ferrite/chain.h"

namespace ferrite::internal {

struct AppliedVersion {
  int64_t version = 0;
  std::string name;
  Hash128 checksum;
  std::string steps;
  int64_t applied_at = 0;
  int64_t duration_ms = 0;
  bool stamped = false;  // its steps were not run
};

struct Drift {
  int64_t version = 0;
  std::optional<Hash128> found;     // none: left out
  std::optional<Hash128> expected;  // none: not in the chain
  std::string text;
};

// Ascending; empty without the table.
Result<std::vector<AppliedVersion>> ReadHistory(Store* store);

// To be called inside a transaction; creates the table.
Result<void> WriteHistory(Store* store, const AppliedVersion& applied);
Result<void> EraseHistory(Store* store, int64_t version);

// The store's version: the newest that was applied, or 0.
int64_t CurrentVersion(const std::vector<AppliedVersion>& applied);

// That no step of a chain was run on what the migration made; else kState.
Result<void> CheckOnlyStamped(Store* store);

std::vector<Drift> FindDrift(const std::vector<AppliedVersion>& applied,
                             const Chain& chain);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_CHAIN_HISTORY_H_
