#include "native/container/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

namespace ferrite {
namespace {

Error Refused(const char* what) {
  return {ErrorCode::kInternal, std::string("OpenSSL refuses ") + what + ".",
          "", ""};
}

int Size(Bytes bytes) { return static_cast<int>(bytes.size()); }

}  // namespace

void Wipe(void* memory, size_t size) { OPENSSL_cleanse(memory, size); }

void Sha256::Free::operator()(EVP_MD_CTX* context) const {
  EVP_MD_CTX_free(context);
}

Result<Sha256> Sha256::Make() {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  if (context == nullptr) return Error{ErrorCode::kOutOfMemory, "", "", ""};
  return Sha256(context);
}

Result<Digest> Sha256::Of(std::initializer_list<Bytes> parts) {
  Digest digest;
  bool done = EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1;
  for (Bytes part : parts) {
    done =
        done && EVP_DigestUpdate(context_.get(), part.data(), part.size()) == 1;
  }
  done =
      done && EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1;
  if (!done) return Refused("SHA-256");
  return digest;
}

void AesGcm::Free::operator()(EVP_CIPHER_CTX* context) const {
  EVP_CIPHER_CTX_free(context);
}

Result<AesGcm> AesGcm::Make(const Secret& key) {
  AesGcm made(EVP_CIPHER_CTX_new());
  if (made.context_ == nullptr) {
    return Error{ErrorCode::kOutOfMemory, "", "", ""};
  }
  if (EVP_CipherInit_ex(made.context_.get(), EVP_aes_256_gcm(), nullptr,
                        key.data(), nullptr, 1) != 1) {
    return Refused("AES-256-GCM");
  }
  return made;
}

bool AesGcm::Begin(bool seal, const Nonce& nonce, Bytes aad) {
  int ignored = 0;
  return EVP_CipherInit_ex(context_.get(), nullptr, nullptr, nullptr,
                           nonce.data(), seal ? 1 : 0) == 1 &&
         EVP_CipherUpdate(context_.get(), nullptr, &ignored, aad.data(),
                          Size(aad)) == 1;
}

Result<void> AesGcm::Seal(const Nonce& nonce, Bytes aad, Bytes plain,
                          std::span<uint8_t> out) {
  int written = 0;
  int rest = 0;
  const bool done =
      Begin(true, nonce, aad) &&
      EVP_CipherUpdate(context_.get(), out.data(), &written, plain.data(),
                       Size(plain)) == 1 &&
      EVP_CipherFinal_ex(context_.get(), out.data() + written, &rest) == 1 &&
      EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes,
                          out.data() + plain.size()) == 1;
  if (!done) return Refused("to encrypt");
  return {};
}

Result<bool> AesGcm::Open(const Nonce& nonce, Bytes aad, Bytes sealed,
                          std::span<uint8_t> plain) {
  const Bytes cipher = sealed.first(plain.size());
  std::array<uint8_t, kTagBytes> tag;
  std::memcpy(tag.data(), sealed.data() + plain.size(), kTagBytes);
  int written = 0;
  int rest = 0;
  const bool ready = Begin(false, nonce, aad) &&
                     EVP_CipherUpdate(context_.get(), plain.data(), &written,
                                      cipher.data(), Size(cipher)) == 1 &&
                     EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG,
                                         kTagBytes, tag.data()) == 1;
  if (!ready) return Refused("to decrypt");
  return EVP_CipherFinal_ex(context_.get(), plain.data() + written, &rest) == 1;
}

Result<Secret> Pbkdf2(std::string_view passphrase, Bytes salt,
                      uint32_t iterations) {
  Secret key;
  if (PKCS5_PBKDF2_HMAC(passphrase.data(), static_cast<int>(passphrase.size()),
                        salt.data(), Size(salt), static_cast<int>(iterations),
                        EVP_sha256(), Secret::kBytes, key.data()) != 1) {
    return Refused("PBKDF2");
  }
  return key;
}

Result<void> FillRandom(std::span<uint8_t> out) {
  if (RAND_bytes(out.data(), static_cast<int>(out.size())) == 1) return {};
  return Error{ErrorCode::kInternal,
               "The system gives no random bytes for a key.", "", ""};
}

}  // namespace ferrite
