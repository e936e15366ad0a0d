// VerificationScope: what a verification was asked to look at, and what that
// makes of its report.
#ifndef FERRITE_CORE_SRC_VERIFICATION_SCOPE_H_
#define FERRITE_CORE_SRC_VERIFICATION_SCOPE_H_

#include <vector>

#include "compare_visitor.h"
#include "ferrite/pass.h"
#include "ferrite/plan.h"
#include "ferrite/verification.h"
#include "report.h"
#include "sampled_walk.h"

namespace ferrite::internal {

struct VerificationScope {
  std::vector<bool> tables;   // as Plan::tables
  std::vector<bool> sources;  // as Plan::sources: those that are read
  SampledWalk walk;           // at its beginning

  // kInvalidArgument when the plan has no table of a name in the options.
  static Result<VerificationScope> Make(const Plan& plan,
                                        const std::vector<SourceState>& states,
                                        const VerificationOptions& options);

  // Says in a report that has the plan's sources and tables what is left out.
  void Mark(Report* report) const;
  // Puts in what the walk `compared` found.
  void Fill(const SampledWalk& compared, const Findings& findings,
            Report* report) const;
  // Of a run that has ended: the table in ferrite/verification.h.
  const char* StatusOf(const Findings& findings) const;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_VERIFICATION_SCOPE_H_
