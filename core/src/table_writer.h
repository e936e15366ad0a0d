// TableWriter: records into one table's rows.
#ifndef FERRITE_CORE_SRC_TABLE_WRITER_H_
#define FERRITE_CORE_SRC_TABLE_WRITER_H_

#include <optional>
#include <utility>

#include "batch_reader.h"
#include "conflict_desk.h"
#include "ferrite/mapper.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "origin_entry.h"
#include "origin_run.h"
#include "prepared_rows.h"
#include "record_rows.h"
#include "row_replacer.h"
#include "total.h"

namespace ferrite::internal {

class TableWriter {
 public:
  // `plan` must outlive the TableWriter. `run` is what FindOriginRun gives for
  // the migration.
  static Result<TableWriter> Open(Store* store, const Plan& plan, size_t table,
                                  int64_t migration,
                                  const std::optional<OriginRun>& run);

  bool Takes(size_t source, Bytes key) const {
    return mapper_.Takes(source, key);
  }

  // True when the record became its rows; `rows` is what that adds to the
  // table, less what it takes out. False when it cannot become them, for the
  // reason in `failure`; none of them is in the table then. An error is the
  // store's, and the transaction must not be committed.
  //
  // `made` is what was made of the record before; null: it is mapped now.
  //
  // `entry`, of a migration that keeps origins, has what the record made
  // before; this is brought up to date, or taken out when the record cannot
  // become its rows, and `rows` is what that comes to in both cases.
  Result<bool> Write(size_t source, const Record& record,
                     const PreparedRows::Made* made, int64_t now, Total* rows,
                     Error* failure, OriginEntry* entry = nullptr);
  // Takes the rows of a record out. Only its keys are looked at.
  Result<void> Remove(size_t source, const Record& record, int64_t now,
                      RowReplacer::Why why, OriginEntry* entry, Total* rows);
  // Whether relations changed one of the rows that the record made.
  Result<bool> HasOrphan(OriginEntry* entry, Bytes record_key);
  // What became of the last record's rows; nothing for tables whose conflicts
  // go to the ledger.
  const ConflictCounts* conflicts() const {
    return desk_ ? &desk_->counts() : nullptr;
  }
  // How many rows of the last record the table passed over.
  uint64_t filtered() const { return filtered_; }

 private:
  struct Savepoint {
    Statement begin, release, undo;
  };

  TableWriter(const Table& table, size_t number, Mapper mapper,
              Statement insert, std::optional<Savepoint> savepoint,
              std::optional<ConflictDesk> desk,
              std::optional<RowReplacer> replacer)
      : table_(table),
        number_(number),
        mapper_(std::move(mapper)),
        insert_(std::move(insert)),
        savepoint_(std::move(savepoint)),
        desk_(std::move(desk)),
        replacer_(std::move(replacer)) {}

  Result<bool> WriteUndoably(const RowReplacer::Case& given, RecordRows* rows,
                             OriginEntry* entry, Error* failure);
  Result<bool> WriteRows(const RowReplacer::Case& given, RecordRows* rows,
                         OriginEntry* entry, Error* failure);
  Result<RowReplacer::Outcome> Replace(const RowReplacer::Case& given,
                                       std::span<const Cell> row,
                                       OriginEntry* entry, Error* failure);
  Result<bool> Insert(const RowReplacer::Case& given, RecordRows* rows,
                      OriginEntry* entry, Error* failure);
  Result<void> RemoveOld(const RowReplacer::Case& given, bool is_written,
                         OriginEntry* entry);
  RowReplacer::Case CaseOf(size_t source, const Record& record, int64_t now,
                           Total* rows);

  const Table& table_;
  size_t number_;
  Mapper mapper_;
  Statement insert_;
  // For tables that make several rows of a record, and for records whose rows
  // are replaced. Elsewhere a failed INSERT takes back what it did itself.
  std::optional<Savepoint> savepoint_;
  std::optional<ConflictDesk> desk_;     // for strategies other than kLedger
  std::optional<RowReplacer> replacer_;  // where origins are kept
  OriginKey key_;
  uint64_t filtered_ = 0;
};

// Makes those of the plan's tables that are not there.
Result<void> CreateTables(Store* store, const Plan& plan);
// kTableExists when one of the plan's names is taken, by whatever; for a table
// that may be there already (Table::on_conflict) when its columns do not fit.
Result<void> CheckNamesAreFree(Store* store, const Plan& plan);
// kTableExists when a table is not as CreateTables made it, or does not fit
// where it may be another's; kStoreCorrupt when it is gone.
Result<void> CheckTablesAreOurs(Store* store, const Plan& plan);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_TABLE_WRITER_H_
