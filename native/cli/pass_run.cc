#include "native/cli/pass_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include "native/cli/progress_bar.h"
#include "native/cli/stop_on_signal.h"
#include "native/clock.h"
#include "native/drive/drive.h"

namespace ferrite {
namespace {

constexpr std::streamsize kPlanLimit = 16 << 20;

// Until it is over or a signal came.
void Wait(std::chrono::milliseconds delay) {
  const auto until = std::chrono::steady_clock::now() + delay;
  while (!StopOnSignal::came() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::min(delay, std::chrono::milliseconds(20)));
  }
}

}  // namespace

Result<Plan> ReadPlanFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) {
    return Error{ErrorCode::kInvalidArgument,
                 "The plan " + path + " cannot be read.", "Check the path.",
                 ""};
  }
  if (static_cast<std::streamsize>(text.size()) > kPlanLimit) {
    return Error{ErrorCode::kTooLarge, "The plan " + path + " is over 16 MiB.",
                 "Is this the plan, and not the bundle?", ""};
  }
  Result<Plan> plan = Plan::Parse(text);
  if (plan.ok()) return plan;
  Error error = std::move(plan).error();
  error.message = path + ": " + error.message;
  return error;
}

Result<void> RunPass(BundleReader* bundle,
                     const std::vector<SourceState>& sources, Pass* pass,
                     const Console& console, size_t threads,
                     const BetweenSteps& between,
                     std::chrono::milliseconds delay) {
  ProgressBar bar(console, "records");
  StopOnSignal signals;
  Result<void> done;
  auto driven = DrivePassOn(
      threads, bundle, sources, pass, [] { return Now(); },
      [&](const Progress& progress) {
        bar.Update(progress.stage, progress.current, progress.total);
        if (between) done = between(progress);
        if (progress.stage == "copy" && done.ok()) Wait(delay);
        return !StopOnSignal::came() && done.ok();
      });
  if (!done.ok()) return done;
  if (!driven.ok() && driven.error().code == ErrorCode::kCancelled) {
    return Error{ErrorCode::kCancelled, "Stopped; what was committed is kept.",
                 "The same command continues where it stopped.", ""};
  }
  return driven;
}

}  // namespace ferrite
