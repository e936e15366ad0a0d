// ferrite logs.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "native/cli/history.h"
#include "native/cli/store_question.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

// "13:20:01.123  error  " and, below it, what is left of the message.
constexpr size_t kIndent = 21;

Tone ToneOf(const std::string& level) {
  if (level == "error") return Tone::kBad;
  if (level == "warn") return Tone::kWarning;
  return level == "debug" ? Tone::kDim : Tone::kPlain;
}

void PrintRow(const Json& row, const Console& console) {
  const int64_t at = NumberOf(row, "at");
  const std::string level = TextOf(row, "level");
  std::string message = Printable(TextOf(row, "message"));
  if (row.contains("migration")) {
    message = fmt::format("#{} {}", NumberOf(row, "migration"), message);
  }
  const std::string head =
      fmt::format("{}.{:03}  ", TimeText(at).substr(11, 8), at % 1000) +
      console.Paint(ToneOf(level), fmt::format("{:5}", level)) + "  ";
  PrintWrapped(head, kIndent, message, console);
}

// The newest entries, the newest of them last, under the days they are of.
void PrintPage(Json page, const Console& console) {
  Json& rows = page["rows"];
  const bool is_newest_first =
      rows.size() > 1 && NumberOf(rows[0], "id") > NumberOf(rows[1], "id");
  if (is_newest_first) std::reverse(rows.begin(), rows.end());
  std::string day;
  for (const Json& row : rows) {
    const std::string of_row = TimeText(NumberOf(row, "at")).substr(0, 10);
    if (of_row != day) {
      if (!day.empty()) console.Line();
      day = of_row;
      console.Line(console.Paint(Tone::kBold, day + " UTC"));
    }
    PrintRow(row, console);
  }
  if (rows.empty()) console.Line("Nothing of that kind is in the log.");
  PrintRest(rows.size(), CountOf(page, "offset"), CountOf(page, "total"),
            "line", console);
}

Result<int> SetLevel(const LogsOptions& options, const Console& console) {
  Result<StoreQuestion> question = StoreQuestion::Open(options.store, true);
  if (!question.ok()) return std::move(question).error();
  HistoryRequest request("logLevel");
  request.Text("level", options.set_level);
  Result<std::string> answer = question->Ask(request, "logs --set-level");
  if (!answer.ok()) return std::move(answer).error();
  console.Document(*answer);
  console.Line("From now on the store keeps \"" + options.set_level +
               "\" and what is above it.");
  return 0;
}

}  // namespace

Result<int> Logs(const LogsOptions& options, const Console& console) {
  if (!options.set_level.empty()) return SetLevel(options, console);
  Result<StoreQuestion> question = StoreQuestion::Open(options.store, false);
  if (!question.ok()) return std::move(question).error();
  HistoryRequest request("logs");
  request.Text("level", options.level);
  request.Integer("migration", options.migration);
  PageOptions page = options.page;
  if (page.csv) {
    if (page.sort.empty()) page.sort = "id";
    return question->PrintCsv(request, page, "logs");
  }
  request.Page(page);
  Result<std::string> answer = question->Ask(request, "logs");
  if (!answer.ok()) return std::move(answer).error();
  console.Document(*answer);
  PrintPage(Json::parse(*answer), console);
  return 0;
}

}  // namespace ferrite
