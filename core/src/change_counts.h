// ChangeCounts: what an incremental run found of a source's records.
#ifndef FERRITE_CORE_SRC_CHANGE_COUNTS_H_
#define FERRITE_CORE_SRC_CHANGE_COUNTS_H_

#include <cstdint>

namespace ferrite::internal {

struct ChangeCounts {
  uint64_t added = 0;
  uint64_t changed = 0;
  uint64_t deleted = 0;
  uint64_t unchanged = 0;
  uint64_t unread = 0;  // of the unchanged

  bool operator==(const ChangeCounts&) const = default;
  bool is_idle() const { return added + changed + deleted == 0; }
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_CHANGE_COUNTS_H_
