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
#include "total.h"

namespace ferrite::internal {

class TableWriter {
 public:
  // `plan` must outlive the TableWriter.
  static Result<TableWriter> Open(Store* store, const Plan& plan, size_t table,
                                  int64_t migration);

  bool Takes(size_t source, Bytes key) const {
    return mapper_.Takes(source, key);
  }

  // True when the record became its rows; `rows` is what that adds to the
  // table, less what it takes out. False when it cannot become them, for the
  // reason in `failure`; none of them is in the table then. An error is the
  // store's, and the transaction must not be committed.
  Result<bool> Write(size_t source, const Record& record, int64_t now,
                     Total* rows, Error* failure);
  // What became of the last record's rows; nothing for tables whose conflicts
  // go to the ledger.
  const ConflictCounts* conflicts() const {
    return desk_ ? &desk_->counts() : nullptr;
  }
  // How many rows of the last record the table passed over.
  uint64_t filtered() const { return mapper_.filtered(); }

 private:
  struct Savepoint {
    Statement begin, release, undo;
  };

  TableWriter(Mapper mapper, Statement insert,
              std::optional<Savepoint> savepoint,
              std::optional<ConflictDesk> desk)
      : mapper_(std::move(mapper)),
        insert_(std::move(insert)),
        savepoint_(std::move(savepoint)),
        desk_(std::move(desk)) {}

  Result<bool> WriteRows(size_t source, const Record& record, int64_t now,
                         Total* rows, Error* failure);

  Mapper mapper_;
  Statement insert_;
  // For tables that make several rows of a record. Elsewhere a failed INSERT
  // takes back what it did itself.
  std::optional<Savepoint> savepoint_;
  std::optional<ConflictDesk> desk_;  // for strategies other than kLedger
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
