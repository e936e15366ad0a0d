// HostFacts from the host's JSON.
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "ferrite/plan_answer.h"

namespace ferrite {
namespace {

using Json = nlohmann::json;

Error Wrong(const std::string& name, const std::string& wanted) {
  return {ErrorCode::kInvalidArgument,
          "The facts: \"" + name + "\" is no " + wanted + ".", "", "/" + name};
}

// Each leaves `out` as it is when the member is not there.
Result<void> Read(const Json& facts, const char* name, bool* out) {
  const auto found = facts.find(name);
  if (found == facts.end()) return {};
  if (!found->is_boolean()) return Wrong(name, "boolean");
  *out = found->get<bool>();
  return {};
}

Result<void> Read(const Json& facts, const char* name, double* out) {
  const auto found = facts.find(name);
  if (found == facts.end()) return {};
  if (!found->is_number() || found->get<double>() < 0) {
    return Wrong(name, "number from 0 on");
  }
  *out = found->get<double>();
  return {};
}

Result<void> ReadProblem(const Json& facts, std::optional<Error>* out) {
  const auto found = facts.find("storeProblem");
  if (found == facts.end()) return {};
  if (!found->is_object()) return Wrong("storeProblem", "object");
  const auto text = [&](const char* name) {
    const auto member = found->find(name);
    return member != found->end() && member->is_string()
               ? member->get<std::string>()
               : std::string();
  };
  Error problem{ErrorCode::kStoreOpen, text("message"), text("hint"), ""};
  const std::string code = text("code");
#define FERRITE_ERROR(name, text, exit, nature, sentence) \
  if (code == text) problem.code = ErrorCode::name;
#include "ferrite/error_codes.inc"
#undef FERRITE_ERROR
  *out = std::move(problem);
  return {};
}

Result<void> ReadProbe(const Json& json, HostFacts* facts) {
  const auto found = json.find("probe");
  if (found == json.end()) return {};
  if (!found->is_object()) return Wrong("probe", "object");
  const auto report = found->find("report");
  if (report == found->end() || !report->is_object()) {
    return Wrong("probe", "object with a report");
  }
  facts->probe_report =
      report->dump(-1, ' ', false, Json::error_handler_t::replace);
  return Read(*found, "ms", &facts->probe_ms);
}

}  // namespace

Result<HostFacts> HostFacts::Parse(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return Error{ErrorCode::kInvalidArgument, "The facts are no JSON object.",
                 "", ""};
  }
  HostFacts facts;
  double available = -1;
  bool is_persistent = false;
  Result<void> read = ReadProblem(json, &facts.store_problem);
  if (read.ok()) read = Read(json, "durable", &facts.durable);
  if (read.ok())
    read = Read(json, "migrationRunning", &facts.migration_running);
  if (read.ok()) read = Read(json, "bytesAvailable", &available);
  if (read.ok()) read = Read(json, "persistent", &is_persistent);
  if (read.ok()) read = Read(json, "privateMode", &facts.private_mode);
  if (read.ok()) read = Read(json, "limitMs", &facts.limit_ms);
  if (read.ok()) read = ReadProbe(json, &facts);
  if (!read.ok()) return std::move(read).error();
  if (available >= 0) facts.bytes_available = static_cast<uint64_t>(available);
  if (json.contains("persistent")) facts.persistent = is_persistent;
  return facts;
}

}  // namespace ferrite
