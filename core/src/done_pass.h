// DonePass: a migration that reached its end before. Its tables are not looked
// at: they may have gone on since.
#ifndef FERRITE_CORE_SRC_DONE_PASS_H_
#define FERRITE_CORE_SRC_DONE_PASS_H_

#include <string>
#include <utility>

#include "ferrite/pass.h"
#include "migration_row.h"
#include "report.h"

namespace ferrite::internal {

class DonePass final : public Pass {
 public:
  explicit DonePass(MigrationRow row) : row_(std::move(row)) {
    for (const Report::Source& source : Report::FromJson(row_.report).sources) {
      progress_.current += source.records + source.excluded;
      progress_.bytes += source.bytes;
      progress_.failed += source.failed;
    }
    progress_.stage = kDone;
    progress_.total = progress_.current;
  }

  Step step() const override { return {}; }
  Result<void> Apply(Bytes, bool, int64_t) override { return IsDone(); }
  Result<void> Work(int64_t) override { return IsDone(); }
  Progress progress() const override { return progress_; }
  std::string ReportJson() const override { return row_.report; }

 private:
  static Error IsDone() {
    return {ErrorCode::kState, "The migration has reached its end.",
            "Do what step() says.", ""};
  }

  const MigrationRow row_;
  Progress progress_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_DONE_PASS_H_
