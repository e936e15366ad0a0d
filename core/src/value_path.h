// What a path leads to in an encoded value that was checked before.
#ifndef FERRITE_SRC_VALUE_PATH_H_
#define FERRITE_SRC_VALUE_PATH_H_

#include <string>
#include <vector>

#include "ferrite/encoding.h"
#include "record_walk.h"

namespace ferrite::internal {

// Reads the head of the value at the beginning of `value`, which then begins
// with it: behind the marks of shared values and at what references refer to.
// `reader` is set to stand behind the head.
bool ReadHead(const SharedValues& shared, Bytes* value, Reader* reader,
              Item* head);

enum class Lookup {
  kFound,
  kAbsent,
  kTwice,  // a property on the way comes twice
};

// Follows the path through plain objects and arrays. `found` begins with the
// value; its end is open where a reference led to it.
Lookup Follow(Bytes value, const std::vector<std::string>& path,
              const SharedValues& shared, Bytes* found);

// kRecordMalformed, for Lookup::kTwice.
Error PropertyTwice(std::string path);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_VALUE_PATH_H_
