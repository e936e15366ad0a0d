#include "ferrite/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>

#include "canonical.h"

namespace ferrite {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

std::optional<uint64_t> ParseHex(std::string_view digits) {
  uint64_t value = 0;
  for (char digit : digits) {
    const char* found = digit == 0 ? nullptr : std::strchr(kDigits, digit);
    if (found == nullptr) return std::nullopt;
    value = (value << 4) | static_cast<uint64_t>(found - kDigits);
  }
  return value;
}

}  // namespace

Hash128& Hash128::operator+=(const Hash128& other) {
  low += other.low;
  high += other.high + (low < other.low ? 1 : 0);
  return *this;
}

Hash128& Hash128::operator-=(const Hash128& other) {
  high -= other.high + (low < other.low ? 1 : 0);
  low -= other.low;
  return *this;
}

std::string Hash128::ToHex() const {
  std::string hex;
  hex.reserve(32);
  for (uint64_t half : {high, low}) {
    for (int shift = 60; shift >= 0; shift -= 4) {
      hex.push_back(kDigits[(half >> shift) & 0xF]);
    }
  }
  return hex;
}

std::optional<Hash128> Hash128::FromHex(std::string_view hex) {
  if (hex.size() != 32) return std::nullopt;
  const std::optional<uint64_t> high = ParseHex(hex.substr(0, 16));
  const std::optional<uint64_t> low = ParseHex(hex.substr(16));
  if (!high.has_value() || !low.has_value()) return std::nullopt;
  return Hash128{*high, *low};
}

struct Canonicalizer::State {
  internal::CanonicalForm form;
};

Canonicalizer::Canonicalizer() : state_(std::make_unique<State>()) {}
Canonicalizer::~Canonicalizer() = default;
Canonicalizer::Canonicalizer(Canonicalizer&&) noexcept = default;
Canonicalizer& Canonicalizer::operator=(Canonicalizer&&) noexcept = default;

Result<Bytes> Canonicalizer::Canonical(Bytes item) {
  return state_->form.Of(item);
}

Result<Hash128> Canonicalizer::Hash(Bytes item) {
  Result<Bytes> canonical = Canonical(item);
  if (!canonical.ok()) return std::move(canonical).error();
  return HashBytes(*canonical);
}

Hash128 HashBytes(Bytes bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

}  // namespace ferrite
