// ferrite history.
#include "native/cli/history.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "native/cli/store_question.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

using Align = TextTable::Align;

constexpr size_t kPlanWidth = 10;

Tone ToneOf(const std::string& status) {
  if (status == "verified" || status == "completed") return Tone::kGood;
  if (status == "failed") return Tone::kBad;
  return status == "running" || status == "pending" ? Tone::kPlain
                                                    : Tone::kWarning;
}

// Short, so that a row has room on 80 columns.
std::string StatusText(const std::string& status) {
  if (status == "completed_with_differences") return "differences";
  return status == "rolled_back" ? "rolled back" : status;
}

std::string KindText(const std::string& kind) {
  return kind == "verification" ? "verify" : kind;
}

void PrintPage(const Json& page, const Console& console) {
  TextTable table(
      console,
      {"id", "begun (UTC)", "what", "plan", "status", "records", "took"},
      {Align::kRight, Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft,
       Align::kRight, Align::kRight});
  for (const Json& row : page["rows"]) {
    const std::string status = TextOf(row, "status");
    table.Add(
        {std::to_string(NumberOf(row, "id")),
         MinuteText(NumberOf(row, "startedAt")), KindText(TextOf(row, "kind")),
         Cut(Printable(TextOf(row, "plan")), kPlanWidth),
         console.Paint(ToneOf(status), StatusText(status)),
         Grouped(CountOf(row, "records")),
         DurationText(static_cast<double>(NumberOf(row, "busyMs")) / 1000)});
  }
  if (table.empty()) {
    console.Line("Nothing of that kind is in the history.");
  } else {
    table.Print();
  }
  for (const Json& row : page["rows"]) {
    if (!row.contains("message")) continue;
    console.Line();
    const std::string head = fmt::format("{}: ", NumberOf(row, "id"));
    std::string text = Printable(TextOf(row, "message"));
    if (const std::string code = TextOf(row, "code"); !code.empty()) {
      text += " [" + Printable(code) + "]";
    }
    PrintWrapped(head, head.size(), std::move(text), console);
  }
  PrintRest(page["rows"].size(), CountOf(page, "offset"),
            CountOf(page, "total"), "row", console);
}

Result<int> Import(const HistoryOptions& options, StoreQuestion* question,
                   const Console& console) {
  std::ifstream in(options.import, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad() || !Json::accept(text)) {
    return Error{ErrorCode::kInvalidArgument,
                 options.import + " cannot be read, or is no JSON.",
                 "It is an array of entries: core/doc/history.md.", ""};
  }
  HistoryRequest request("import");
  request.Json("entries", text);
  Result<std::string> answer = question->Ask(request, "history --import");
  if (!answer.ok()) return std::move(answer).error();
  console.Document(*answer);
  const Json counts = Json::parse(*answer);
  console.Line(fmt::format("Imported {}; {} there before.",
                           Counted(CountOf(counts, "imported"), "entry"),
                           Counted(CountOf(counts, "existing"), "entry")));
  return 0;
}

std::string Limits(const std::optional<int64_t>& days,
                   const std::optional<int64_t>& keep) {
  Json limits;
  if (days) limits["maxAgeDays"] = *days;
  if (keep) limits["keep"] = *keep;
  return limits.dump();
}

Result<int> CleanUp(const HistoryOptions& options, StoreQuestion* question,
                    const Console& console) {
  HistoryRequest request("cleanUp");
  request.Json("history", Limits(options.max_age_days, options.keep));
  request.Json("logs", Limits(options.logs_max_age_days, options.logs_keep));
  Result<std::string> answer = question->Ask(request, "history --clean-up");
  if (!answer.ok()) return std::move(answer).error();
  console.Document(*answer);
  const Json counts = Json::parse(*answer);
  console.Line(fmt::format("Removed {} of the history and {} of the log.",
                           Counted(CountOf(counts, "history"), "row"),
                           Counted(CountOf(counts, "logs"), "line")));
  return 0;
}

}  // namespace

Result<int> History(const HistoryOptions& options, const Console& console) {
  const bool is_change = options.clean_up || !options.import.empty();
  Result<StoreQuestion> question =
      StoreQuestion::Open(options.store, is_change);
  if (!question.ok()) return std::move(question).error();
  if (!options.import.empty()) return Import(options, &*question, console);
  if (options.clean_up) return CleanUp(options, &*question, console);
  HistoryRequest request("history");
  request.Texts("kind", options.kind);
  request.Texts("status", options.status);
  request.Texts("plan", options.plan);
  if (options.page.csv) {
    return question->PrintCsv(request, options.page, "history");
  }
  request.Page(options.page);
  Result<std::string> page = question->Ask(request, "history");
  if (!page.ok()) return std::move(page).error();
  console.Document(*page);
  PrintPage(Json::parse(*page), console);
  return 0;
}

}  // namespace ferrite
