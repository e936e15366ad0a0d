// TableWriter: records into one table's rows.
#ifndef FERRITE_CORE_SRC_TABLE_WRITER_H_
#define FERRITE_CORE_SRC_TABLE_WRITER_H_

#include <utility>

#include "batch_reader.h"
#include "ferrite/mapper.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite::internal {

class TableWriter {
 public:
  // `plan` must outlive the TableWriter.
  static Result<TableWriter> Open(Store* store, const Plan& plan, size_t table);

  bool Takes(size_t source, Bytes key) const {
    return mapper_.Takes(source, key);
  }

  // True when the record became a row, whose hash is then in `hash`. False
  // when the record cannot become one, for the reason in `failure`. An error
  // is the store's, and the transaction must not be committed.
  Result<bool> Write(size_t source, const Record& record, Hash128* hash,
                     Error* failure);

 private:
  TableWriter(Mapper mapper, Statement insert)
      : mapper_(std::move(mapper)), insert_(std::move(insert)) {}

  Mapper mapper_;
  Statement insert_;
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
