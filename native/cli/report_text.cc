// A pass's report, as a person reads it.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "native/cli/pass_run.h"
#include "native/cli/sqlite_file.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;
using Align = TextTable::Align;

std::string Text(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>()
                                                   : std::string();
}

uint64_t Number(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number() ? found->get<uint64_t>() : 0;
}

const Json& List(const Json& json, const char* name) {
  static const Json kNone = Json::array();
  const auto found = json.find(name);
  return found != json.end() && found->is_array() ? *found : kNone;
}

Tone ToneOf(const std::string& status) {
  if (status == "verified" || status == "completed") return Tone::kGood;
  return status == "completed_with_differences" ? Tone::kWarning : Tone::kBad;
}

std::string Spaced(std::string status) {
  for (char& c : status) {
    if (c == '_') c = ' ';
  }
  return status;
}

void PrintTables(const Json& report, const Console& console) {
  const bool compared = Text(report, "kind") == "verification";
  // Its rows are gone, and were not hashed again.
  const bool kept = Text(report, "kind") != "validation";
  std::vector<std::string> header = {"table", "rows"};
  std::vector<Align> align = {Align::kLeft, Align::kRight};
  const std::vector<const char*> counts =
      compared ? std::vector<const char*>{"matched", "missing", "different",
                                          "extra",   "failed",  "quarantined"}
               : std::vector<const char*>{};
  for (const char* name : counts) {
    header.emplace_back(name);
    align.push_back(Align::kRight);
  }
  // A sample's tables were not scanned.
  const bool hashed = kept && !(compared && report.contains("sampled"));
  if (hashed) {
    header.emplace_back("content hash");
    align.push_back(Align::kLeft);
  }
  TextTable table(console, header, align);
  for (const Json& entry : List(report, "tables")) {
    std::vector<std::string> cells = {
        Printable(Text(entry, "name")),
        Grouped(Number(entry, hashed ? "rows" : "expectedRows"))};
    for (const char* name : counts) {
      const uint64_t number = Number(entry, name);
      const bool is_bad = number != 0 && std::string_view(name) != "matched";
      cells.push_back(
          console.Paint(is_bad ? Tone::kBad : Tone::kPlain, Grouped(number)));
    }
    if (!hashed) {
      table.Add(std::move(cells));
      continue;
    }
    const std::string hash = Text(entry, "hash");
    const std::string expected = Text(entry, "expectedHash");
    cells.push_back(hash + (expected.empty() || expected == hash
                                ? ""
                                : console.Paint(Tone::kBad, " not as read")));
    table.Add(std::move(cells));
  }
  if (!table.empty()) table.Print();
}

// Of a run that brought the store up to date.
void PrintChanges(const Json& report, const Console& console) {
  if (!report.contains("incremental")) return;
  TextTable table(console, {"source", "new", "changed", "deleted", "unchanged"},
                  {Align::kLeft, Align::kRight, Align::kRight, Align::kRight,
                   Align::kRight});
  for (const Json& source : List(report, "sources")) {
    table.Add({Printable(Text(source, "label")), Grouped(Number(source, "new")),
               Grouped(Number(source, "changed")),
               Grouped(Number(source, "deleted")),
               Grouped(Number(source, "unchanged"))});
  }
  console.Line();
  table.Print();
}

// What became of rows that met others, of the tables that have such a say.
void PrintConflicts(const Json& report, const Console& console) {
  constexpr const char* kCounts[] = {"before",    "inserted",    "equal",
                                     "storeOnly", "overwritten", "merged",
                                     "kept",      "undecided"};
  for (const Json& entry : List(report, "tables")) {
    const Json conflicts = entry.value("conflicts", Json::object());
    std::string text;
    for (const char* name : kCounts) {
      const uint64_t number = Number(conflicts, name);
      if (number == 0) continue;
      const std::string count =
          Grouped(number) + " " +
          (name == std::string_view("storeOnly") ? "of the store only" : name);
      const bool is_open = name == std::string_view("undecided");
      text += (text.empty() ? "" : ", ") +
              console.Paint(is_open ? Tone::kWarning : Tone::kPlain, count);
    }
    if (text.empty()) continue;
    console.Line(Printable(Text(entry, "name")) + ": " + text + ".");
  }
}

