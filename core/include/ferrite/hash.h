// Content hashes: what Ferrite compares instead of bytes.
//
// A record's hash is XXH3-128 over its canonical form (core/doc/
// record-encoding.md, "Canonical form"): equal values have equal hashes
// whatever the order of an object's properties. A row's hash is XXH3-128 over
// its values in column order. A table's hash is the sum of its rows' hashes
// modulo 2^128, so it does not depend on the order of the rows, is kept up
// while rows come and go, and is compared range by range.
//
// The hash finds accidents, not forgers: it is not cryptographic.
// Values; safe to copy and move between threads.
#ifndef FERRITE_HASH_H_
#define FERRITE_HASH_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ferrite/bytes.h"
#include "ferrite/encoding.h"

namespace ferrite {

struct Hash128 {
  uint64_t high = 0;
  uint64_t low = 0;

  bool operator==(const Hash128&) const = default;
  Hash128& operator+=(const Hash128& other);  // modulo 2^128
  Hash128& operator-=(const Hash128& other);
  std::string ToHex() const;  // 32 lower-case digits, high first
  static std::optional<Hash128> FromHex(std::string_view hex);
};

// Gives values their canonical form. An item that has it already (most have:
// an app writes its records' properties in one order) is checked in one pass
// and not copied. Keeps its memory between calls.
class Canonicalizer {
 public:
  Canonicalizer();
  ~Canonicalizer();
  Canonicalizer(Canonicalizer&&) noexcept;
  Canonicalizer& operator=(Canonicalizer&&) noexcept;

  // The canonical bytes of one encoded item: a view of `item` or of the
  // Canonicalizer, valid until the next call. kRecordMalformed when `item` is
  // not exactly one item, names a property twice, or refers to nothing.
  Result<Bytes> Canonical(Bytes item);
  // Their hash.
  Result<Hash128> Hash(Bytes item);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Hash128 HashBytes(Bytes bytes);

}  // namespace ferrite

#endif  // FERRITE_HASH_H_
