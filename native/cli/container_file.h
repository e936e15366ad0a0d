// A container on the disk, opened with the key that the user gives.
#ifndef FERRITE_NATIVE_CLI_CONTAINER_FILE_H_
#define FERRITE_NATIVE_CLI_CONTAINER_FILE_H_

#include <memory>
#include <optional>
#include <string>

#include "native/container/container_key.h"
#include "native/container/container_reader.h"
#include "native/container/disk_file.h"

namespace ferrite {

// Whether the file begins as a container does; false when it cannot be read.
bool IsContainer(const std::string& path);

struct OpenedContainer {
  std::unique_ptr<DiskFile> file;
  std::unique_ptr<ContainerReader> reader;
};

// Asks for the passphrase when one is needed and none is given. The errors'
// messages begin with the path.
Result<OpenedContainer> OpenContainer(const std::string& path,
                                      std::optional<ContainerKey> key);

// ReadContainer, which Ctrl-C stops.
Result<void> CopyOut(ContainerReader* reader, ByteSink* sink);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_CONTAINER_FILE_H_
