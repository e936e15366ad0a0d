// CarryOver: what happened to a store since a backup, taken into the backup's
// file before it becomes the store.
#ifndef FERRITE_CORE_SRC_CARRY_OVER_H_
#define FERRITE_CORE_SRC_CARRY_OVER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "ferrite/store.h"

namespace ferrite::internal {

struct CarriedOver {
  // Whether both are lives of one store; nothing is carried over else.
  bool is_same_store = false;
  int64_t history = 0;
  int64_t logs = 0;
  int64_t audit = 0;
  // Whether the live audit chain goes on where the restored one ends.
  bool audit_continues = false;
  // The newest migration that is taken back: its id and plan.
  std::optional<int64_t> migration;
  std::string plan;
  // Its status before, when that store is removed as a whole.
  std::string was;
};

// Rows that `restored` does not have; migrations and retries among them become
// "rolled_back". Inside a transaction of `restored`; `live` is only read.
Result<CarriedOver> CarryOver(Store* live, Store* restored);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_CARRY_OVER_H_
