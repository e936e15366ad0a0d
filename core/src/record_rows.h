// RecordRows: the rows that a record makes in one table: mapped while they are
// asked for, or before that.
#ifndef FERRITE_CORE_SRC_RECORD_ROWS_H_
#define FERRITE_CORE_SRC_RECORD_ROWS_H_

#include <span>

#include "ferrite/mapper.h"
#include "prepared_rows.h"

namespace ferrite::internal {

class RecordRows {
 public:
  // `made` is null when nothing was made before.
  RecordRows(Mapper* mapper, const PreparedRows::Made* made)
      : mapper_(mapper), made_(made) {}

  // As the Mapper's.
  Result<void> Begin(size_t source, Bytes key, Bytes value) {
    return made_ != nullptr ? Result<void>()
                            : mapper_->Begin(source, key, value);
  }
  Result<bool> Next() {
    if (made_ == nullptr) return mapper_->Next(&row_);
    if (next_ == made_->hashes.size()) return false;
    row_ = made_->row(next_++);
    return true;
  }
  std::span<const Cell> row() const { return row_; }
  Hash128 Hash() const {
    return made_ != nullptr ? made_->hashes[next_ - 1] : mapper_->HashRow(row_);
  }
  uint64_t filtered() const {
    return made_ != nullptr ? made_->filtered : mapper_->filtered();
  }

 private:
  Mapper* mapper_;
  const PreparedRows::Made* made_;
  std::span<const Cell> row_;
  size_t next_ = 0;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_RECORD_ROWS_H_
