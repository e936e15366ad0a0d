// Drives a pass through a bundle on several threads.
#ifndef FERRITE_NATIVE_DRIVE_DRIVE_H_
#define FERRITE_NATIVE_DRIVE_DRIVE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "ferrite/bundle.h"
#include "ferrite/error.h"
#include "ferrite/pass.h"

namespace ferrite {

// As DrivePass, with the same results, whatever `threads` is; 1 starts none.
// `now` and `on_progress` are called by this thread only.
Result<void> DrivePassOn(
    size_t threads, BundleReader* bundle,
    const std::vector<SourceState>& sources, Pass* pass,
    const std::function<int64_t()>& now,
    const std::function<bool(const Progress&)>& on_progress);

// As many as the machine has cores, at most kMostThreads: there is one writer,
// and more than this cannot keep it busier.
size_t DefaultThreads();
constexpr size_t kMostThreads = 4;

}  // namespace ferrite

#endif  // FERRITE_NATIVE_DRIVE_DRIVE_H_
