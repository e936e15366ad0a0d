#include <utility>

#include "ferrite/bundle.h"

namespace ferrite {
namespace {

// A record at fault was kept for itself, and the pass goes on behind it.
bool HasMoved(const Pass& pass, size_t source, const ByteBuffer& after) {
  const Step step = pass.step();
  return step.kind == StepKind::kRead && step.source == source &&
         ByteBuffer(step.after.begin(), step.after.end()) != after;
}

// Reads when it is asked.
class BundleFeed final : public BatchFeed {
 public:
  BundleFeed(BundleReader* bundle, const std::vector<SourceState>& sources)
      : bundle_(bundle), sources_(sources) {}

  Result<Batch> Next(const Step& step) override {
    batch_.Clear();
    bool last = false;
    Result<void> read =
        bundle_->Read(sources_[step.source].source, step, &batch_, &last);
    if (!read.ok()) return std::move(read).error();
    return Batch{batch_.bytes(), last, nullptr};
  }

 private:
  BundleReader* bundle_;
  const std::vector<SourceState>& sources_;
  Writer batch_;
};

Result<void> ApplyNext(BatchFeed* feed, const Step& step, Pass* pass,
                       const std::function<int64_t()>& now) {
  Result<BatchFeed::Batch> batch = feed->Next(step);
  if (!batch.ok()) return std::move(batch).error();
  const int64_t begun = now();
  Result<void> done =
      batch->prepared != nullptr
          ? pass->ApplyPrepared(*batch->prepared, batch->last, begun)
          : pass->Apply(batch->bytes, batch->last, begun);
  pass->Took(static_cast<double>(now() - begun));
  return done;
}

}  // namespace

Result<void> DrivePass(
    BatchFeed* feed, Pass* pass, const std::function<int64_t()>& now,
    const std::function<bool(const Progress&)>& on_progress) {
  for (;;) {
    const Step step = pass->step();
    if (step.kind == StepKind::kDone) return {};
    Result<void> done;
    const size_t source = step.source;
    if (step.kind == StepKind::kRead) {
      const ByteBuffer after(step.after.begin(), step.after.end());
      done = ApplyNext(feed, step, pass, now);
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

Result<void> DrivePass(
    BundleReader* bundle, const std::vector<SourceState>& sources, Pass* pass,
    const std::function<int64_t()>& now,
    const std::function<bool(const Progress&)>& on_progress) {
  BundleFeed feed(bundle, sources);
  return DrivePass(&feed, pass, now, on_progress);
}

}  // namespace ferrite
