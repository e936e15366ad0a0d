// Migration: the pass that moves the sources' records into the store's tables.
//
// Begin checks the plan against the sources and the store before anything is
// written. Each Apply then maps one batch into rows; a record that cannot
// become a row goes to the Ledger with its reason and all its data, and the
// rest goes on. The Checkpoint is committed with its batch, so a pass that
// begins again after a crash continues behind the last committed batch, and
// every record is handled exactly once. A batch that fails for a reason that
// may lie in one of its records is applied by halves, down to the records at
// fault; an error of the store blames none of them (internal::Copy has the
// table). After the copy every foreign key is checked and its orphans dealt
// with (kOrphan from Work when OnOrphan::kFail says so, with nothing changed),
// and the indexes are made. Then the tables are scanned and compared with what
// the sources gave (rows and content hash per table); only then is the status
// "verified", or "completed_with_differences" when they differ or a record is
// in the ledger. An incremental run that left records unread compared what is
// left with what they gave when they were read last, and is "completed".
//
// An incremental run brings a store up to date whose migration was completed
// before, when that was begun with MigrationOptions::incremental too. It reads
// every record and compares its hash with the one that the store has kept
// (ferrite_origin, core/doc/store.md): what is unchanged is neither mapped nor
// written. With Plan::changed a host that can tell what is unchanged need not
// read it (Step::since).
//
//   record  | its row in the store  | then
//   --------+-----------------------+------------------------------------------
//   new     |                       | as in a first migration
//   changed | as the migration left | the row is updated
//           |   it                  |
//           | changed by the app    | a conflict, as Table::on_conflict says;
//           |                       | none when both made the same change, or
//           |                       | when the row's part of the record is what
//           |                       | it was
//           | removed by the app    | inserted; it stays away when the row's
//           |                       | part of the record is what it was
//           | in the ledger         | the record is tried again
//   deleted | as left               | the row is deleted
//           | changed by the app    | overwrite deletes it, ask leaves it
//           |                       | undecided, all others keep it
//           | in the ledger         | the entry is removed
//   same    | whatever              | nothing
//
// A source that is absent says nothing of its records: their rows stay.
#ifndef FERRITE_MIGRATION_H_
#define FERRITE_MIGRATION_H_

#include <memory>
#include <string>
#include <vector>

#include "ferrite/pass.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite {

struct MigrationOptions {
  int64_t now = 0;  // milliseconds since the epoch
  std::string initiator = "app";
  std::string origin = "";    // from where; ferrite/audit.h
  std::string config = "{}";  // what the host was asked for, a JSON object kept
                              // in the history as it is
  // A batch: encoded bytes and records at the most (0: any number), and what
  // its transaction may take, in ms, which the bytes are fitted to as the host
  // says what they took (0: always batch_bytes).
  uint32_t batch_bytes = 2 << 20;
  uint32_t batch_records = 0;
  double target_ms = kBatchTargetMs;
  // Trial run: at most so many records of each source; 0: all. Into a scratch
  // store only: a trial is never "verified" but "completed" in its report.
  uint64_t sample_size = 0;
  // How many records may go to the ledger in this run. The next one that fails
  // stops it: what came before it is committed, it is not, the status is
  // "failed", and the error has its reason's code and names it. 0 stops at the
  // first. Orphans do not count: the plan says what becomes of them.
  uint64_t max_failed = UINT64_MAX;
  // Keep what an incremental run needs, and be one when the plan's migration
  // was completed before. A migration that goes on does what it was begun for.
  bool incremental = false;
  // What a migration that begins anew can be taken back to
  // (RollbackPoint::point, ferrite/rollback.h).
  std::string rollback_point = "";
};

// What BeginMigration would do. kNew: it would write, and the migration's first
// word; hosts make their backup then.
enum class MigrationBeginning { kNew, kContinued, kDone };
// All of BeginMigration's checks, with its errors; nothing is written.
Result<MigrationBeginning> FindBeginning(
    Store* store, const Plan& plan, const std::vector<SourceState>& sources,
    const MigrationOptions& options);

// Begins the plan's migration, or continues the one that was interrupted, or
// gives a pass that is done when the plan's migration was completed before
// (its report is the stored one); with `incremental` it begins a run that
// brings it up to date.
//
// A source that is absent counts as empty when no table insists on it. What no
// table takes from is not asked for.
//
// `sources` holds one SourceState per Plan::sources, in that order.
// Errors, with nothing written: kState (a transaction is open), kSourceMissing,
// kSourceBlocked, kSourceUnreadable (a source is not there), kPlanChanged (an
// unfinished migration of another plan), kTableExists (a table or index
// has another shape), kStoreCorrupt (a table of the unfinished migration is
// gone), kPlanInvalid (a key would be lost: the source's keys lie outside its
// records, and neither a column of the table takes them nor one of another
// table that has a row for each of these records). For an incremental run also
// kState (the store does not know where its rows came from, or its chain went
// on) and kInvalidArgument (it is no trial run).
Result<std::unique_ptr<Pass>> BeginMigration(Store* store, const Plan& plan,
                                             std::vector<SourceState> sources,
                                             const MigrationOptions& options);

// The stored report of the store's latest migration, finished or not; empty
// when there was none.
Result<std::string> LastMigrationReport(Store* store);

}  // namespace ferrite

#endif  // FERRITE_MIGRATION_H_
