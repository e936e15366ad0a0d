// Secret: 32 bytes of key, wiped when they go.
//
// Movable in effect: a copy is a second secret, wiped by itself. Not for
// sharing between threads while one of them assigns.
#ifndef FERRITE_NATIVE_CONTAINER_SECRET_H_
#define FERRITE_NATIVE_CONTAINER_SECRET_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace ferrite {

// Overwrites memory in a way that the compiler does not take out.
void Wipe(void* memory, size_t size);

class Secret {
 public:
  static constexpr size_t kBytes = 32;

  Secret() = default;
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { Wipe(bytes_.data(), bytes_.size()); }

  uint8_t* data() { return bytes_.data(); }
  const uint8_t* data() const { return bytes_.data(); }

 private:
  std::array<uint8_t, kBytes> bytes_{};
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CONTAINER_SECRET_H_
