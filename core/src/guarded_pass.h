// GuardedPass: where a std::bad_alloc that comes out of a pass ends.
#ifndef FERRITE_CORE_SRC_GUARDED_PASS_H_
#define FERRITE_CORE_SRC_GUARDED_PASS_H_

#include <memory>
#include <new>
#include <utility>

#include "wrapped_pass.h"

namespace ferrite::internal {

class GuardedPass final : public WrappedPass {
 public:
  using WrappedPass::WrappedPass;

  Result<void> Apply(Bytes batch, bool last, int64_t now) override {
    try {
      return pass().Apply(batch, last, now);
    } catch (const std::bad_alloc&) {
      return OutOfMemory();
    }
  }

  Result<void> ApplyPrepared(const PreparedBatch& batch, bool last,
                             int64_t now) override {
    try {
      return pass().ApplyPrepared(batch, last, now);
    } catch (const std::bad_alloc&) {
      return OutOfMemory();
    }
  }

  std::unique_ptr<Preparer> MakePreparer() const override {
    try {
      return pass().MakePreparer();
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }

  Result<void> Work(int64_t now) override {
    try {
      return pass().Work(now);
    } catch (const std::bad_alloc&) {
      return OutOfMemory();
    }
  }
};

// What `begin` gives, guarded; `begin` is guarded as well.
template <typename Begin>
Result<std::unique_ptr<Pass>> Guarded(Begin begin) {
  try {
    Result<std::unique_ptr<Pass>> pass = begin();
    if (!pass.ok()) return pass;
    return std::unique_ptr<Pass>(
        std::make_unique<GuardedPass>(std::move(pass).value()));
  } catch (const std::bad_alloc&) {
    return OutOfMemory();
  }
}

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_GUARDED_PASS_H_
