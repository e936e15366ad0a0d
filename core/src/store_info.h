// What a host says of an object store: the paths of its key and of its indexes.
#ifndef FERRITE_SRC_STORE_INFO_H_
#define FERRITE_SRC_STORE_INFO_H_

#include <string>
#include <vector>

#include "ferrite/pass.h"

namespace ferrite::internal {

using Path = std::vector<std::string>;

struct StoreIndex {
  std::vector<Path> paths;
  bool unique = false;
};

// SourceState::info as JSON text; "{}" when it is no object.
std::string InfoText(const SourceState& state);

// The paths of the keyPath; none when there is no keyPath, or none of text.
std::vector<Path> KeyPathsOf(const SourceState& state);

// The first 20 indexes that have one entry per record.
std::vector<StoreIndex> IndexesOf(const SourceState& state);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_STORE_INFO_H_
