// OpenToRead: a store as it is, for commands that only look.
#ifndef FERRITE_NATIVE_CLI_OPEN_TO_READ_H_
#define FERRITE_NATIVE_CLI_OPEN_TO_READ_H_

#include <memory>
#include <string>

#include "ferrite/store.h"

namespace ferrite {

// As Store::Open; the file must exist and is not written to.
inline Result<std::unique_ptr<Store>> OpenToRead(const std::string& path) {
  Store::Options options;
  options.create = false;
  options.read_only = true;
  return Store::Open(path, options);
}

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_OPEN_TO_READ_H_
