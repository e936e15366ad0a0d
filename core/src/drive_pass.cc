#include "ferrite/bundle.h"

namespace ferrite {
namespace {

// A record at fault was kept for itself, and the pass goes on behind it.
bool HasMoved(const Pass& pass, size_t source, const ByteBuffer& after) {
  const Step step = pass.step();
  return step.kind == StepKind::kRead && step.source == source &&
         ByteBuffer(step.after.begin(), step.after.end()) != after;
}

}  // namespace

Result<void> DrivePass(
    BundleReader* bundle, const std::vector<SourceState>& sources, Pass* pass,
    const std::function<int64_t()>& now,
    const std::function<bool(const Progress&)>& on_progress) {
  Writer batch;
  for (;;) {
    const Step step = pass->step();
    if (step.kind == StepKind::kDone) return {};
    Result<void> done;
    const size_t source = step.source;
    if (step.kind == StepKind::kRead) {
      batch.Clear();
      bool last = false;
      const ByteBuffer after(step.after.begin(), step.after.end());
      done = bundle->Read(sources[source].source, step, &batch, &last);
      if (done.ok()) {
        const int64_t begun = now();
        done = pass->Apply(batch.bytes(), last, begun);
        pass->Took(static_cast<double>(now() - begun));
      }
      if (!done.ok() && NatureOf(done.error().code) == ErrorNature::kRecord &&
          HasMoved(*pass, source, after)) {
        continue;
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
