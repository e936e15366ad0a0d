// FaultPlan: which of a VFS's calls fail, and how.
//
// Calls are counted from 1, those that change the disk (write, sync, truncate,
// delete) also by themselves, and so are reads. Numbers are counted from the
// moment a fault is set. One fault at a time.
#ifndef FERRITE_TESTS_SUPPORT_FAULT_PLAN_H_
#define FERRITE_TESTS_SUPPORT_FAULT_PLAN_H_

#include <sqlite3.h>

#include <cstdint>

namespace ferrite::testing {

class FaultPlan {
 public:
  // The call, change or read with this number gives `result` and does nothing;
  // the ones behind it work again.
  void FailCall(uint64_t number, int result);
  void FailChange(uint64_t number, int result);
  void FailRead(uint64_t number, int result);
  // The world stops at this change: it and every call behind it fails.
  void StopAtChange(uint64_t number);
  void Clear() { *this = FaultPlan(); }

  uint64_t calls() const { return calls_; }
  uint64_t changes() const { return changes_; }
  uint64_t reads() const { return reads_; }
  // Whether a fault came up.
  bool struck() const { return struck_; }

  // What the next call shall give instead of working, or SQLITE_OK.
  int Change();
  int Read();
  int Other();  // opening, looking, locking

 private:
  int Next(bool is_hit);

  uint64_t calls_ = 0;
  uint64_t changes_ = 0;
  uint64_t reads_ = 0;
  uint64_t failing_call_ = 0;
  uint64_t failing_change_ = 0;
  uint64_t failing_read_ = 0;
  uint64_t stopping_change_ = 0;
  int result_ = SQLITE_OK;
  bool stopped_ = false;
  bool struck_ = false;
};

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_FAULT_PLAN_H_
