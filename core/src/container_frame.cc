#include "ferrite/container_frame.h"

#include <string>

namespace ferrite {
namespace {

constexpr uint8_t kCompressed = 1;
constexpr uint8_t kFinal = 2;

Error Damaged(uint64_t sequence, const std::string& why) {
  return {
      ErrorCode::kContainerDamaged,
      "Frame " + std::to_string(sequence) + " of the container " + why + ".",
      "Get the file again.", ""};
}

template <typename Integer>
void Put(Integer value, uint8_t* out) {
  for (size_t i = 0; i < sizeof value; ++i) {
    out[i] = static_cast<uint8_t>(value >> (8 * (sizeof value - 1 - i)));
  }
}

template <typename Integer>
Integer Get(const uint8_t* in) {
  Integer value = 0;
  for (size_t i = 0; i < sizeof value; ++i) value = value << 8 | in[i];
  return value;
}

}  // namespace

std::array<uint8_t, kFrameHeadBytes> ContainerFrame::Encode() const {
  std::array<uint8_t, kFrameHeadBytes> out{};
  Put(sequence, &out[0]);
  out[4] = static_cast<uint8_t>((compressed ? kCompressed : 0) |
                                (final ? kFinal : 0));
  Put(group, &out[8]);
  Put(plain_bytes, &out[16]);
  Put(stored_bytes, &out[20]);
  return out;
}

Result<ContainerFrame> ContainerFrame::Decode(
    std::span<const uint8_t, kFrameHeadBytes> bytes) {
  ContainerFrame frame;
  frame.sequence = Get<uint32_t>(&bytes[0]);
  frame.compressed = (bytes[4] & kCompressed) != 0;
  frame.final = (bytes[4] & kFinal) != 0;
  frame.group = Get<uint64_t>(&bytes[8]);
  frame.plain_bytes = Get<uint32_t>(&bytes[16]);
  frame.stored_bytes = Get<uint32_t>(&bytes[20]);
  if ((bytes[4] & ~(kCompressed | kFinal)) != 0 || bytes[5] != 0 ||
      bytes[6] != 0 || bytes[7] != 0) {
    return Damaged(frame.sequence, "has a damaged head");
  }
  return frame;
}

FrameOrder::FrameOrder(const ContainerHeader& header) : header_(header) {}

Result<void> FrameOrder::CheckLengths(const ContainerFrame& frame,
                                      uint32_t plain) const {
  const uint32_t tag = header_.encryption ? kFrameTagBytes : 0;
  // A writer stores what compression does not make smaller.
  const bool fits = frame.compressed ? frame.stored_bytes > tag &&
                                           frame.stored_bytes < plain + tag
                                     : frame.stored_bytes == plain + tag;
  if (frame.plain_bytes == plain && fits) return {};
  return Damaged(sequence_, "has a length that it cannot have");
}

Result<void> FrameOrder::Take(const ContainerFrame& frame) {
  if (frame.sequence != sequence_) {
    return Damaged(frame.sequence,
                   "stands where frame " + std::to_string(sequence_) +
                       " belongs: frames were exchanged, repeated or taken "
                       "out");
  }
  if (frame.compressed && (frame.final || !header_.compressed)) {
    return Damaged(sequence_, "says that it is compressed, which it cannot be");
  }
  const uint64_t groups = header_.group_count();
  if (frame.final) {
    const bool complete = header_.base || next_group_ == groups;
    if (!complete || frame.group != groups) {
      return Damaged(sequence_, "ends the container before its last group");
    }
    ended_ = true;
    return CheckLengths(frame, sizeof(Digest));
  }
  const bool follows =
      header_.base ? frame.group >= next_group_ : frame.group == next_group_;
  if (!follows || frame.group >= groups) {
    return Damaged(sequence_, "holds a group that does not belong there");
  }
  if (auto fits = CheckLengths(frame, header_.group_length(frame.group));
      !fits.ok()) {
    return fits;
  }
  next_group_ = frame.group + 1;
  ++sequence_;
  return {};
}

}  // namespace ferrite
