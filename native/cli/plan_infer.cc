#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>
#include <vector>

#include "ferrite/bundle.h"
#include "ferrite/inference.h"
#include "native/cli/commands.h"
#include "native/cli/pass_run.h"
#include "native/cli/plain_file.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

// A plan that somebody edited is not overwritten.
Result<void> WritePlan(const std::string& path, const std::string& text) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    return Error{ErrorCode::kInvalidArgument,
                 "There is a file " + path + " already.",
                 "Choose another name, or move it away.", ""};
  }
  std::ofstream file(path, std::ios::binary);
  file << text << '\n';
  file.close();
  if (file.good()) return {};
  return Error{ErrorCode::kInvalidArgument, path + " cannot be written.",
               "Check the path and the room on the disk.", ""};
}

}  // namespace

Result<int> PlanInfer(const PlanInferOptions& options, const Console& console) {
  Result<std::unique_ptr<BundleReader>> bundle =
      OpenBundle(options.bundle, options.key);
  if (!bundle.ok()) return std::move(bundle).error();
  const std::vector<SourceState>& sources = (*bundle)->sources();
  InferenceOptions inference;
  inference.sample_size = options.sample;
  Result<std::unique_ptr<Pass>> pass = BeginInference(sources, inference);
  if (!pass.ok()) return std::move(pass).error();
  auto driven = RunPass(bundle->get(), sources, pass->get(), console);
  if (!driven.ok()) return driven.error();

  const std::string report = (*pass)->ReportJson();
  const Json json = Json::parse(report);
  if (json["plan"].is_null()) {
    return Error{ErrorCode::kSourceMissing,
                 options.bundle + " holds no records to make a plan for.",
                 "Export the bundle where the app has data.", ""};
  }
  const std::string plan = json["plan"].dump(2);
  if (!options.output.empty()) {
    if (auto written = WritePlan(options.output, plan); !written.ok()) {
      return written.error();
    }
  }
  console.Document(report);
  if (options.output.empty()) {
    console.Line(plan);
  } else {
    console.Line(fmt::format("Wrote {}: {}.", Printable(options.output),
                             Counted(json["plan"]["tables"].size(), "table")));
  }
  if (!console.json) {
    for (const Json& note : json["notes"]) {
      fmt::print(stderr, "{}\n", Printable(note["text"].get<std::string>()));
    }
  }
  return 0;
}

}  // namespace ferrite
