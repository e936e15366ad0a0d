#include "native/cli/plan_answer_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;
using Align = TextTable::Align;

std::string Text(const Json& json, const char* name) {
  return Printable(json.value(name, std::string()));
}

std::optional<uint64_t> Number(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end()) return std::nullopt;
  return found->get<uint64_t>();
}

std::string BytesOf(const Json& json) {
  const std::optional<uint64_t> bytes = Number(json, "bytes");
  return bytes ? ByteText(*bytes) : "?";
}

std::string Joined(const Json& names) {
  std::string joined;
  for (const Json& name : names) {
    joined += (joined.empty() ? "" : ", ") + Printable(name.get<std::string>());
  }
  return joined;
}

void PrintSummary(const Json& answer, const Console& console) {
  std::string line = Counted(answer["records"].get<uint64_t>(), "record");
  if (answer.contains("bytes")) line += ", " + BytesOf(answer);
  const Json& estimate = answer["estimate"];
  if (const auto ms = Number(estimate, "ms"); ms && *ms > 0) {
    line += ", about " + DurationText(static_cast<double>(*ms) / 1000);
    line +=
        fmt::format(" ({} records/s)",
                    Grouped(Number(estimate, "recordsPerSecond").value_or(0)));
  }
  console.Line(line + ".");
  if (estimate.contains("probe")) {
    console.Line(console.Paint(
        Tone::kDim,
        fmt::format(
            "Measured here: {} in {}.",
            Counted(estimate["probe"]["records"].get<uint64_t>(), "record"),
            DurationText(estimate["probe"]["ms"].get<double>() / 1000))));
  }
  const Json& space = answer["space"];
  if (const auto needed = Number(space, "needed")) {
    const auto available = Number(space, "available");
    console.Line(
        "The store takes about " + ByteText(*needed) +
        (available ? " of the " + ByteText(*available) + " there are." : "."));
  }
}

void PrintTables(const Json& answer, const Console& console) {
  TextTable table(console,
                  {"table", "rows", "share", "bytes", "columns", "refers to"},
                  {Align::kLeft, Align::kRight, Align::kRight, Align::kRight,
                   Align::kRight, Align::kLeft});
  for (const Json& each : answer["tables"]) {
    table.Add({Text(each, "name"),
               (each["isExact"].get<bool>() ? "" : "≈ ") +
                   Grouped(each["rows"].get<uint64_t>()),
               fmt::format("{:.0f} %", each["share"].get<double>() * 100),
               BytesOf(each), Grouped(each["columns"].get<uint64_t>()),
               Joined(each["dependsOn"])});
  }
  table.Print();
}

void PrintSources(const Json& answer, const Console& console) {
  TextTable table(console, {"source", "status", "records", "bytes"},
                  {Align::kLeft, Align::kLeft, Align::kRight, Align::kRight});
  for (const Json& each : answer["sources"]) {
    const std::string status = Text(each, "status");
    const bool is_fine = status == "ready" || status == "empty";
    table.Add({Text(each, "label"),
               console.Paint(is_fine ? Tone::kPlain : Tone::kBad, status),
               Grouped(each["records"].get<uint64_t>()), BytesOf(each)});
  }
  table.Print();
}

void PrintOrder(const Json& answer, const Console& console) {
  bool has_references = false;
  for (const Json& each : answer["tables"]) {
    has_references = has_references || !each["dependsOn"].empty();
  }
  if (!has_references) return;
  console.Line();
  console.Line("Order of dependence: " + Joined(answer["order"]) + ".");
  for (const Json& cycle : answer["cycles"]) {
    console.Line("A cycle, checked after the load: " + Joined(cycle) + ".");
  }
}

void PrintList(const Json& sentences, Tone tone, const char* title,
               const Console& console) {
  if (sentences.empty()) return;
  console.Line();
  console.Line(console.Paint(tone, title));
  for (const Json& sentence : sentences) {
    console.Line("  - " + Printable(sentence.get<std::string>()));
  }
}

void PrintBlockers(const Json& blockers, const Console& console) {
  if (blockers.empty()) return;
  console.Line();
  console.Line(console.Paint(Tone::kBad, "In the way"));
  for (const Json& each : blockers) {
    console.Line("  - " + Text(each, "message") + " " +
                 console.Paint(Tone::kDim, "[" + Text(each, "code") + "]"));
    if (each.contains("path")) console.Line("      at: " + Text(each, "path"));
    if (each.contains("hint")) console.Line("    hint: " + Text(each, "hint"));
  }
}

int ExitStatus(const Json& blockers) {
  if (blockers.empty()) return 0;
  const std::string code = blockers[0].value("code", "");
#define FERRITE_ERROR(name, text, exit, nature, sentence) \
  if (code == text) return exit;
#include "ferrite/error_codes.inc"
#undef FERRITE_ERROR
  return ErrorExitStatus(ErrorCode::kInternal);
}

}  // namespace

int PrintAnswer(const std::string& answer_json, const std::string& what,
                const Console& console) {
  const Json answer = Json::parse(answer_json);
  console.Document(answer_json);
  const bool can_proceed = answer["canProceed"].get<bool>();
  console.Line(what + ": " +
               (can_proceed ? console.Paint(Tone::kGood, "can proceed")
                            : console.Paint(Tone::kBad, "cannot proceed")));
  PrintSummary(answer, console);
  console.Line();
  PrintTables(answer, console);
  console.Line();
  PrintSources(answer, console);
  PrintOrder(answer, console);
  PrintBlockers(answer["blockers"], console);
  PrintList(answer["warnings"], Tone::kWarning, "To know", console);
  PrintList(answer["recommendations"], Tone::kBold, "To do", console);
  return ExitStatus(answer["blockers"]);
}

}  // namespace ferrite
