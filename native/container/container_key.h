// ContainerKey: what the user holds, and the file key that it wraps.
//
// Every container has a random file key of its own. It stands in the file
// wrapped, by AES-256-GCM, with a key that is derived from a passphrase
// (PBKDF2-HMAC-SHA-256) or given as 32 bytes. The wrap is bound to the header.
// Values; safe to move between threads.
#ifndef FERRITE_NATIVE_CONTAINER_CONTAINER_KEY_H_
#define FERRITE_NATIVE_CONTAINER_CONTAINER_KEY_H_

#include <array>
#include <string>
#include <string_view>
#include <variant>

#include "ferrite/bytes.h"
#include "ferrite/container.h"
#include "ferrite/error.h"
#include "native/container/secret.h"

namespace ferrite {

// Nonce, the file key's ciphertext, tag.
inline constexpr size_t kWrappedKeyBytes = 12 + Secret::kBytes + 16;
using WrappedKey = std::array<uint8_t, kWrappedKeyBytes>;

class ContainerKey {
 public:
  // The passphrase's UTF-8 bytes as they are, not normalised.
  // kInvalidArgument when it is empty.
  static Result<ContainerKey> FromPassphrase(std::string passphrase);
  // kInvalidArgument unless there are 32.
  static Result<ContainerKey> FromBytes(Bytes raw);

  ContainerKey(const ContainerKey&) = delete;
  ContainerKey(ContainerKey&&) noexcept = default;
  ~ContainerKey();

  // What the header says about this key; a new salt each time.
  Result<ContainerEncryption> Describe() const;
  // `header` is the file's bytes before the wrap.
  Result<WrappedKey> Wrap(const ContainerEncryption& encryption, Bytes header,
                          const Secret& file_key) const;
  // kKeyWrong when the key is another one, or somebody changed the header.
  // Takes as long as the iteration count says.
  Result<Secret> Unwrap(const ContainerEncryption& encryption, Bytes header,
                        const WrappedKey& wrapped) const;

 private:
  explicit ContainerKey(std::variant<std::string, Secret> held)
      : held_(std::move(held)) {}
  ContainerEncryption::KeySource source() const;
  Result<Secret> WrappingKey(const ContainerEncryption& encryption) const;

  std::variant<std::string, Secret> held_;
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CONTAINER_CONTAINER_KEY_H_
