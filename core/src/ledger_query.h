// Entries of the ledger out of the store: what Ledger and the retry read.
#ifndef FERRITE_CORE_SRC_LEDGER_QUERY_H_
#define FERRITE_CORE_SRC_LEDGER_QUERY_H_

#include <string_view>

#include "ferrite/ledger.h"
#include "ferrite/store.h"

namespace ferrite::internal {

// Of the migration's entries that `filter` means, those behind the id ?5 and up
// to ?6, by id; `tail` ends the statement. `filter` must outlive it.
Result<Statement> SelectFailed(Store* store, int64_t migration,
                               const LedgerFilter& filter,
                               std::string_view tail);
Result<uint64_t> CountFailed(Store* store, int64_t migration,
                             const LedgerFilter& filter);

// The entry at a row of SelectFailed.
Result<FailedRecord> ReadFailed(Store* store, const Statement& row);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_LEDGER_QUERY_H_
