// Total: how many rows a table has, or should have, and their content hash.
#ifndef FERRITE_CORE_SRC_TOTAL_H_
#define FERRITE_CORE_SRC_TOTAL_H_

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "conflict_decision.h"
#include "ferrite/hash.h"
#include "ferrite/store.h"

namespace ferrite::internal {

struct Total {
  uint64_t rows = 0;
  Hash128 hash;

  bool operator==(const Total&) const = default;
  void Add(const Hash128& row) {
    ++rows;
    hash += row;
  }
  void Add(const Total& other) {
    rows += other.rows;
    hash += other.hash;
  }
  void Subtract(const Hash128& row) {
    --rows;
    hash -= row;
  }
};

// What became of rows that referred to no row.
struct OrphanCounts {
  uint64_t quarantined = 0;  // rows that went to the ledger
  uint64_t nulled = 0;       // references that became NULL, counted by row

  bool operator==(const OrphanCounts&) const = default;
};

// What became of rows of a table that may hold rows already, or get one from
// several records: the outcomes of ferrite/conflict.h.
struct ConflictCounts {
  uint64_t before = 0;  // rows that were there when the migration began
  uint64_t inserted = 0;
  uint64_t equal = 0;
  uint64_t overwritten = 0;
  uint64_t merged = 0;
  uint64_t kept = 0;
  uint64_t undecided = 0;

  bool operator==(const ConflictCounts&) const = default;
  void Add(const ConflictCounts& more);
  void Count(Decision decision);
};

// A hash as the store's tables keep it: 16 bytes, high half first, big-endian.
std::array<uint8_t, 16> ToBlob(const Hash128& hash);
Hash128 FromBlob(Bytes blob);  // zero when it has another length

// ferrite_total of one migration: per table what the sources gave, and then
// what its relations left of that.
class TotalTable {
 public:
  static Result<TotalTable> Open(Store* store, int64_t migration);

  Result<void> Save(const std::string& table, const Total& total);
  // Zero when nothing was saved.
  Result<Total> Load(const std::string& table);

  // Whether anything was saved.
  Result<bool> Has(const std::string& table);

  // Of a table that was saved; Save leaves them as they are.
  Result<void> SaveConflicts(const std::string& table,
                             const ConflictCounts& counts);
  Result<ConflictCounts> LoadConflicts(const std::string& table);

  // Adds to the orphans' counts; Save leaves them as they are.
  Result<void> AddOrphans(const std::string& table, const OrphanCounts& more);
  // So many rows are in the ledger no more, or refer to a row again.
  Result<void> TakeBack(const std::string& table, const OrphanCounts& fewer);
  Result<OrphanCounts> LoadOrphans(const std::string& table);

 private:
  TotalTable(int64_t migration, Statement save, Statement load, Statement add,
             Statement conflicts)
      : migration_(migration),
        save_(std::move(save)),
        load_(std::move(load)),
        add_(std::move(add)),
        conflicts_(std::move(conflicts)) {}

  int64_t migration_;
  Statement save_;
  Statement load_;
  Statement add_;
  Statement conflicts_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_TOTAL_H_
