// FaultVfs: a SQLite VFS whose disk lies in memory, fails on order and loses
// its power.
//
// The disk keeps two states of each file: what the process sees, and what was
// synced. A power cut gives back the second one, as a disk may that kept its
// writes in a cache; PowerCut says what becomes of the writes in between. A
// file that was never synced is gone; a deletion holds when the directory was
// synced with it, as SQLite then asks for.
//
// Calls that change the disk (write, sync, truncate, delete) are counted from
// 1; faults are set by that number. Reads are counted on their own.
//
// One at a time; the connections that use it must be closed before it goes.
#ifndef FERRITE_TESTS_SUPPORT_FAULT_VFS_H_
#define FERRITE_TESTS_SUPPORT_FAULT_VFS_H_

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ferrite/bytes.h"

namespace ferrite::testing {

// Tests that fail every call one after another try every one of them natively,
// and these of them where that takes minutes: the code is the same.
#if defined(__EMSCRIPTEN__) || defined(__SANITIZE_ADDRESS__)
inline constexpr uint64_t kFaultStride = 7;
#else
inline constexpr uint64_t kFaultStride = 1;
#endif

// The faults, apart from the files that they hit.
class FaultPlan {
 public:
  // The change with this number, counted from now on, gives `result` and does
  // nothing; the ones behind it work again.
  void FailChange(uint64_t number, int result);
  void FailRead(uint64_t number, int result);
  // The world stops at this change: it and every call behind it fails.
  void StopAtChange(uint64_t number);
  void Clear() { *this = FaultPlan(); }

  uint64_t changes() const { return changes_; }
  uint64_t reads() const { return reads_; }
  // Whether a fault came up.
  bool struck() const { return struck_; }

  // What the next call shall give instead of working, or SQLITE_OK.
  int Change();
  int Read();
  // For calls that are not counted.
  int Other() const { return stopped_ ? SQLITE_IOERR : SQLITE_OK; }

 private:
  uint64_t changes_ = 0;
  uint64_t reads_ = 0;
  uint64_t failing_change_ = 0;
  uint64_t failing_read_ = 0;
  uint64_t stopping_change_ = 0;
  int result_ = SQLITE_OK;
  bool stopped_ = false;
  bool struck_ = false;
};

// One file on the disk.
class FaultFile {
 public:
  int64_t size() const { return static_cast<int64_t>(seen_.size()); }
  // The bytes there are; the rest of `out` is zeroed.
  size_t Read(int64_t offset, uint8_t* out, size_t size) const;
  void Write(int64_t offset, Bytes bytes);
  void Truncate(int64_t size);
  void Sync();
  void Delete(bool is_synced);

  bool is_there() const { return is_there_; }
  bool survives() const { return is_synced_; }
  void Create() { is_there_ = true; }

  // Back to what was synced, with the unsynced changes of which `keep` says
  // so, in their order.
  template <typename Keep>
  void PowerCut(Keep keep) {
    seen_ = synced_;
    is_there_ = is_synced_;
    for (const Change& change : unsynced_) {
      if (keep()) Redo(change);
    }
    unsynced_.clear();
    synced_ = seen_;
  }

 private:
  struct Change {
    int64_t offset = 0;
    bool is_truncate = false;
    ByteBuffer bytes;
  };
  void Redo(const Change& change);

  ByteBuffer seen_;
  ByteBuffer synced_;
  std::vector<Change> unsynced_;
  bool is_there_ = false;
  bool is_synced_ = false;
};

class FaultVfs {
 public:
  static constexpr char kName[] = "ferrite-fault";

  // What a power cut leaves of writes that were not synced: none of them, all
  // (the process died, the machine did not), or some, as disks reorder them.
  enum class Unsynced { kDropped, kKept, kSome };

  FaultVfs();
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  FaultPlan faults;

  // To be called when no connection is open. Faults are cleared.
  void PowerCut(Unsynced unsynced, uint32_t seed = 1);
  // Forgets all files and faults.
  void Format();

  // For the VFS's own functions.
  std::shared_ptr<FaultFile> Find(const std::string& name) const;
  std::shared_ptr<FaultFile> FindOrAdd(const std::string& name);
  sqlite3_vfs* host() const { return host_; }

 private:
  std::map<std::string, std::shared_ptr<FaultFile>> files_;
  sqlite3_vfs* host_;  // for time, sleep and randomness
  sqlite3_vfs vfs_;
};

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_FAULT_VFS_H_
