// WrappedPass: a pass that is another one with something added.
#ifndef FERRITE_CORE_SRC_WRAPPED_PASS_H_
#define FERRITE_CORE_SRC_WRAPPED_PASS_H_

#include <memory>
#include <string>
#include <utility>

#include "ferrite/pass.h"

namespace ferrite::internal {

class WrappedPass : public Pass {
 public:
  explicit WrappedPass(std::unique_ptr<Pass> pass) : pass_(std::move(pass)) {}

  Step step() const override { return pass_->step(); }
  Result<void> Apply(Bytes batch, bool last, int64_t now) override {
    return pass_->Apply(batch, last, now);
  }
  void Took(double ms) override { pass_->Took(ms); }
  Result<void> Work(int64_t now) override { return pass_->Work(now); }
  Progress progress() const override { return pass_->progress(); }
  std::string ReportJson() const override { return pass_->ReportJson(); }

 protected:
  Pass& pass() const { return *pass_; }

 private:
  std::unique_ptr<Pass> pass_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_WRAPPED_PASS_H_
