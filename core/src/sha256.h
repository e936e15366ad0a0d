// SHA-256 (FIPS 180-4): the chain over the audit entries.
#ifndef FERRITE_CORE_SRC_SHA256_H_
#define FERRITE_CORE_SRC_SHA256_H_

#include <array>
#include <cstdint>

#include "ferrite/bytes.h"

namespace ferrite::internal {

std::array<uint8_t, 32> Sha256(Bytes bytes);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_SHA256_H_
