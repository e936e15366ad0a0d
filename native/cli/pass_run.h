// What migrate and verify share: the plan's file, the drive through a bundle
// with progress and Ctrl-C, and the report for people.
#ifndef FERRITE_NATIVE_CLI_PASS_RUN_H_
#define FERRITE_NATIVE_CLI_PASS_RUN_H_

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "ferrite/bundle.h"
#include "ferrite/error.h"
#include "ferrite/pass.h"
#include "ferrite/plan.h"
#include "native/cli/console.h"

namespace ferrite {

Result<Plan> ReadPlanFile(const std::string& path);

// What is done between two calls into a pass; an error stops it.
using BetweenSteps = std::function<Result<void>(const Progress&)>;

// Drives the pass to its end, on so many threads (native/drive/drive.h). SIGINT
// and SIGTERM stop it between two batches: kCancelled. Between two batches of a
// copy it waits for `delay`.
Result<void> RunPass(BundleReader* bundle,
                     const std::vector<SourceState>& sources, Pass* pass,
                     const Console& console, size_t threads = 1,
                     const BetweenSteps& between = {},
                     std::chrono::milliseconds delay = {});

// The report with what the program knows of the store's file; without a store
// when the path is empty.
std::string WithStore(const std::string& report_json,
                      const std::string& store_path);

// Prints a pass's report (core/doc/report.md), with what the program knows of
// the store's file; the exit status. `title` begins the first line; no path
// says that no store was kept.
int PrintReport(const std::string& report_json, const std::string& title,
                const std::string& store_path, const Console& console);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_PASS_RUN_H_
