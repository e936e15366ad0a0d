// The cryptography of containers, by OpenSSL: SHA-256, AES-256-GCM,
// PBKDF2-HMAC-SHA-256 and random bytes.
//
// Errors are kOutOfMemory or kInternal (OpenSSL refuses), unless a function
// says otherwise. An object is for one thread at a time.
#ifndef FERRITE_NATIVE_CONTAINER_CRYPTO_H_
#define FERRITE_NATIVE_CONTAINER_CRYPTO_H_

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

#include "ferrite/bytes.h"
#include "ferrite/container.h"
#include "ferrite/error.h"
#include "native/container/secret.h"

struct evp_cipher_ctx_st;
struct evp_md_ctx_st;

namespace ferrite {

class Sha256 {
 public:
  static Result<Sha256> Make();
  Sha256(Sha256&&) noexcept = default;

  // Of the parts, one behind the other.
  Result<Digest> Of(std::initializer_list<Bytes> parts);

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  explicit Sha256(evp_md_ctx_st* context) : context_(context) {}
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

class AesGcm {
 public:
  using Nonce = std::array<uint8_t, 12>;
  static constexpr size_t kTagBytes = 16;

  static Result<AesGcm> Make(const Secret& key);
  AesGcm(AesGcm&&) noexcept = default;

  // Ciphertext, then tag: `out` is kTagBytes longer than `plain`.
  Result<void> Seal(const Nonce& nonce, Bytes aad, Bytes plain,
                    std::span<uint8_t> out);
  // False when the tag is not that of nonce, aad and ciphertext; `plain` then
  // holds nothing of use. `sealed` is kTagBytes longer than `plain`.
  Result<bool> Open(const Nonce& nonce, Bytes aad, Bytes sealed,
                    std::span<uint8_t> plain);

 private:
  struct Free {
    void operator()(evp_cipher_ctx_st* context) const;
  };
  explicit AesGcm(evp_cipher_ctx_st* context) : context_(context) {}
  bool Begin(bool seal, const Nonce& nonce, Bytes aad);

  std::unique_ptr<evp_cipher_ctx_st, Free> context_;  // keyed
};

Result<Secret> Pbkdf2(std::string_view passphrase, Bytes salt,
                      uint32_t iterations);

Result<void> FillRandom(std::span<uint8_t> out);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CONTAINER_CRYPTO_H_
