// Survey: what the tables hold that may be there already, before the copy.
#ifndef FERRITE_CORE_SRC_SURVEY_H_
#define FERRITE_CORE_SRC_SURVEY_H_

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "table_scan.h"
#include "total.h"

namespace ferrite::internal {

// The rows found are where the migration's totals begin, and are saved as such
// when all tables were scanned. A pass that begins again before begins with the
// first table again.
class Survey {
 public:
  // Null when there is nothing to look at, or it was looked at before. `plan`
  // must outlive it. `since` is the migration that this one brings up to date:
  // what it left orphaned or undecided goes on being so.
  static Result<std::unique_ptr<Survey>> Open(Store* store, const Plan& plan,
                                              int64_t migration,
                                              std::optional<int64_t> since);

  // One slice; true when the totals are in the store.
  Result<bool> Work();

 private:
  Survey(Store* store, const Plan& plan, TotalTable totals,
         std::optional<TotalTable> before, std::vector<bool> wanted)
      : store_(store),
        plan_(plan),
        totals_(std::move(totals)),
        before_(std::move(before)),
        wanted_(wanted),
        scan_(store, plan, std::move(wanted)) {}

  Result<void> Save();

  Store* store_;
  const Plan& plan_;
  TotalTable totals_;
  std::optional<TotalTable> before_;
  const std::vector<bool> wanted_;
  TableScan scan_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_SURVEY_H_
