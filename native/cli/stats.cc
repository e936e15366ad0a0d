// ferrite stats.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "native/cli/history.h"
#include "native/cli/store_question.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

using Align = TextTable::Align;

constexpr int64_t kBarWidth = 30;

void PrintStatuses(const Json& statistics, const Console& console) {
  const struct {
    const char* name;
    const char* text;
    Tone tone;
  } rows[] = {{"succeeded", "verified or completed", Tone::kGood},
              {"withDifferences", "with differences", Tone::kWarning},
              {"failed", "failed", Tone::kBad},
              {"cancelled", "cancelled", Tone::kWarning},
              {"interrupted", "interrupted", Tone::kWarning},
              {"rolledBack", "rolled back", Tone::kWarning},
              {"running", "running", Tone::kPlain}};
  for (const auto& [name, text, tone] : rows) {
    const uint64_t count = CountOf(statistics, name);
    if (count == 0) continue;
    console.Line(
        fmt::format("  {:>9}  {}", Grouped(count), console.Paint(tone, text)));
  }
}

void PrintVolumes(const Json& statistics, const Console& console) {
  console.Line(fmt::format(
      "{}, {}, in {} of work.",
      Counted(CountOf(statistics, "records"), "record"),
      ByteText(CountOf(statistics, "bytes")),
      DurationText(static_cast<double>(NumberOf(statistics, "busyMs")) /
                   1000)));
  if (statistics.contains("recordsPerSecond")) {
    console.Line(fmt::format("On average {} records and {} per second.",
                             Grouped(CountOf(statistics, "recordsPerSecond")),
                             ByteText(CountOf(statistics, "bytesPerSecond"))));
  }
  const Json& recent = statistics["last24Hours"];
  console.Line(fmt::format("In the last 24 hours: {} begun, {} moved.",
                           Grouped(CountOf(recent, "total")),
                           Counted(CountOf(recent, "records"), "record")));
}

void PrintTrend(const Json& days, const Console& console) {
  int64_t most = 0;
  for (const Json& day : days) most = std::max(most, NumberOf(day, "records"));
  TextTable table(console, {"day", "begun", "failed", "records", ""},
                  {Align::kLeft, Align::kRight, Align::kRight, Align::kRight,
                   Align::kLeft});
  for (const Json& day : days) {
    if (NumberOf(day, "total") == 0) continue;
    const int64_t records = NumberOf(day, "records");
    std::string bar;
    const int64_t length =
        most == 0 ? 0 : (records * kBarWidth + most - 1) / most;
    for (int64_t i = 0; i < length; ++i) bar += "▇";
    table.Add({TextOf(day, "day"), Grouped(CountOf(day, "total")),
               Grouped(CountOf(day, "failed")),
               Grouped(static_cast<uint64_t>(records)), bar});
  }
  if (table.empty()) return;
  console.Line();
  table.Print();
}

}  // namespace

Result<int> Stats(const StatsOptions& options, const Console& console) {
  Result<StoreQuestion> question = StoreQuestion::Open(options.store, false);
  if (!question.ok()) return std::move(question).error();
  HistoryRequest request("statistics");
  request.Text("kind", options.kind);
  request.Integer("days", options.days);
  request.Integer("offsetMinutes", options.offset_minutes);
  Result<std::string> answer = question->Ask(request, "stats");
  if (!answer.ok()) return std::move(answer).error();
  console.Document(*answer);
  const Json statistics = Json::parse(*answer);
  const std::string noun = options.kind.empty() ? "migration" : options.kind;
  const auto rate = statistics.find("successRate");
  console.Line(Counted(CountOf(statistics, "total"), noun) +
               (rate == statistics.end()
                    ? "."
                    : fmt::format(", {:.0f} % of those that ended succeeded.",
                                  rate->get<double>() * 100)));
  PrintStatuses(statistics, console);
  console.Line();
  PrintVolumes(statistics, console);
  PrintTrend(statistics["days"], console);
  return 0;
}

}  // namespace ferrite
