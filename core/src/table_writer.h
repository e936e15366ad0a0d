// TableWriter: records into one table's rows.
#ifndef FERRITE_CORE_SRC_TABLE_WRITER_H_
#define FERRITE_CORE_SRC_TABLE_WRITER_H_

#include <optional>
#include <utility>

#include "batch_reader.h"
#include "ferrite/mapper.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "total.h"

namespace ferrite::internal {

class TableWriter {
 public:
  // `plan` must outlive the TableWriter.
  static Result<TableWriter> Open(Store* store, const Plan& plan, size_t table);

  bool Takes(size_t source, Bytes key) const {
    return mapper_.Takes(source, key);
  }

  // True when the record became its rows, which are then in `rows`. False when
  // it cannot become them, for the reason in `failure`; none of them is in the
  // table then. An error is the store's, and the transaction must not be
  // committed.
  Result<bool> Write(size_t source, const Record& record, Total* rows,
                     Error* failure);
  // How many rows of the last record the table passed over.
  uint64_t filtered() const { return mapper_.filtered(); }

 private:
  struct Savepoint {
    Statement begin, release, undo;
  };

  TableWriter(Mapper mapper, Statement insert,
              std::optional<Savepoint> savepoint)
      : mapper_(std::move(mapper)),
        insert_(std::move(insert)),
        savepoint_(std::move(savepoint)) {}

  Result<bool> WriteRows(size_t source, const Record& record, Total* rows,
                         Error* failure);

  Mapper mapper_;
  Statement insert_;
  // For tables that make several rows of a record. Elsewhere a failed INSERT
  // takes back what it did itself.
  std::optional<Savepoint> savepoint_;
};

// Makes the plan's tables.
Result<void> CreateTables(Store* store, const Plan& plan);
// kTableExists when one of the plan's names is taken, by whatever.
Result<void> CheckNamesAreFree(Store* store, const Plan& plan);
// kTableExists when a table is not as CreateTables made it, kStoreCorrupt when
// it is gone.
Result<void> CheckTablesAreOurs(Store* store, const Plan& plan);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_TABLE_WRITER_H_
