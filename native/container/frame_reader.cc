#include "native/container/frame_reader.h"

#include <algorithm>
#include <utility>

namespace ferrite {

Error FrameReader::Damaged(const std::string& why) const {
  return {ErrorCode::kContainerDamaged, "The container " + why + ".",
          "Get the file again.", ""};
}

Result<void> FrameReader::Take(const std::string& what,
                               std::span<uint8_t> out) {
  if (out.size() > source_->size() - offset_) {
    return Damaged("is cut short: it ends within " + what);
  }
  auto read = source_->Read(offset_, out);
  if (read.ok()) offset_ += out.size();
  return read;
}

Result<void> FrameReader::TakeLink(const std::string& what,
                                   std::initializer_list<Bytes> parts) {
  Digest stored;
  if (auto read = Take(what, stored); !read.ok()) return read;
  Result<Digest> link = sha_.Of(parts);
  if (!link.ok()) return std::move(link).error();
  if (*link != stored) return Damaged("was damaged or changed in " + what);
  chain_ = stored;
  return {};
}

Result<std::unique_ptr<FrameReader>> FrameReader::Open(ByteSource* source) {
  Result<Sha256> sha = Sha256::Make();
  if (!sha.ok()) return std::move(sha).error();
  std::unique_ptr<FrameReader> reader(
      new FrameReader(source, std::move(sha).value()));
  if (auto read = reader->ReadHeader(); !read.ok()) return read.error();
  return reader;
}

Result<void> FrameReader::ReadHeader() {
  header_bytes_.resize(
      std::min<uint64_t>(kContainerPrologueBytes, source_->size()));
  if (auto read = Take("its beginning", header_bytes_); !read.ok()) return read;
  Result<uint32_t> length = DecodeContainerPrologue(header_bytes_);
  if (!length.ok()) return std::move(length).error();
  header_bytes_.resize(kContainerPrologueBytes + *length);
  const auto json =
      std::span<uint8_t>(header_bytes_).subspan(kContainerPrologueBytes);
  if (auto read = Take("its header", json); !read.ok()) return read;

  // Whether it was damaged comes first: only then does it mean anything.
  if (auto link = TakeLink("its header", {header_bytes_}); !link.ok()) {
    return link;
  }
  Result<ContainerHeader> header = ContainerHeader::Parse(json);
  if (!header.ok()) return std::move(header).error();
  header_ = *header;
  order_.emplace(header_);
  if (!header_.encryption) return {};
  if (auto read = Take("its key", wrapped_key_); !read.ok()) return read;
  return TakeLink("its key", {chain_, wrapped_key_});
}

Result<FrameReader::Frame> FrameReader::Next() {
  if (ended()) {
    return Error{ErrorCode::kState, "The container has no more frames.", "",
                 ""};
  }
  frame_.resize(kFrameHeadBytes);
  if (auto read = Take("a frame", frame_); !read.ok()) return read.error();
  Result<ContainerFrame> head =
      ContainerFrame::Decode(std::span<const uint8_t, kFrameHeadBytes>(
          frame_.data(), kFrameHeadBytes));
  if (!head.ok()) return std::move(head).error();
  // Bounds what is allocated next by the header's group size.
  if (auto taken = order_->Take(*head); !taken.ok()) return taken.error();
  frame_.resize(kFrameHeadBytes + head->stored_bytes);
  const auto payload = std::span<uint8_t>(frame_).subspan(kFrameHeadBytes);
  if (auto read = Take("a frame", payload); !read.ok()) return read.error();
  const std::string name = "frame " + std::to_string(head->sequence);
  if (auto link = TakeLink(name, {chain_, frame_}); !link.ok()) {
    return link.error();
  }
  if (ended() && offset_ != source_->size()) {
    return Damaged("goes on behind its end");
  }
  return Frame{*head, Bytes(frame_).first(kFrameHeadBytes), payload};
}

}  // namespace ferrite
