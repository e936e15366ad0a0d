// Inference: the pass that looks at the sources and writes a plan for them.
//
// It reads every record of a small source and a stratified sample of a large
// one (Step::skip leads from stratum to stratum), keeps bounded statistics per
// source and path, and writes a plan that migrates everything without a lost
// field when it is run as it is. What it is not certain of it says in
// "$comment" members. Layouts of known libraries (core/presets) decide first
// which sources belong to the app and how records lie in them.
//
// ReportJson() of the pass is {"report":1,"kind":"inference","plan":{…},
// "layouts":[…],"notes":[{"path","text"}…]}; core/doc/inference.md.
#ifndef FERRITE_INFERENCE_H_
#define FERRITE_INFERENCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/pass.h"

namespace ferrite {

struct InferenceOptions {
  std::string name = "inferred";  // the plan's
  uint64_t sample_size = 2000;    // records per source, at least 20
  uint32_t batch_bytes = 1 << 20;
};

// `sources` are all sources of the origin with their states; those that are
// not ready are noted in the report and left out of the plan.
Result<std::unique_ptr<Pass>> BeginInference(std::vector<SourceState> sources,
                                             const InferenceOptions& options);

}  // namespace ferrite

#endif  // FERRITE_INFERENCE_H_
