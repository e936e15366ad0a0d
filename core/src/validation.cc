#include "ferrite/validation.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "guarded_pass.h"
#include "migration_row.h"
#include "wrapped_pass.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

class ValidationPass final : public internal::WrappedPass {
 public:
  using WrappedPass::WrappedPass;

  Step step() const override { return IsDone() ? Step{} : WrappedPass::step(); }

  Result<void> Work(int64_t now) override {
    if (IsDone()) {
      return Error{ErrorCode::kState, "Work is not what step() asks for.",
                   "Do what step() says.", ""};
    }
    Result<void> done = WrappedPass::Work(now);
    if (IsDone()) finished_at_ = now;
    return done;
  }

  Progress progress() const override {
    Progress progress = WrappedPass::progress();
    if (IsDone()) {
      progress.stage = internal::kDone;
      progress.total = progress.current;
    }
    return progress;
  }

  std::string ReportJson() const override {
    Json report = Json::parse(WrappedPass::ReportJson());
    report["kind"] = "validation";
    if (IsDone()) {
      report["stage"] = internal::kDone;
      report["finishedAt"] = finished_at_;
      report["status"] = report["totals"]["failed"] == 0
                             ? internal::kCompleted
                             : internal::kWithDifferences;
    }
    return report.dump(-1, ' ', false, Json::error_handler_t::replace);
  }

 private:
  // The stages behind the relations look at the tables, of which nothing stays.
  bool IsDone() const {
    const std::string_view stage = pass().progress().stage;
    return stage != internal::kCopy && stage != internal::kRelations;
  }

  int64_t finished_at_ = 0;
};

Result<std::unique_ptr<Pass>> Begin(Store* scratch, const Plan& plan,
                                    std::vector<SourceState> sources,
                                    const MigrationOptions& options) {
  Result<std::unique_ptr<Pass>> pass =
      BeginMigration(scratch, plan, std::move(sources), options);
  if (!pass.ok()) return pass;
  return std::unique_ptr<Pass>(
      std::make_unique<ValidationPass>(std::move(pass).value()));
}

}  // namespace

Result<std::unique_ptr<Pass>> BeginValidation(Store* scratch, const Plan& plan,
                                              std::vector<SourceState> sources,
                                              const MigrationOptions& options) {
  return internal::Guarded(
      [&] { return Begin(scratch, plan, std::move(sources), options); });
}

}  // namespace ferrite
