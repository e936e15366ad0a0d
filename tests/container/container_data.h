// What the container's tests share: keys, data, containers made of it.
#ifndef FERRITE_TESTS_CONTAINER_CONTAINER_DATA_H_
#define FERRITE_TESTS_CONTAINER_CONTAINER_DATA_H_

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "native/container/container_copy.h"
#include "native/container/container_writer.h"

namespace ferrite::testing {

inline ContainerKey RawKey(uint8_t byte = 7) {
  return ContainerKey::FromBytes(ByteBuffer(32, byte)).value();
}

// Bytes of which about every other group can be compressed.
inline ByteBuffer SomeBytes(size_t size, uint32_t seed = 1) {
  ByteBuffer bytes(size);
  for (size_t i = 0; i < size; ++i) {
    seed = seed * 1664525 + 1013904223;
    bytes[i] = (i >> 12) % 2 == 0 ? static_cast<uint8_t>(i % 13)
                                  : static_cast<uint8_t>(seed >> 24);
  }
  return bytes;
}

inline ContainerHeader SmallGroups() {
  ContainerHeader header;
  header.group_bytes = kContainerMinGroupBytes;
  header.created_at = 1700000000000;
  header.description = "Zürich";
  return header;
}

struct Packed {
  ByteBuffer bytes;
  WrittenContainer written;
};

inline Packed Pack(const ByteBuffer& plain, const ContainerKey* key,
                   ContainerHeader header = SmallGroups(),
                   const std::vector<Digest>& base_groups = {}) {
  MemorySource source(plain);
  MemorySink sink;
  auto written =
      WriteContainer(&source, std::move(header), key, base_groups, &sink);
  EXPECT_TRUE(written.ok()) << (written.ok() ? "" : written.error().message);
  return {sink.bytes(), written.ok() ? *written : WrittenContainer()};
}

inline Result<ByteBuffer> Unpack(Bytes container, const ContainerKey* key) {
  MemorySource source(container);
  auto reader = ContainerReader::Open(&source, key);
  if (!reader.ok()) return std::move(reader).error();
  MemorySink sink;
  auto read = ReadContainer(reader->get(), &sink);
  if (!read.ok()) return read.error();
  return sink.bytes();
}

inline std::string CodeOf(const Result<ByteBuffer>& result) {
  return result.ok() ? "ok" : std::string(ErrorText(result.error().code));
}

// Where each frame begins, and the end of the last one.
inline std::vector<size_t> FrameOffsets(Bytes container) {
  MemorySource source(container);
  auto reader = FrameReader::Open(&source);
  EXPECT_TRUE(reader.ok());
  std::vector<size_t> offsets{(*reader)->offset()};
  while (!(*reader)->ended()) {
    EXPECT_TRUE((*reader)->Next().ok());
    offsets.push_back((*reader)->offset());
  }
  return offsets;
}

struct Subject {
  const char* name;
  ByteBuffer plain;
  ByteBuffer container;
  const ContainerKey* key;
};

// The same file in a container that is not encrypted, and in one that is.
inline std::vector<Subject> Subjects(const ContainerKey* key) {
  const ByteBuffer plain = SomeBytes(14000);
  return {{"plain", plain, Pack(plain, nullptr).bytes, nullptr},
          {"encrypted", plain, Pack(plain, key).bytes, key}};
}

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_CONTAINER_CONTAINER_DATA_H_
