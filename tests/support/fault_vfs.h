// FaultVfs: a SQLite VFS over a FaultDisk, whose calls fail by a FaultPlan.
//
// One at a time; the connections that use it must be closed before it goes, and
// before its disk is replaced or loses its power.
#ifndef FERRITE_TESTS_SUPPORT_FAULT_VFS_H_
#define FERRITE_TESTS_SUPPORT_FAULT_VFS_H_

#include <sqlite3.h>

#include <functional>
#include <string>

#include "tests/support/fault_disk.h"
#include "tests/support/fault_plan.h"

namespace ferrite::testing {

// Tests that fail every call one after another try every one of them natively,
// and these of them where that takes minutes: the code is the same.
#if defined(__EMSCRIPTEN__) || defined(FERRITE_SANITIZED)
inline constexpr uint64_t kFaultStride = 7;
#else
inline constexpr uint64_t kFaultStride = 1;
#endif

class FaultVfs {
 public:
  static constexpr char kName[] = "ferrite-fault";
  using Unsynced = testing::Unsynced;

  FaultVfs();
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  FaultPlan faults;
  FaultDisk disk;
  // Told of each change, when it has happened.
  std::function<void(const std::string& name, const DiskChange&)> on_change;

  // Faults are cleared.
  void PowerCut(Unsynced unsynced, uint32_t seed = 1);
  // Forgets all files and faults.
  void Format();

  // For the VFS's own functions.
  void Apply(const std::string& name, const DiskChange& change);
  sqlite3_vfs* host() const { return host_; }

 private:
  sqlite3_vfs* host_;  // for time, sleep and randomness
  sqlite3_vfs vfs_;
};

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_FAULT_VFS_H_
