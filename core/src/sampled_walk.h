// SampledWalk: a SourceWalk that reads every record of its sources, or a
// stratified sample of those that hold more.
#ifndef FERRITE_CORE_SRC_SAMPLED_WALK_H_
#define FERRITE_CORE_SRC_SAMPLED_WALK_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "ferrite/pass.h"
#include "sample_walk.h"
#include "source_walk.h"

namespace ferrite::internal {

class SampledWalk {
 public:
  SampledWalk() = default;
  // `records` are the sources' counts, `sample_size` is for each; 0: all.
  SampledWalk(std::vector<bool> wanted, std::vector<uint64_t> records,
              uint64_t sample_size);

  bool is_done() const { return walk_.is_done(); }
  // Whether records of a source are left out.
  bool is_sampled() const { return is_sampled_; }
  // The step that reads what comes next; not when is_done().
  Step step() const;

  // Hands the batch's records to `visit`, and passes over those that are not
  // in the sample. False from `visit`: the plan excludes the record.
  Result<void> Take(Bytes batch, bool last, BatchReader* reader,
                    const std::function<Result<bool>(const Record&)>& visit);

  SourceCounts& current() { return walk_.current(); }
  const SourceCounts& counts(size_t source) const {
    return walk_.counts(source);
  }
  size_t source() const { return walk_.source(); }
  uint64_t records() const { return walk_.records(); }
  uint64_t excluded() const { return walk_.excluded(); }
  uint64_t bytes() const { return walk_.bytes(); }
  // Records that will be read in all, as far as the counts are right.
  uint64_t expected() const;

 private:
  void BeginSource();
  uint32_t BatchBytes() const;

  SourceWalk walk_;
  std::vector<bool> wanted_;
  std::vector<uint64_t> records_;
  uint64_t sample_size_ = 0;
  bool is_sampled_ = false;
  std::optional<SampleWalk> sample_;  // of the source, when it is sampled
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_SAMPLED_WALK_H_
