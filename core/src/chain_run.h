// Running a chain's steps: what they may do, and one version's transaction.
#ifndef FERRITE_SRC_CHAIN_RUN_H_
#define FERRITE_SRC_CHAIN_RUN_H_

#include <functional>
#include <span>

#include "ferrite/chain.h"

namespace ferrite::internal {

// Runs the steps and then `record`, in one transaction in which foreign keys do
// not act; all are checked at its end. On an error nothing was done, and the
// connection is as it was.
Result<void> RunVersion(Store* store, const ChainVersion& version,
                        std::span<const ChainStep> steps,
                        const std::function<Result<void>()>& record);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_CHAIN_RUN_H_
