// StorageGroups: which entries of localStorage or sessionStorage belong
// together: JSON objects of one shape under keys with one prefix.
//
// Entries come in key order, so those with one prefix come in a row, and only
// the prefixes of the current key are open at a time.
#ifndef FERRITE_SRC_STORAGE_GROUPS_H_
#define FERRITE_SRC_STORAGE_GROUPS_H_

#include <memory>
#include <string>
#include <vector>

#include "ferrite/encoding.h"
#include "field_statistics.h"
#include "key_statistics.h"

namespace ferrite::internal {

struct StorageGroup {
  std::string prefix;
  std::unique_ptr<RecordStatistics> records;
  KeyStatistics keys;
  uint64_t entries = 0;
};

class StorageGroups {
 public:
  void Add(Bytes key, Bytes value);
  // The groups that were found; none of their prefixes begins another.
  std::vector<StorageGroup> End();

 private:
  struct Open {
    StorageGroup group;
    bool is_json = true;  // so far all values are texts of JSON objects
    std::vector<StorageGroup> inner;
  };

  void Close();

  std::vector<Open> open_;  // each prefix begins the next one
  std::vector<StorageGroup> found_;
  Writer parsed_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_STORAGE_GROUPS_H_
