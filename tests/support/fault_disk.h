// FaultDisk: files in memory that know what of them was synced.
//
// Of each file there are two states: what the process sees, and what was
// synced. A power cut gives back the second one, as a disk may that kept its
// writes in a cache; Unsynced says what becomes of the writes in between. A
// file that was never synced is gone, or with luck is there; a deletion holds
// when the directory was synced with it, as SQLite then asks for.
//
// A value: a copy is another disk that holds the same.
#ifndef FERRITE_TESTS_SUPPORT_FAULT_DISK_H_
#define FERRITE_TESTS_SUPPORT_FAULT_DISK_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ferrite/bytes.h"

namespace ferrite::testing {

// What a power cut leaves of writes that were not synced.
enum class Unsynced {
  kDropped,  // none of them
  kKept,     // all: the process died, the machine did not
  kSome,     // some, as disks reorder them
  // Some of their sectors; behind the synced end of a file the others hold
  // anything: a disk may have made the file longer first.
  kTorn,
};

// One thing that is done to a file.
struct DiskChange {
  enum class Kind { kCreate, kWrite, kTruncate, kSync, kDelete };
  Kind kind = Kind::kCreate;
  int64_t offset = 0;      // of a write; the size of a truncation
  ByteBuffer bytes;        // of a write
  bool is_synced = false;  // a deletion, with its directory
};

class FaultFile {
 public:
  static constexpr size_t kSector = 512;

  int64_t size() const { return static_cast<int64_t>(seen_.size()); }
  // The bytes there are; the rest of `out` is zeroed.
  size_t Read(int64_t offset, uint8_t* out, size_t size) const;
  void Apply(const DiskChange& change);
  void PowerCut(Unsynced unsynced, const std::function<uint32_t()>& random);

  bool is_there() const { return is_there_; }

 private:
  void Delete(bool is_synced);
  void Sync();

  ByteBuffer seen_;
  ByteBuffer synced_;
  std::vector<DiskChange> unsynced_;  // writes and truncations, in their order
  // The file of this name that was deleted and comes back, whole and instead of
  // the one that is there now, if the power goes.
  std::optional<ByteBuffer> deleted_;
  bool is_there_ = false;
  bool is_synced_ = false;
};

class FaultDisk {
 public:
  // Stays where it is until the disk goes or is replaced.
  FaultFile* Find(const std::string& name);
  void Apply(const std::string& name, const DiskChange& change);
  void PowerCut(Unsynced unsynced, uint32_t seed);

 private:
  std::map<std::string, FaultFile> files_;
};

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_FAULT_DISK_H_
