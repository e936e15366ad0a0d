#include "ferrite/bundle.h"

namespace ferrite {

Result<void> DrivePass(
    BundleReader* bundle, const std::vector<SourceState>& sources, Pass* pass,
    const std::function<int64_t()>& now,
    const std::function<bool(const Progress&)>& on_progress) {
  Writer batch;
  for (;;) {
    const Step step = pass->step();
    if (step.kind == StepKind::kDone) return {};
    Result<void> done;
    if (step.kind == StepKind::kRead) {
      batch.Clear();
      bool last = false;
      done = bundle->Read(sources[step.source].source, step, &batch, &last);
      if (done.ok()) {
        const int64_t begun = now();
        done = pass->Apply(batch.bytes(), last, begun);
        pass->Took(static_cast<double>(now() - begun));
      }
    } else {
      done = pass->Work(now());
    }
    if (!done.ok()) return done;
    if (!on_progress(pass->progress())) {
      return Error{ErrorCode::kCancelled, "The operation was cancelled.",
                   "What was committed stays; the next run goes on behind it.",
                   ""};
    }
  }
}

}  // namespace ferrite
