// RowReplacer: brings the rows of one table up to date that a record made
// before: the table in ferrite/migration.h, as code.
#ifndef FERRITE_CORE_SRC_ROW_REPLACER_H_
#define FERRITE_CORE_SRC_ROW_REPLACER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "batch_reader.h"
#include "conflict_desk.h"
#include "conflict_log.h"
#include "ferrite/ledger.h"
#include "ferrite/mapper.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "origin_entry.h"
#include "origin_run.h"
#include "orphan_book.h"
#include "total.h"

namespace ferrite::internal {

class RowReplacer {
 public:
  // `plan` must outlive it.
  static Result<RowReplacer> Open(Store* store, const Plan& plan, size_t table,
                                  const OriginRun& run);

  // What the caller works with; the desk is null where conflicts go to the
  // ledger.
  struct Case {
    size_t source = 0;
    const Record* record = nullptr;
    int64_t at = 0;
    Mapper* mapper = nullptr;
    ConflictDesk* desk = nullptr;
    Total* rows = nullptr;  // moved by what changes in the table, or in what
                            // the sources give it
  };

  enum class Outcome {
    kMade,    // the row in the table is the record's
    kLeft,    // it is the app's, which the plan's policy or an unchanged part
              // of the record leaves as it is
    kKept,    // likewise, and the record may still replace what it made
    kInsert,  // there is none: the record's is to be inserted
    kFailed,  // the record cannot have its row
  };
  // `row` is what the record makes now where it made `old`.
  Result<Outcome> Replace(const Case& given, const OriginRow& old,
                          std::span<const Cell> row, Error* failure);

  enum class Why {
    kGone,    // the record makes no such row any more
    kFailed,  // it is in the ledger
  };
  Result<void> Remove(const Case& given, const OriginRow& old, Why why);

  // Whether relations changed the row or took it out: what it refers to may be
  // there now.
  Result<bool> IsOrphan(const OriginRow& old, Bytes record_key);

  // A record met a row that it had not made.
  Result<void> NoteShared(std::span<const Cell> row);

 private:
  struct Statements {
    Statement select;  // rowid, then the row's cells; by key
    Statement update;  // all cells, then the rowid
    Statement remove;  // by rowid
    Statement share;
    Statement shared;
  };

  RowReplacer(const Table& table, size_t number, const OriginRun& run,
              Statements statements, OrphanBook orphans, Ledger ledger,
              TotalTable totals, ConflictLog log)
      : table_(table),
        number_(number),
        run_(run),
        statements_(std::move(statements)),
        orphans_(std::move(orphans)),
        ledger_(std::move(ledger)),
        totals_(std::move(totals)),
        log_(std::move(log)) {}

  Result<Outcome> ReplaceFound(const Case& given, const OriginRow& old,
                               std::span<const Cell> row, Error* failure);
  Result<Outcome> ReplaceMissing(const Case& given, const OriginRow& old,
                                 const Hash128& now);
  Result<Outcome> Update(const Case& given, const OriginRow& old,
                         std::span<const Cell> row, const Hash128& stored,
                         Error* failure);
  Result<void> RemoveFound(const Case& given, const OriginRow& old, Why why);
  Result<void> RemoveMissing(const Case& given, const OriginRow& old,
                             std::span<const Cell> key);
  Result<void> SettleDeletion(const Case& given, const Hash128& stored);
  Result<void> Delete();
  // Finds the row in the table, its cells are then in stored_, and what
  // relations made of it.
  Result<bool> Find(std::span<const Cell> key, const OriginRow& old);
  Result<bool> IsShared(std::span<const Cell> row);
  Result<ByteBuffer> LedgerKey(std::span<const Cell> key);
  Result<bool> TakeFromLedger(std::span<const Cell> key);
  Result<void> ForgetOrphan(const OriginRow& old);

  // The row as the migration left it.
  Hash128 Left(const OriginRow& old) const;
  bool IsOwn(const Hash128& stored, const OriginRow& old) const {
    return stored == Left(old);
  }
  // Whether the totals began with what was found in the table. Else they are
  // of what the sources gave.
  bool is_surveyed() const {
    return table_.on_conflict.strategy != Strategy::kLedger;
  }
  void Drop(const Hash128& row, Total* rows) const {
    if (!is_surveyed()) rows->Subtract(row);
  }

  const Table& table_;
  size_t number_;
  OriginRun run_;
  Statements statements_;
  OrphanBook orphans_;
  Ledger ledger_;
  TotalTable totals_;
  ConflictLog log_;
  std::optional<OrphanBook::Orphan> orphan_;  // of the row found last
  std::vector<Cell> key_, stored_;
  OriginKey origin_key_;
  Writer row_key_, store_row_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_ROW_REPLACER_H_
