// Container: the outer form of a file that Ferrite keeps or hands out.
//
// A container holds a file's bytes by groups of equal size, each compressed
// for itself, optionally encrypted, and always checkable without a key.
// core/doc/container.md is the format. This header is what both ends need to
// say and to check without any cryptography: the header at the file's
// beginning and the head of each frame. The native program's reader and writer
// are in native/container/, the browser's in web/src/container/.
//
// Values; safe to copy and move between threads.
#ifndef FERRITE_CONTAINER_H_
#define FERRITE_CONTAINER_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "ferrite/bytes.h"
#include "ferrite/error.h"

namespace ferrite {

// A SHA-256.
using Digest = std::array<uint8_t, 32>;

std::string DigestText(const Digest& digest);  // 64 lower-case digits

inline constexpr uint32_t kContainerVersion = 1;
inline constexpr size_t kContainerPrologueBytes = 16;
inline constexpr size_t kContainerHeaderLimit = 16 << 10;
inline constexpr size_t kContainerDescriptionLimit = 1024;  // UTF-8 bytes
inline constexpr uint32_t kContainerMinGroupBytes = 4 << 10;
inline constexpr uint32_t kContainerMaxGroupBytes = 4 << 20;

// What the key that wraps the file key comes from.
struct ContainerEncryption {
  // The writers' count, and the smallest that readers take; above the largest
  // a file could keep a reader busy for minutes.
  static constexpr uint32_t kIterations = 600'000;
  static constexpr uint32_t kMaxIterations = 10'000'000;

  enum class KeySource { kPassphrase, kRaw };
  KeySource key = KeySource::kRaw;
  uint32_t iterations = kIterations;  // of PBKDF2; kPassphrase only
  std::array<uint8_t, 16> salt{};     // likewise
};

struct ContainerHeader {
  enum class Content { kBundle, kStore };

  Content content = Content::kBundle;
  uint64_t plain_bytes = 0;          // size of the whole file that is held
  uint32_t group_bytes = 256 << 10;  // a power of two
  uint32_t page_bytes = 0;  // SQLite's page size; 0: no pages, or not known
  bool compressed = true;   // frames may be
  int64_t created_at = 0;   // milliseconds since the epoch
  std::string description;  // for people; readable without the key
  // Incremental: the id of the container whose content this one changes.
  std::optional<Digest> base;
  std::optional<ContainerEncryption> encryption;

  uint64_t group_count() const;
  // Of the group `index` < group_count(): group_bytes but for the last one.
  uint32_t group_length(uint64_t index) const;

  // kInvalidArgument when a member is out of its bounds.
  Result<void> Check() const;
  std::string ToJson() const;
  // kContainerForeign when `json` is not exactly a header within its bounds.
  static Result<ContainerHeader> Parse(Bytes json);
};

// The fixed beginning of every container.
std::array<uint8_t, kContainerPrologueBytes> EncodeContainerPrologue(
    uint32_t header_bytes);
// Whether the bytes are, or a cut container may be, a container of any version:
// by the first four.
bool BeginsContainer(Bytes bytes);
// The length of the header that follows. kContainerForeign when the bytes
// begin no container, or one of another version; kContainerDamaged when they
// were changed on their way as text is, or are fewer than a prologue.
Result<uint32_t> DecodeContainerPrologue(Bytes bytes);

}  // namespace ferrite

#endif  // FERRITE_CONTAINER_H_
