#include "native/container/container_key.h"

#include <algorithm>
#include <utility>

#include "native/container/crypto.h"

namespace ferrite {
namespace {

using KeySource = ContainerEncryption::KeySource;

Error WrongKey(std::string message) {
  return {ErrorCode::kKeyWrong, std::move(message),
          "Give the key that the file was encrypted with.", ""};
}

AesGcm::Nonce NonceOf(const WrappedKey& wrapped) {
  AesGcm::Nonce nonce;
  std::copy_n(wrapped.begin(), nonce.size(), nonce.begin());
  return nonce;
}

}  // namespace

Result<ContainerKey> ContainerKey::FromPassphrase(std::string passphrase) {
  if (passphrase.empty()) {
    return Error{ErrorCode::kInvalidArgument, "The passphrase is empty.", "",
                 ""};
  }
  return ContainerKey(std::move(passphrase));
}

Result<ContainerKey> ContainerKey::FromBytes(Bytes raw) {
  if (raw.size() != Secret::kBytes) {
    return Error{ErrorCode::kInvalidArgument,
                 "A raw key has 32 bytes, this one has " +
                     std::to_string(raw.size()) + ".",
                 "", ""};
  }
  Secret key;
  std::copy(raw.begin(), raw.end(), key.data());
  return ContainerKey(key);
}

ContainerKey::~ContainerKey() {
  if (auto* text = std::get_if<std::string>(&held_)) {
    // A moved-from short string still has its bytes inside.
    text->resize(text->capacity());
    Wipe(text->data(), text->size());
  }
}

KeySource ContainerKey::source() const {
  return std::holds_alternative<Secret>(held_) ? KeySource::kRaw
                                               : KeySource::kPassphrase;
}

Result<ContainerEncryption> ContainerKey::Describe() const {
  ContainerEncryption encryption;
  encryption.key = source();
  if (encryption.key == KeySource::kPassphrase) {
    auto filled = FillRandom(encryption.salt);
    if (!filled.ok()) return filled.error();
  }
  return encryption;
}

Result<Secret> ContainerKey::WrappingKey(
    const ContainerEncryption& encryption) const {
  if (encryption.key != source()) {
    return WrongKey(encryption.key == KeySource::kRaw
                        ? "The container is encrypted with a raw key, and a "
                          "passphrase is given."
                        : "The container is encrypted with a passphrase, and "
                          "a raw key is given.");
  }
  if (const auto* raw = std::get_if<Secret>(&held_)) return *raw;
  return Pbkdf2(std::get<std::string>(held_), encryption.salt,
                encryption.iterations);
}

Result<WrappedKey> ContainerKey::Wrap(const ContainerEncryption& encryption,
                                      Bytes header,
                                      const Secret& file_key) const {
  Result<Secret> key = WrappingKey(encryption);
  if (!key.ok()) return std::move(key).error();
  Result<AesGcm> cipher = AesGcm::Make(*key);
  if (!cipher.ok()) return std::move(cipher).error();
  WrappedKey wrapped;
  const std::span<uint8_t> out(wrapped);
  if (auto filled = FillRandom(out.first(AesGcm::Nonce().size()));
      !filled.ok()) {
    return filled.error();
  }
  auto sealed =
      cipher->Seal(NonceOf(wrapped), header, {file_key.data(), Secret::kBytes},
                   out.subspan(AesGcm::Nonce().size()));
  if (!sealed.ok()) return sealed.error();
  return wrapped;
}

Result<Secret> ContainerKey::Unwrap(const ContainerEncryption& encryption,
                                    Bytes header,
                                    const WrappedKey& wrapped) const {
  Result<Secret> key = WrappingKey(encryption);
  if (!key.ok()) return std::move(key).error();
  Result<AesGcm> cipher = AesGcm::Make(*key);
  if (!cipher.ok()) return std::move(cipher).error();
  Secret file_key;
  Result<bool> opened = cipher->Open(
      NonceOf(wrapped), header, Bytes(wrapped).subspan(AesGcm::Nonce().size()),
      {file_key.data(), Secret::kBytes});
  if (!opened.ok()) return std::move(opened).error();
  if (!*opened) {
    return WrongKey("The key is another one, or the header was changed.");
  }
  return file_key;
}

}  // namespace ferrite
