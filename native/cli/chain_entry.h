// Where a bundle's legacy data enters a chain of versions, and the way up from
// there: migrate --chain.
#ifndef FERRITE_NATIVE_CLI_CHAIN_ENTRY_H_
#define FERRITE_NATIVE_CLI_CHAIN_ENTRY_H_

#include <string>

#include "ferrite/bundle.h"
#include "ferrite/chain.h"
#include "ferrite/error.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite {

Result<Chain> ReadChainFile(const std::string& path);

struct ChainEntry {
  Chain chain;
  int64_t version = 0;  // the one whose app wrote the data
  Plan plan;            // its plan
};

// kSourceMissing when the bundle holds no version's data.
Result<ChainEntry> FindEntry(Chain chain, BundleReader* bundle);

// Behind the migration with the entry's plan: the store is at the entry's
// version, and, when the migration was verified, goes up to the chain's newest.
// A store that was led in before goes on. The report, with "version" in its
// "store".
Result<std::string> LeadIn(Store* store, const ChainEntry& entry,
                           const std::string& report);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_CHAIN_ENTRY_H_
