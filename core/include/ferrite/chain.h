// Chain: the versions of a store's schema, and the steps between them.
//
// A chain file (core/doc/versions.md, core/schema/chain.schema.json) lists
// versions in order. Each has steps (sql, rename, add, transform, drop) up and,
// where they can be taken back, down; and may name the legacy keys and stores
// that an app of that version wrote, with the plan that moves them. A version's
// checksum covers its steps. What was applied is in ferrite_version.
//
// Every version is one transaction with its row in ferrite_version: a crash
// leaves the store at a whole version. Steps run with foreign keys checked
// at the end. Ferrite's own tables cannot be touched by a step.
//
// A Chain is a value. Not thread-safe; the Store must outlive the calls.
#ifndef FERRITE_CHAIN_H_
#define FERRITE_CHAIN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/error.h"
#include "ferrite/hash.h"
#include "ferrite/pass.h"
#include "ferrite/store.h"

namespace ferrite {

struct ChainStep {
  enum class Kind { kSql, kRename, kAdd, kTransform, kDrop };
  Kind kind = Kind::kSql;
  // The statements the step runs, identifiers quoted.
  std::vector<std::string> sql;
};

struct ChainVersion {
  int64_t version = 0;
  std::string name;
  std::vector<ChainStep> up;
  std::optional<std::vector<ChainStep>> down;  // none: there is no way back
  std::string plan;  // JSON of the plan for data of this version; or empty
  Hash128 checksum;
};

struct Chain {
  std::vector<ChainVersion> versions;  // ascending, at least one

  // kPlanSyntax, kPlanInvalid with the path.
  static Result<Chain> Parse(std::string_view json);
};

// The version whose legacy data is there, judged by the states of its plan's
// sources: the newest one of which every source that is not optional is ready
// or empty. Nothing when none is.
std::optional<size_t> DetectVersion(const Chain& chain,
                                    const std::vector<SourceState>& found);

// {"current":2,"target":3,"pending":[…],"applied":[{"version","name",
// "checksum","appliedAt","durationMs"}],"drift":[{"version","found",
// "expected","text"}]} as JSON.
Result<std::string> ChainStatus(Store* store, const Chain& chain);

// Says that the store, without a history so far, is at `version`: what a
// migration with that version's plan leaves behind. kState when it has one.
Result<void> StampVersion(Store* store, const Chain& chain, int64_t version,
                          int64_t now);

// Takes the store up or down to `target`. kDrift, and nothing changed, when
// what was applied differs from the chain; kState when a version on the way
// down has no `down`; kSql with the version and the step when a statement
// fails: the versions before it stay.
Result<void> ApplyChain(Store* store, const Chain& chain, int64_t target,
                        int64_t now);

// Takes over the chain's checksums for versions that differ: for a person who
// has looked at the drift. Gives the number of versions that were changed.
Result<uint64_t> RepairChain(Store* store, const Chain& chain, int64_t now);

}  // namespace ferrite

#endif  // FERRITE_CHAIN_H_
