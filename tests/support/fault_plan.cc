#include "tests/support/fault_plan.h"

namespace ferrite::testing {

void FaultPlan::FailCall(uint64_t number, int result) {
  failing_call_ = calls_ + number;
  result_ = result;
}

void FaultPlan::FailChange(uint64_t number, int result) {
  failing_change_ = changes_ + number;
  result_ = result;
}

void FaultPlan::FailRead(uint64_t number, int result) {
  failing_read_ = reads_ + number;
  result_ = result;
}

void FaultPlan::StopAtChange(uint64_t number) {
  stopping_change_ = changes_ + number;
}

int FaultPlan::Change() {
  ++changes_;
  if (changes_ == stopping_change_) stopped_ = struck_ = true;
  return Next(changes_ == failing_change_);
}

int FaultPlan::Read() {
  ++reads_;
  return Next(reads_ == failing_read_);
}

int FaultPlan::Other() { return Next(false); }

int FaultPlan::Next(bool is_hit) {
  ++calls_;
  if (stopped_) return SQLITE_IOERR;
  if (!is_hit && calls_ != failing_call_) return SQLITE_OK;
  struck_ = true;
  return result_;
}

}  // namespace ferrite::testing
