// ByteSource and ByteSink: where a container is read from and written to.
//
// Implementations are for one thread at a time.
#ifndef FERRITE_NATIVE_CONTAINER_BYTE_IO_H_
#define FERRITE_NATIVE_CONTAINER_BYTE_IO_H_

#include <algorithm>
#include <cstdint>
#include <span>

#include "ferrite/bytes.h"
#include "ferrite/error.h"

namespace ferrite {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // In bytes; the same for as long as it is read.
  virtual uint64_t size() const = 0;
  // Fills all of `out` from `offset` on; the caller stays within size().
  // kStoreIo when the bytes cannot be had.
  virtual Result<void> Read(uint64_t offset, std::span<uint8_t> out) = 0;
};

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  // Behind what was written before, all of it. kStoreFull, kStoreIo.
  virtual Result<void> Write(Bytes bytes) = 0;
};

// Bytes in memory, which must outlive it.
class MemorySource : public ByteSource {
 public:
  explicit MemorySource(Bytes bytes) : bytes_(bytes) {}
  uint64_t size() const override { return bytes_.size(); }
  Result<void> Read(uint64_t offset, std::span<uint8_t> out) override {
    const Bytes part = bytes_.subspan(offset, out.size());
    std::copy(part.begin(), part.end(), out.begin());
    return {};
  }

 private:
  Bytes bytes_;
};

class MemorySink : public ByteSink {
 public:
  const ByteBuffer& bytes() const { return bytes_; }
  Result<void> Write(Bytes bytes) override {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return {};
  }

 private:
  ByteBuffer bytes_;
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CONTAINER_BYTE_IO_H_
