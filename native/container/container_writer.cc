#include "native/container/container_writer.h"

#include <utility>

#include "native/container/frame_nonce.h"

namespace ferrite {
namespace {

Error OutOfTurn(const char* why) { return {ErrorCode::kState, why, "", ""}; }

}  // namespace

Result<std::unique_ptr<ContainerWriter>> ContainerWriter::Begin(
    ContainerHeader header, const ContainerKey* key, ByteSink* sink) {
  if (auto checked = header.Check(); !checked.ok()) return checked.error();
  header.encryption.reset();
  if (key != nullptr) {
    Result<ContainerEncryption> encryption = key->Describe();
    if (!encryption.ok()) return std::move(encryption).error();
    header.encryption = *encryption;
  }
  Result<Sha256> sha = Sha256::Make();
  if (!sha.ok()) return std::move(sha).error();
  Result<std::unique_ptr<Deflater>> deflater = Deflater::Make();
  if (!deflater.ok()) return std::move(deflater).error();
  std::unique_ptr<ContainerWriter> writer(
      new ContainerWriter(std::move(header), sink, std::move(sha).value()));
  writer->deflater_ = std::move(deflater).value();
  if (auto written = writer->WriteHeader(key); !written.ok()) {
    return written.error();
  }
  return writer;
}

Result<void> ContainerWriter::WriteLink(std::initializer_list<Bytes> parts) {
  Result<Digest> link = sha_.Of(parts);
  if (!link.ok()) return std::move(link).error();
  chain_ = *link;
  return sink_->Write(chain_);
}

Result<void> ContainerWriter::WriteHeader(const ContainerKey* key) {
  const std::string json = header_.ToJson();
  const auto prologue =
      EncodeContainerPrologue(static_cast<uint32_t>(json.size()));
  ByteBuffer header(prologue.begin(), prologue.end());
  header.insert(header.end(), json.begin(), json.end());
  if (auto written = sink_->Write(header); !written.ok()) return written;
  if (auto linked = WriteLink({header}); !linked.ok()) return linked;
  if (key == nullptr) return {};

  Secret file_key;
  auto filled = FillRandom({file_key.data(), Secret::kBytes});
  if (!filled.ok()) return filled;
  Result<AesGcm> cipher = AesGcm::Make(file_key);
  if (!cipher.ok()) return std::move(cipher).error();
  cipher_.emplace(std::move(cipher).value());
  Result<WrappedKey> wrapped = key->Wrap(*header_.encryption, header, file_key);
  if (!wrapped.ok()) return std::move(wrapped).error();
  if (auto written = sink_->Write(*wrapped); !written.ok()) return written;
  return WriteLink({chain_, *wrapped});
}

Result<void> ContainerWriter::WriteFrame(ContainerFrame frame, Bytes plain) {
  frame.sequence = sequence_;
  frame.plain_bytes = static_cast<uint32_t>(plain.size());
  Bytes stored = plain;
  if (header_.compressed && !frame.final) {
    compressed_.resize(plain.size() - 1);  // or it is not worth it
    if (const auto size = deflater_->Run(plain, compressed_)) {
      frame.compressed = true;
      stored = Bytes(compressed_).first(*size);
    }
  }
  const size_t tag = cipher_ ? AesGcm::kTagBytes : 0;
  frame.stored_bytes = static_cast<uint32_t>(stored.size() + tag);
  const auto head = frame.Encode();
  if (cipher_) {
    sealed_.resize(stored.size() + tag);
    auto sealed = cipher_->Seal(FrameNonce(sequence_), head, stored, sealed_);
    if (!sealed.ok()) return sealed;
    stored = sealed_;
  }
  for (Bytes part : {Bytes(head), stored}) {
    if (auto written = sink_->Write(part); !written.ok()) return written;
  }
  ++sequence_;
  return WriteLink({chain_, head, stored});
}

Result<Digest> ContainerWriter::Add(Bytes plain) {
  if (next_group_ >= header_.group_count() ||
      plain.size() != header_.group_length(next_group_)) {
    return OutOfTurn("There is no such group in the container.");
  }
  Result<Digest> hash = sha_.Of({plain});
  if (!hash.ok()) return std::move(hash).error();
  if (auto added = written_.Add(*hash); !added.ok()) return added.error();
  ContainerFrame frame;
  frame.group = next_group_++;
  if (auto written = WriteFrame(frame, plain); !written.ok()) {
    return written.error();
  }
  return hash;
}

Result<void> ContainerWriter::Skip(const Digest& group) {
  if (!header_.base || next_group_ >= header_.group_count()) {
    return OutOfTurn("There is no such group in the container's base.");
  }
  ++next_group_;
  return written_.Add(group);
}

Result<Digest> ContainerWriter::Finish() {
  if (next_group_ != header_.group_count()) {
    return OutOfTurn("The container has not all of its groups yet.");
  }
  ContainerFrame frame;
  frame.final = true;
  frame.group = next_group_;
  const Digest plain_hash = written_.value();
  if (auto written = WriteFrame(frame, plain_hash); !written.ok()) {
    return written.error();
  }
  return chain_;
}

}  // namespace ferrite
