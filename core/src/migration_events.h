// What a pass tells the log and the audit trail of its life, in the transaction
// that changed its row.
#ifndef FERRITE_CORE_SRC_MIGRATION_EVENTS_H_
#define FERRITE_CORE_SRC_MIGRATION_EVENTS_H_

#include <string>

#include "ferrite/audit.h"
#include "ferrite/error.h"
#include "ferrite/log.h"
#include "ferrite/store.h"
#include "migration_row.h"

namespace ferrite::internal {

// Begun or, from the second attempt on, resumed.
Result<void> NoteBegun(Store* store, const MigrationRow& row,
                       const Actor& actor);
Result<void> NoteStage(Store* store, const MigrationRow& row);
// Writes the row's end, whatever status that is, and tells of it. Nothing when
// the row has ended already: a commit that gave an error may have happened.
Result<void> EndRow(Store* store, const MigrationRow& row, const Actor& actor);

// What a batch of one source came to. One entry for a batch however many of its
// records failed.
struct BatchEvent {
  int64_t migration = 0;
  int64_t at = 0;
  std::string source;  // its label
  uint64_t records = 0;
  uint64_t failed = 0;
  bool is_last = false;  // of the source
};
Result<void> NoteBatch(Store* store, const BatchEvent& batch,
                       uint64_t source_records);

// `row` as it is when the host gives up for `reason`: cancelled or failed.
// A record's error becomes the sentence of its code, since the message may
// quote a value.
void StopRow(const Error& reason, int64_t now, MigrationRow* row);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_MIGRATION_EVENTS_H_
