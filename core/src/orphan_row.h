// OrphanRow: what a row comes to whose reference leads nowhere.
#ifndef FERRITE_CORE_SRC_ORPHAN_ROW_H_
#define FERRITE_CORE_SRC_ORPHAN_ROW_H_

#include <map>
#include <memory>
#include <span>
#include <vector>

#include "ferrite/hash.h"
#include "ferrite/mapper.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite::internal {

class OrphanRow {
 public:
  // `plan` must outlive it.
  OrphanRow(const Plan& plan, size_t table);

  // The row with NULL in these columns (ascending). What was there stays in the
  // lossless column where the table has one, so that the row still stands for
  // its record. kConstraint when that cannot be done. `row` must stay as long
  // as what is given, which is valid until the next call.
  Result<std::span<const Cell>> Without(std::span<const Cell> row,
                                        const std::vector<size_t>& columns);

  // Writes what the ledger keeps of a row: its record (or element) where the
  // row and its primary key hold all of it, else an object of all its columns.
  void WriteValue(std::span<const Cell> row, Writer* out);

  Hash128 HashRow(std::span<const Cell> row) { return mapper_.HashRow(row); }

 private:
  // The table without what has no say when a row is turned round, and without
  // the columns that become NULL.
  struct Variant {
    explicit Variant(Plan given) : plan(std::move(given)), mapper(plan, 0) {}
    const Plan plan;
    Mapper mapper;
    std::vector<bool> is_mapped;  // by column
  };

  std::unique_ptr<Variant> MakeVariant(
      const std::vector<size_t>& columns) const;
  bool StandsFor(std::span<const Cell> row, const Hash128& record);

  const Plan& plan_;
  const Table& table_;
  Mapper mapper_;
  bool holds_all_;
  std::unique_ptr<Variant> whole_;
  std::map<std::vector<size_t>, std::unique_ptr<Variant>> variants_;
  std::vector<Cell> row_;
  Writer record_, again_;
  Canonicalizer canonicalizer_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_ORPHAN_ROW_H_
