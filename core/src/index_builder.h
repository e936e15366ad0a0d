// IndexBuilder: the stage that makes the plan's indexes, when all rows are
// there, and lets SQLite look at them.
#ifndef FERRITE_CORE_SRC_INDEX_BUILDER_H_
#define FERRITE_CORE_SRC_INDEX_BUILDER_H_

#include <string>
#include <vector>

#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite::internal {

class IndexBuilder {
 public:
  IndexBuilder(Store* store, const Plan& plan);

  // One index, or a look at one table; true when nothing is left to do. What
  // the store has already is passed over. After an error the call may be
  // repeated.
  Result<bool> Work();

 private:
  struct Build {
    std::string name;
    std::string sql;
  };

  Result<bool> Exists(const Build& build);

  Store* store_;
  std::vector<Build> builds_;
  std::vector<std::string> tables_;
  size_t next_ = 0;
};

// kTableExists when the name of one of the plan's indexes is taken, but not by
// that index of this plan.
Result<void> CheckIndexNames(Store* store, const Plan& plan);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_INDEX_BUILDER_H_
