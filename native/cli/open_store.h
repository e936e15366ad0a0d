// Opens a store as the program's commands do: what outgrows memory goes into
// temporary files, as it can outside of a browser.
#ifndef FERRITE_NATIVE_CLI_OPEN_STORE_H_
#define FERRITE_NATIVE_CLI_OPEN_STORE_H_

#include <memory>
#include <string>

#include "ferrite/store.h"

namespace ferrite {

enum class OpenFor {
  kReading,   // the file must exist and is not written to
  kChanging,  // the file must exist
  kFilling,   // it is created where it does not
};

// As Store::Open.
inline Result<std::unique_ptr<Store>> OpenStore(const std::string& path,
                                                OpenFor purpose) {
  Store::Options options;
  options.create = purpose == OpenFor::kFilling;
  options.read_only = purpose == OpenFor::kReading;
  options.temporary_files = true;
  return Store::Open(path, options);
}

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_OPEN_STORE_H_
