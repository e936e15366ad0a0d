// PreparedFeed: a bundle's batches, prepared before they are applied, by one
// thread.
#ifndef FERRITE_TESTS_SUPPORT_PREPARED_FEED_H_
#define FERRITE_TESTS_SUPPORT_PREPARED_FEED_H_

#include <memory>
#include <utility>
#include <vector>

#include "ferrite/bundle.h"

namespace ferrite::testing {

class PreparedFeed final : public BatchFeed {
 public:
  PreparedFeed(BundleReader* bundle, const std::vector<SourceState>& sources,
               const Pass& pass)
      : bundle_(bundle), sources_(sources), preparer_(pass.MakePreparer()) {}

  Result<Batch> Next(const Step& step) override {
    batch_.Clear();
    bool last = false;
    Result<void> read =
        bundle_->Read(sources_[step.source].source, step, &batch_, &last);
    if (!read.ok()) return std::move(read).error();
    if (preparer_ == nullptr) return Batch{batch_.bytes(), last};
    preparer_->Prepare(step.source, batch_.bytes(), &prepared_);
    return Batch{batch_.bytes(), last, &prepared_};
  }

 private:
  BundleReader* bundle_;
  const std::vector<SourceState>& sources_;
  const std::unique_ptr<Preparer> preparer_;
  Writer batch_;
  PreparedBatch prepared_;
};

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_PREPARED_FEED_H_
