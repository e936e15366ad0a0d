// The nonce of an encrypted frame: its sequence number. No two frames of a
// container share one, and no two containers share a file key.
#ifndef FERRITE_NATIVE_CONTAINER_FRAME_NONCE_H_
#define FERRITE_NATIVE_CONTAINER_FRAME_NONCE_H_

#include "native/container/crypto.h"

namespace ferrite {

inline AesGcm::Nonce FrameNonce(uint32_t sequence) {
  AesGcm::Nonce nonce{};
  for (size_t i = 0; i < 4; ++i) {
    nonce[8 + i] = static_cast<uint8_t>(sequence >> (24 - 8 * i));
  }
  return nonce;
}

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CONTAINER_FRAME_NONCE_H_
