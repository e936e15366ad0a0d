// FrameReader: a container's frames as they lie in the file, checked against
// the hash chain. Needs no key, and gives none of the plain bytes away.
//
// Memory: one frame. For one thread at a time.
#ifndef FERRITE_NATIVE_CONTAINER_FRAME_READER_H_
#define FERRITE_NATIVE_CONTAINER_FRAME_READER_H_

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>

#include "ferrite/container_frame.h"
#include "native/container/byte_io.h"
#include "native/container/container_key.h"
#include "native/container/crypto.h"

namespace ferrite {

class FrameReader {
 public:
  struct Frame {
    ContainerFrame head;
    Bytes head_bytes;
    Bytes payload;
  };

  // Reads up to the first frame. kContainerForeign, kContainerDamaged, and
  // what the source says. `source` must outlive it.
  static Result<std::unique_ptr<FrameReader>> Open(ByteSource* source);

  const ContainerHeader& header() const { return header_; }
  // Prologue and header, to which the wrap is bound.
  Bytes header_bytes() const { return header_bytes_; }
  const WrappedKey& wrapped_key() const { return wrapped_key_; }

  // The views are valid until the next call. Once the final frame was given,
  // and nothing follows it, ended() is true and another call is kState.
  // After an error the reader is of no more use.
  Result<Frame> Next();
  bool ended() const { return order_->ended(); }
  // The container's id: the chain's last value. Of use once ended().
  const Digest& id() const { return chain_; }
  // Where the next frame begins, in bytes.
  uint64_t offset() const { return offset_; }

 private:
  FrameReader(ByteSource* source, Sha256 sha)
      : source_(source), sha_(std::move(sha)) {}
  Result<void> ReadHeader();
  // Reads bytes that must be there; `what` is what they are.
  Result<void> Take(const std::string& what, std::span<uint8_t> out);
  // Reads the chain's next value, which must be the hash of `parts`.
  Result<void> TakeLink(const std::string& what,
                        std::initializer_list<Bytes> parts);
  Error Damaged(const std::string& why) const;

  ByteSource* source_;
  Sha256 sha_;
  uint64_t offset_ = 0;
  ContainerHeader header_;
  ByteBuffer header_bytes_;
  WrappedKey wrapped_key_{};
  std::optional<FrameOrder> order_;
  Digest chain_{};
  ByteBuffer frame_;  // head and payload
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CONTAINER_FRAME_READER_H_
