// Chain: the versions of a store's schema, and the steps between them.
//
// A chain file (core/doc/versions.md, core/schema/chain.schema.json) lists
// versions in order. Each has steps (sql, rename, add, transform, drop) up and,
// where they can be taken back, down; and may name the legacy keys and stores
// that an app of that version wrote, with the plan that moves them. A version's
// checksum covers its steps. What was applied is in ferrite_version.
//
// Every version is one transaction with its row in ferrite_version: a crash
// leaves the store at a whole version. Foreign keys do not act while steps run,
// so that a table can be made anew without its children being deleted; all of
// them are checked before the transaction ends. Ferrite's own tables cannot be
// touched by a step.
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
  // What the step runs: one or more statements, identifiers quoted.
  std::string sql;
  std::string
      path;  // its JSON Pointer in the file; an implied step's: its origin's
};

struct ChainVersion {
  int64_t version = 0;
  std::string name;
  std::vector<ChainStep> up;
  std::optional<std::vector<ChainStep>> down;  // none: there is no way back
  std::string plan;  // JSON of the plan for data of this version; or empty
  // The steps as JSON, laid out in lines; layout, member order and comments of
  // the file do not count. Kept in the store, to show what differs.
  std::string steps;
  Hash128 checksum;  // of `steps`
};

struct Chain {
  std::vector<ChainVersion> versions;  // ascending, at least one

  // kPlanSyntax, kPlanInvalid with the path.
  static Result<Chain> Parse(std::string_view json);
};

// The version whose legacy data is there, judged by the states of its plan's
// sources: the newest one of which every source that is not optional is ready
// or empty, and at least one is ready; when none has a ready one, the newest of
// those that are there at all. Nothing when none is. The index into
// Chain::versions.
std::optional<size_t> DetectVersion(const Chain& chain,
                                    const std::vector<SourceState>& found);

// {"current":2,"target":3,"pending":[{"version","name"}],"applied":[{"version",
// "name","checksum","appliedAt","durationMs","stamped"}],"drift":[{"version",
// "found","expected","text"}]} as JSON. `found` is null for a version that was
// left out, `expected` for one that the chain does not have; `text` is the
// difference of the steps, its lines marked with "-" as applied, "+" as in the
// chain. A store without history is at 0.
Result<std::string> ChainStatus(Store* store, const Chain& chain);

// Says that the store, without a history so far, is at `version`: what a
// migration with that version's plan leaves behind. The versions before it are
// in the history too. kState when the store has a history or a migration that
// is not finished, kInvalidArgument when the chain has no such version.
Result<void> StampVersion(Store* store, const Chain& chain, int64_t version,
                          int64_t now);

// Takes the store up or down to `target`, a version of the chain or 0. Nothing
// changed: kDrift when what was applied differs from the chain, kState when a
// version on the way down has no `down`, a transaction is open or a migration
// is not finished. The versions before it stay: kSql with the version and the
// step's path when a statement fails or is not allowed, kConstraint when rows
// refer to nothing afterwards, and the store's own errors.
Result<void> ApplyChain(Store* store, const Chain& chain, int64_t target,
                        int64_t now);

// Makes the history what the chain says, up to the store's version, and runs no
// step: for a person who has looked at the drift. kDrift, and nothing changed,
// when the store is beyond the chain's newest version. Gives the number of
// versions that were changed.
Result<uint64_t> RepairChain(Store* store, const Chain& chain, int64_t now);

}  // namespace ferrite

#endif  // FERRITE_CHAIN_H_
