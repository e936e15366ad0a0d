// History: what was done to a store, asked for and kept in order.
//
// ferrite_migration holds every migration, verification, retry and rollback,
// ferrite_log what they told, ferrite_audit who changed what. One call answers
// every question about them and carries out what is done to them; request and
// answer are JSON, the same in both twins: core/doc/history.md,
// core/schema/history.schema.json.
//
// Use from the store's thread. The core has no clock: `now` is milliseconds
// since the epoch, from the host.
#ifndef FERRITE_HISTORY_H_
#define FERRITE_HISTORY_H_

#include <string>
#include <string_view>

#include "ferrite/audit.h"
#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite {

// `request_json` is an object; its member "do" says what:
//   "history", "logs", "audit"  one page of rows, by filters, search and order
//   "statistics"                totals, rates, volumes, the trend per day
//   "checkAudit"                whether the chain of audit entries is whole
//   "import"                    takes entries of another system's history in
//   "cleanUp"                   removes what is old, of history and logs
//   "log"                       adds a log entry of the host's
//   "logLevel"                  says which level is kept, and sets it
//   "stop"                      as StopRunning below, with "code" and "message"
// The last five change the store, in one transaction with their audit entry
// ("log" alone leaves none), in the name of `actor`.
//
// Errors, with nothing changed: kInvalidArgument with the path in the request
// of what is wrong and, for a name that is not known, the nearest one; kState
// when a change is asked for while a transaction is open; the store's.
Result<std::string> AnswerHistory(Store* store, std::string_view request_json,
                                  int64_t now, const Actor& actor = {});

// The host gave up a pass over this store: a person cancelled it (kCancelled),
// or an error stays. Its row becomes "cancelled" or "failed" with the reason;
// what was committed stays, and the next pass of the same plan goes on behind
// it. End the pass first. Nothing to do when none was running. A host that is
// killed cannot say so: its row becomes "interrupted" when the store is opened
// next. Of a record's error the code's sentence is kept and not the message,
// which may quote a value.
Result<void> StopRunning(Store* store, const Error& reason, int64_t now,
                         const Actor& actor = {});

}  // namespace ferrite

#endif  // FERRITE_HISTORY_H_
