// PreparedRows: what a PreparedBatch holds: rows by record and table.
//
// A record is found by where its value lies in the batch, so any part of a
// batch may be applied, in any order and as often as one likes.
#ifndef FERRITE_CORE_SRC_PREPARED_ROWS_H_
#define FERRITE_CORE_SRC_PREPARED_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "ferrite/bytes.h"
#include "ferrite/hash.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite::internal {

class PreparedRows {
 public:
  // The rows that a record makes in one table. Views PreparedRows and the
  // batch.
  struct Made {
    std::span<const Cell> cells;      // row after row
    std::span<const Hash128> hashes;  // one per row
    uint64_t filtered = 0;

    std::span<const Cell> row(size_t index) const {
      const size_t width = cells.size() / hashes.size();
      return cells.subspan(index * width, width);
    }
  };

  // Forgets all. `limit`: bytes that may be taken from here on.
  void Begin(const Plan* plan, size_t source, Bytes batch, size_t limit);

  Bytes batch() const { return batch_; }
  // Whether they are of this plan and source.
  bool IsOf(const Plan& plan, size_t source) const {
    return plan_ == &plan && source_ == source;
  }

  // Begins with a record's rows in a table; values come in the batch's order,
  // and tables in the plan's.
  void BeginRecord(Bytes value, size_t table);
  // False when there is no room for it.
  bool AddRow(std::span<const Cell> row, const Hash128& hash);
  // They are all. Without it, the next BeginRecord drops them.
  void EndRecord(uint64_t filtered);

  // False when they were not prepared.
  bool Find(Bytes value, size_t table, Made* made) const;

 private:
  struct Entry {
    const uint8_t* value = nullptr;
    size_t table = 0;
    size_t first_cell = 0;
    size_t first_row = 0;
    size_t cells = 0;
    size_t rows = 0;
    uint64_t filtered = 0;
  };
  using Block = std::unique_ptr<uint8_t[]>;

  bool Take(size_t bytes);
  Bytes Keep(Bytes bytes);

  const Plan* plan_ = nullptr;
  size_t source_ = 0;
  Bytes batch_;
  std::vector<Entry> entries_;  // by value and table
  std::vector<Cell> cells_;
  std::vector<Hash128> hashes_;
  Entry open_;
  // What cells view that is not in the batch. Blocks stay where they are, and
  // those of one size are used again.
  std::vector<Block> blocks_;
  std::vector<Block> large_;  // of one text each
  size_t used_ = 0;           // bytes of blocks_
  size_t left_ = 0;           // of the limit
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_PREPARED_ROWS_H_
