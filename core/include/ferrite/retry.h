// Retry: the pass that maps the ledger's records again and moves those that now
// fit into their tables, after the plan or the records were corrected.
//
// It needs no source: the ledger has all of each record, and the cells of each
// row that had to leave its table. Each Work() is one transaction of rows,
// entries and totals, so a retry that was cut off goes on with what is left.
// Behind the last entry come the stages of a migration: relations (a row that
// came back and still refers to no row goes to the ledger again, under another
// id), indexes, and the comparison with the totals; then the migration's status
// and report are brought up to date: "verified" when the ledger is empty and
// every table is as it should be. The report has a member "retry". In the history
// a retry has a row of its own.
#ifndef FERRITE_RETRY_H_
#define FERRITE_RETRY_H_

#include <memory>
#include <string>

#include "ferrite/audit.h"
#include "ferrite/ledger.h"
#include "ferrite/pass.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite {

struct RetryOptions {
  int64_t now = 0;      // milliseconds since the epoch
  LedgerFilter filter;  // the entries to try
  // Who asks, and what for: a JSON object kept in the history as it is.
  Actor actor = {};
  std::string config = "{}";
};

// Of the store's migration of this plan, or, when there is none, of its latest
// one: `plan` is then taken for a correction of that migration's plan and takes
// its place (core/doc/store.md, "A corrected plan"). That is so when it differs
// in what a value is made of alone: paths, conversions, defaults, SQL,
// onMismatch, when, schema, drop, onOrphan; and in indexes.
//
// Errors, with nothing written: kState (a transaction is open; there is no
// migration that came to its end; its chain went on), kPlanChanged (the plan
// differs in more; the message names the table, the path leads to it),
// kTableExists and kStoreCorrupt as BeginMigration. After an error of Work()
// the call may be repeated.
Result<std::unique_ptr<Pass>> BeginRetry(Store* store, const Plan& plan,
                                         const RetryOptions& options);

}  // namespace ferrite

#endif  // FERRITE_RETRY_H_
