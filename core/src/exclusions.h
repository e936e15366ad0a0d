// Exclusions: tells which records a plan leaves where they are.
#ifndef FERRITE_CORE_SRC_EXCLUSIONS_H_
#define FERRITE_CORE_SRC_EXCLUSIONS_H_

#include "ferrite/mapper.h"
#include "ferrite/plan.h"

namespace ferrite::internal {

// They select records as a table does, so a Mapper of a table with their
// selections tells.
class Exclusions {
 public:
  explicit Exclusions(const Plan& plan);
  Exclusions(const Exclusions&) = delete;  // mapper_ views plan_
  Exclusions& operator=(const Exclusions&) = delete;

  bool Holds(size_t source, Bytes key) const {
    return !is_empty_ && mapper_.Takes(source, key);
  }

 private:
  static Plan TableOf(const Plan& plan);

  const bool is_empty_;
  const Plan plan_;
  const Mapper mapper_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_EXCLUSIONS_H_
