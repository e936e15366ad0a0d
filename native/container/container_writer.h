// ContainerWriter: writes a container's groups one by one, in order.
//
// Memory: two groups. For one thread at a time. After an error the writer is
// of no more use, and what the sink has is no container.
#ifndef FERRITE_NATIVE_CONTAINER_CONTAINER_WRITER_H_
#define FERRITE_NATIVE_CONTAINER_CONTAINER_WRITER_H_

#include <memory>
#include <optional>

#include "ferrite/container_frame.h"
#include "native/container/byte_io.h"
#include "native/container/container_key.h"
#include "native/container/deflate.h"
#include "native/container/plain_hash.h"

namespace ferrite {

class ContainerWriter {
 public:
  // Writes the header, whose `encryption` is made from the key; without a key
  // (null) the container is not encrypted. kInvalidArgument as
  // ContainerHeader::Check. `sink` must outlive the writer.
  static Result<std::unique_ptr<ContainerWriter>> Begin(ContainerHeader header,
                                                        const ContainerKey* key,
                                                        ByteSink* sink);

  const ContainerHeader& header() const { return header_; }

  // The next group's bytes, header().group_length() of them; its hash.
  Result<Digest> Add(Bytes plain);
  // Says that the next group is as in the base, and has this hash. kState
  // without a base.
  Result<void> Skip(const Digest& group);
  // Closes the container, once each group was added or skipped (else kState);
  // its id.
  Result<Digest> Finish();

 private:
  ContainerWriter(ContainerHeader header, ByteSink* sink, Sha256 sha)
      : header_(std::move(header)),
        sink_(sink),
        sha_(std::move(sha)),
        written_(&sha_) {}
  Result<void> WriteHeader(const ContainerKey* key);
  Result<void> WriteFrame(ContainerFrame frame, Bytes plain);
  // Writes the chain's next value, the hash of `parts`.
  Result<void> WriteLink(std::initializer_list<Bytes> parts);

  ContainerHeader header_;
  ByteSink* sink_;
  Sha256 sha_;
  PlainHash written_;
  std::optional<AesGcm> cipher_;
  std::unique_ptr<Deflater> deflater_;
  Digest chain_{};
  uint32_t sequence_ = 0;
  uint64_t next_group_ = 0;
  ByteBuffer compressed_;
  ByteBuffer sealed_;
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CONTAINER_CONTAINER_WRITER_H_
