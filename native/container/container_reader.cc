#include "native/container/container_reader.h"

#include <algorithm>
#include <utility>

#include "native/container/frame_nonce.h"

namespace ferrite {
namespace {

Error Damaged(uint32_t sequence, const char* why) {
  return {
      ErrorCode::kContainerDamaged,
      "Frame " + std::to_string(sequence) + " of the container " + why + ".",
      "Get the file again.", ""};
}

}  // namespace

Result<std::unique_ptr<ContainerReader>> ContainerReader::Open(
    ByteSource* source, const ContainerKey* key) {
  Result<std::unique_ptr<FrameReader>> frames = FrameReader::Open(source);
  if (!frames.ok()) return std::move(frames).error();
  Result<Sha256> sha = Sha256::Make();
  if (!sha.ok()) return std::move(sha).error();
  std::unique_ptr<ContainerReader> reader(
      new ContainerReader(std::move(frames).value(), std::move(sha).value()));
  if (auto unlocked = reader->Unlock(key); !unlocked.ok()) {
    return unlocked.error();
  }
  Result<std::unique_ptr<Inflater>> inflater = Inflater::Make();
  if (!inflater.ok()) return std::move(inflater).error();
  reader->inflater_ = std::move(inflater).value();
  return reader;
}

Result<void> ContainerReader::Unlock(const ContainerKey* key) {
  const auto& encryption = header().encryption;
  if (!encryption && key == nullptr) return {};
  if (!encryption) {
    return Error{ErrorCode::kNotEncrypted,
                 "A key is given, but the container is not encrypted.",
                 "Leave the key out if that is what you expect.", ""};
  }
  if (key == nullptr) {
    const bool raw = encryption->key == ContainerEncryption::KeySource::kRaw;
    return Error{ErrorCode::kKeyMissing,
                 raw ? "The container is encrypted with a raw key."
                     : "The container is encrypted with a passphrase.",
                 "Give the key.", ""};
  }
  Result<Secret> file_key =
      key->Unwrap(*encryption, frames_->header_bytes(), frames_->wrapped_key());
  if (!file_key.ok()) return std::move(file_key).error();
  Result<AesGcm> cipher = AesGcm::Make(*file_key);
  if (!cipher.ok()) return std::move(cipher).error();
  cipher_.emplace(std::move(cipher).value());
  return {};
}

Result<Bytes> ContainerReader::Plain(const FrameReader::Frame& frame) {
  Bytes stored = frame.payload;
  if (cipher_) {
    opened_.resize(stored.size() - AesGcm::kTagBytes);
    Result<bool> authentic = cipher_->Open(FrameNonce(frame.head.sequence),
                                           frame.head_bytes, stored, opened_);
    if (!authentic.ok()) return std::move(authentic).error();
    if (!*authentic) {
      return Damaged(frame.head.sequence,
                     "is not the one that was encrypted: somebody changed it");
    }
    stored = opened_;
  }
  if (!frame.head.compressed) return stored;
  plain_.resize(frame.head.plain_bytes);
  if (!inflater_->Run(stored, plain_)) {
    return Damaged(frame.head.sequence, "cannot be decompressed");
  }
  return Bytes(plain_);
}

Result<void> ContainerReader::Finish(Bytes payload) {
  std::copy(payload.begin(), payload.end(), plain_hash_.begin());
  if (header().base || read_.value() == plain_hash_) return {};
  return Error{ErrorCode::kContainerDamaged,
               "The container's content is not what its end says.",
               "Get the file again.", ""};
}

Result<std::optional<ContainerReader::Group>> ContainerReader::Next() {
  if (frames_->ended()) return std::optional<Group>();
  Result<FrameReader::Frame> frame = frames_->Next();
  if (!frame.ok()) return std::move(frame).error();
  Result<Bytes> plain = Plain(*frame);
  if (!plain.ok()) return std::move(plain).error();
  if (frame->head.final) {
    if (auto finished = Finish(*plain); !finished.ok()) {
      return finished.error();
    }
    return std::optional<Group>();
  }
  if (!header().base) {
    Result<Digest> hash = sha_.Of({*plain});
    if (!hash.ok()) return std::move(hash).error();
    if (auto added = read_.Add(*hash); !added.ok()) return added.error();
  }
  return std::optional<Group>(Group{frame->head.group, *plain});
}

}  // namespace ferrite
