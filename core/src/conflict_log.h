// ConflictLog: ferrite_conflict, the conflicts and what became of them.
#ifndef FERRITE_CORE_SRC_CONFLICT_LOG_H_
#define FERRITE_CORE_SRC_CONFLICT_LOG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conflict_decision.h"
#include "ferrite/hash.h"
#include "ferrite/store.h"

namespace ferrite::internal {

class ConflictLog {
 public:
  static Result<ConflictLog> Open(Store* store);

  struct Entry {
    int64_t migration = 0;
    std::string_view table;
    int64_t source = 0;  // index into Plan::sources
    Bytes record_key;    // sortable
    Bytes row_key;       // sortable, an array of the primary key's cells
    std::string key_text;
    std::string columns;  // a JSON array of the names of those that differ
    Decision decision = Decision::kUndecided;
    Hash128 source_hash;  // of the record's row
    Hash128 store_hash;   // of the row that was there
    Hash128 result;       // of the row that is there afterwards
    Bytes source_row;     // as row_cells.h has it; empty: not kept
    Bytes store_row;
    int64_t at = 0;
  };
  Result<void> Add(const Entry& entry);

  // What became of the content `lost`, which is not in the table, when a
  // conflict left the row that is there now (`found`). Nothing when none did.
  Result<std::optional<Decision>> Find(const std::string& table, Bytes row_key,
                                       const Hash128& lost,
                                       const Hash128& found);

  // A row that a conflict left was changed by Ferrite itself.
  Result<void> MoveOn(const std::string& table, Bytes row_key,
                      const Hash128& from, const Hash128& to);

 private:
  ConflictLog(Statement add, Statement find, Statement move)
      : add_(std::move(add)), find_(std::move(find)), move_(std::move(move)) {}

  Statement add_;
  Statement find_;
  Statement move_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_CONFLICT_LOG_H_