void PrintFailed(const Json& report, const Console& console) {
  const Json& failed = List(report, "failed");
  if (failed.empty()) return;
  const bool is_kept =
      Text(report, "kind") != "validation" && !report.contains("sampled");
  const Json totals = report.value("totals", Json::object());
  console.Line();
  console.Line(console.Paint(Tone::kWarning,
                             Counted(Number(totals, "failed"), "record")) +
               (is_kept ? " could not become rows; they are kept whole in "
                          "ferrite_failed:"
                        : " would not become rows:"));
  TextTable table(
      console, {"table", "key", "code", "at", "reason"},
      {Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft});
  for (const Json& entry : failed) {
    table.Add({Printable(Text(entry, "table")), Printable(Text(entry, "key")),
               Text(entry, "code"), Printable(Text(entry, "path")),
               Printable(Text(entry, "message"))});
  }
  table.Print();
}

void PrintDifferences(const Json& report, const Console& console) {
  const Json& differences = List(report, "differences");
  if (differences.empty()) return;
  const Json totals = report.value("totals", Json::object());
  console.Line();
  console.Line(console.Paint(Tone::kBad, Counted(Number(totals, "differences"),
                                                 "difference")) +
               " in ferrite_difference:");
  TextTable table(console, {"table", "key", "kind", "columns"},
                  {Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft});
  for (const Json& entry : differences) {
    std::string columns;
    for (const Json& column : List(entry, "columns")) {
      if (!column.is_string()) continue;
      columns += (columns.empty() ? "" : ", ") + column.get<std::string>();
    }
    table.Add({Printable(Text(entry, "table")), Printable(Text(entry, "key")),
               Text(entry, "kind"), Printable(columns)});
  }
  table.Print();
}

}  // namespace

std::string WithStore(const std::string& report_json,
                      const std::string& store_path) {
  Json report = Json::parse(report_json, nullptr, /*allow_exceptions=*/false);
  if (!report.is_object()) report = Json::object();
  if (store_path.empty()) {
    report.erase("store");
  } else {
    report["store"]["kind"] = "file";
    report["store"]["durable"] = true;
    report["store"]["name"] = store_path;
    report["store"]["bytes"] = FileSize(store_path);
  }
  return report.dump(-1, ' ', false, Json::error_handler_t::replace);
}

int PrintReport(const std::string& report_json, const std::string& title,
                const std::string& store_path, const Console& console) {
  const std::string whole = WithStore(report_json, store_path);
  const Json report = Json::parse(whole);
  const std::string status = Text(report, "status");
  console.Document(whole);

  console.Line(title + ": " + console.Paint(ToneOf(status), Spaced(status)));
  if (!Text(report, "summary").empty()) {
    console.Line(Printable(Text(report, "summary")));
  }
  console.Line();
  PrintTables(report, console);
  console.Line();
  const Json totals = report.value("totals", Json::object());
  const double seconds = static_cast<double>(Number(report, "busyMs")) / 1000;
  const uint64_t rate = Number(totals, "recordsPerSecond");
  console.Line(fmt::format(
      "{}, {}, in {}{}", Counted(Number(totals, "records"), "record"),
      ByteText(Number(totals, "bytes")), DurationText(seconds),
      rate == 0 ? "." : fmt::format(" ({} records/s).", Grouped(rate))));
  if (Number(report, "attempts") > 1) {
    console.Line(fmt::format("It took {}.",
                             Counted(Number(report, "attempts"), "attempt")));
  }
  PrintChanges(report, console);
  PrintConflicts(report, console);
  PrintFailed(report, console);
  PrintDifferences(report, console);
  for (const Json& warning : List(report, "warnings")) {
    if (!warning.is_string()) continue;
    console.Line(console.Paint(Tone::kWarning, "Warning: ") +
                 Printable(warning.get<std::string>()));
  }
  // A trial run is completed whatever it found.
  return ToneOf(status) == Tone::kGood && Number(totals, "failed") == 0
             ? 0
             : ErrorExitStatus(ErrorCode::kNotVerified);
}

}  // namespace ferrite
