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

#include "ferrite/bundle.h"
#include "ferrite/error.h"
#include "ferrite/hash.h"
#include "ferrite/pass.h"
#include "ferrite/plan.h"
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

// What detection looks at: the sources of all versions' plans, each once, and
// the keys, prefixes and patterns by which their tables take from localStorage
// and sessionStorage.
struct ChainTraces {
  struct Keys {
    size_t version = 0;   // index into Chain::versions
    Selection selection;  // its `source` is an index into `sources`
  };
  std::vector<Source> sources;
  std::vector<Keys> keys;

  // {"sources":[{source}],"keys":[{"version","from"}]}, for hosts: the
  // version's number, and `from` as a plan has it.
  std::string ToJson(const Chain& chain) const;
};
ChainTraces TracesOf(const Chain& chain);

// Whether the sources have one of each of those keys that its version's plan
// does not exclude; in the order of ChainTraces::keys. The browser's host looks
// for itself.
Result<std::vector<bool>> FindKeys(BundleReader* bundle, const Chain& chain,
                                   const ChainTraces& traces);

// The version whose legacy data is there: the newest whose sources are there
// (those that are optional need not be, an empty one is there), of which at
// least one holds something, and of whose keys none is missing. When there is
// none, the newest that lacks keys only; then the newest whose sources are
// there. Nothing when none is. The index into Chain::versions.
//
// A source that is blocked or unreadable may hold anything: its version counts
// as the one, so that beginning its migration refuses, and no older one is
// taken in its place.
//
// `keys` says of each of TracesOf(chain).keys whether it was found. An area of
// which a plan takes certain keys alone holds something when one was.
std::optional<size_t> DetectVersion(const Chain& chain,
                                    const std::vector<SourceState>& found,
                                    const std::vector<bool>& keys);

// {"current":2,"target":3,"pending":[{"version","name"}],"applied":[{"version",
// "name","checksum","appliedAt","durationMs","stamped"}],"drift":[{"version",
// "found","expected","text"}]} as JSON. `found` is null for a version that was
// left out, `expected` for one that the chain does not have; `text` is the
// difference of the steps, its lines marked with "-" as applied, "+" as in the
// chain. A store without history is at 0, and so is none (null).
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

// As ApplyChain, and in one direction only: kInvalidArgument when the store is
// beyond `to` (nothing: the chain's newest version), or below it. A store
// without history that the plan of a version has filled is stamped with that
// one first, so that an app may begin a chain when its stores are there.
Result<void> UpgradeStore(Store* store, const Chain& chain,
                          std::optional<int64_t> to, int64_t now);
Result<void> DowngradeStore(Store* store, const Chain& chain, int64_t to,
                            int64_t now);

// Makes the history what the chain says, up to the store's version, and runs no
// step: for a person who has looked at the drift. kDrift, and nothing changed,
// when the store is beyond the chain's newest version. Gives the number of
// versions that were changed.
Result<uint64_t> RepairChain(Store* store, const Chain& chain, int64_t now);

}  // namespace ferrite

#endif  // FERRITE_CHAIN_H_
