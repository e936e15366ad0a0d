// Clean-up: whether an app's legacy data may be removed, and what a store
// remembers of it.
//
// The host looks, asks and removes; what stands in the way is decided here, for
// both twins alike. A removal goes on behind a kill, so the store says from the
// first one on that it is under way: ferrite_meta.clean_up, the "mark".
// core/doc/clean-up.md has the decision table and the steps.
//
// Use from the store's thread.
#ifndef FERRITE_CLEAN_UP_H_
#define FERRITE_CLEAN_UP_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "ferrite/audit.h"
#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite {

// `request_json` is an object; its member "do" says what:
//   "look"      {"blockers":[{"why","code","message","hint"}],"notBefore"?,
//               "migration"?,"mark"?}: everything that stands in the way
//   "begin"     as "look", with what was verified just now; then the mark is
//               "running", with a row of history, log and audit entries. The
//               first blocker is the error. A clean-up that was cut off goes on
//               instead, whatever the facts are. {"mark","resumed"}
//   "end"       ("records": how many were removed; "sources": what was) the
//               mark is "done"
//   "restoring" ("newer": what the host saved of the sources before, left out
//               when it replaces nothing) a rollback begins to put everything
//               back
//   "restored"  everything is there again, and the store stays as it is
//   "forget"    the snapshot is gone: the mark of an ended clean-up goes too
//
// Facts of "look" and "begin":
//   "retentionMs"   how long the legacy data stays after its migration
//   "acceptFailed"  also when only the ledger has some of the records
//   "records"       how many would be removed
//   "durable"       what the store commits outlives tab and browser
//   "noRollback"    a sentence: why the migration could not be taken back; ""
//   "pending"       a restore of the store or of the sources was cut off
//   "blocked", "unreadable"  labels of sources that could not be looked at
// and of "begin" alone:
//   "id"            names the snapshot
//   "sources"       what is removed, in the host's words: kept in the mark
//   "since"         the verification must have begun at this moment or later
//
// The mark: {"id","row" (of the history),"migration","status","startedAt",
// "finishedAt"?,"sources","newer"?}. It tells of the sources, so a restore of
// the store does not change it, but that "restoring" has come to its end.
//
// Errors, with nothing changed: kInvalidArgument with the path of what is wrong
// in the request; kState when there is no clean-up that this could be done to;
// the store's.
Result<std::string> AnswerCleanUp(Store* store, std::string_view request_json,
                                  int64_t now, const Actor& actor = {});

// kState while legacy data of this store is removed: what is no longer in the
// sources would be taken for deleted.
Result<void> CheckNotCleanedUp(Store* store);

}  // namespace ferrite

#endif  // FERRITE_CLEAN_UP_H_
