// ContainerFrame: the head of one frame of a container.
//
// core/doc/container.md has the bytes. A head is checked against the header
// and the frames before it, so that no length in it is believed before it is
// known to be one that the writer could have written.
#ifndef FERRITE_CONTAINER_FRAME_H_
#define FERRITE_CONTAINER_FRAME_H_

#include <array>
#include <cstdint>
#include <span>

#include "ferrite/container.h"

namespace ferrite {

inline constexpr size_t kFrameHeadBytes = 24;
// AES-GCM's tag, behind the payload of an encrypted frame.
inline constexpr uint32_t kFrameTagBytes = 16;

struct ContainerFrame {
  uint32_t sequence = 0;  // 0 for the file's first frame, then one more each
  bool compressed = false;
  bool final = false;  // holds the plain hash, and nothing follows it
  uint64_t group = 0;  // of the final frame: the number of groups
  uint32_t plain_bytes = 0;
  uint32_t stored_bytes = 0;  // what follows the head, with the tag

  std::array<uint8_t, kFrameHeadBytes> Encode() const;
  // kContainerDamaged when a bit is set that means nothing.
  static Result<ContainerFrame> Decode(
      std::span<const uint8_t, kFrameHeadBytes> bytes);
};

// The place in a container's order of frames. A reader asks it about each head
// before it reads, or allocates for, what follows.
class FrameOrder {
 public:
  explicit FrameOrder(const ContainerHeader& header);

  // kContainerDamaged when the frame cannot be the next one; the message says
  // in which way.
  Result<void> Take(const ContainerFrame& frame);
  bool ended() const { return ended_; }

 private:
  Result<void> CheckLengths(const ContainerFrame& frame, uint32_t plain) const;

  const ContainerHeader header_;
  uint64_t sequence_ = 0;
  uint64_t next_group_ = 0;
  bool ended_ = false;
};

}  // namespace ferrite

#endif  // FERRITE_CONTAINER_FRAME_H_
