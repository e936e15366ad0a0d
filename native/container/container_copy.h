// Whole files into containers and back.
//
// Each function reads a file of any size with bounded memory (32 bytes for each
// group, where group hashes are asked for) and calls `progress`, if there is
// one, after each group with how many plain bytes are done; when that returns
// false the function ends with kCancelled.
#ifndef FERRITE_NATIVE_CONTAINER_CONTAINER_COPY_H_
#define FERRITE_NATIVE_CONTAINER_CONTAINER_COPY_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "ferrite/container.h"
#include "native/container/byte_io.h"
#include "native/container/container_key.h"
#include "native/container/container_reader.h"
#include "native/container/disk_file.h"

namespace ferrite {

using CopyProgress = std::function<bool(uint64_t done, uint64_t total)>;

struct WrittenContainer {
  Digest id{};
  std::vector<Digest> groups;  // the hash of each group of the whole file
};

// Writes all of `source`; with header.base only the groups whose hashes are not
// those of `base_groups`. The header's plain_bytes is taken from the source.
Result<WrittenContainer> WriteContainer(ByteSource* source,
                                        ContainerHeader header,
                                        const ContainerKey* key,
                                        const std::vector<Digest>& base_groups,
                                        ByteSink* sink,
                                        const CopyProgress& progress = {});

// Writes the whole file that the container holds. kContainerBase when it holds
// changes only. After an error what the sink has counts for nothing.
Result<void> ReadContainer(ContainerReader* reader, ByteSink* sink,
                           const CopyProgress& progress = {});

// Makes of `target`, which holds the content of the container `base`, that of
// an incremental one, and reads it again to compare it with the plain hash.
// kContainerBase when the reader's base is another one, before anything is
// written, and when the content was. After another error `target` is neither.
Result<void> ApplyContainer(ContainerReader* reader, const Digest& base,
                            DiskFile* target,
                            const CopyProgress& progress = {});

struct CheckedContainer {
  ContainerHeader header;
  Digest id{};
  uint64_t groups = 0;        // that it holds
  uint64_t stored_bytes = 0;  // of their frames' payloads
  uint64_t group_plain_bytes = 0;
};

// Checks everything that can be checked without a key. Errors as FrameReader.
Result<CheckedContainer> CheckContainer(ByteSource* source,
                                        const CopyProgress& progress = {});

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CONTAINER_CONTAINER_COPY_H_
