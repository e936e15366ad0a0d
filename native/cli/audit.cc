// ferrite audit.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "native/cli/history.h"
#include "native/cli/store_question.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

using Align = TextTable::Align;

constexpr size_t kWidth = 16;

// The action says which command it was, so that the column is left for whom.
std::string ByText(const Json& row) {
  std::string origin = TextOf(row, "origin");
  return origin.empty() ? TextOf(row, "who") : origin;
}

Result<int> Check(StoreQuestion* question, const Console& console) {
  Result<std::string> answer =
      question->Ask(HistoryRequest("checkAudit"), "audit --check");
  if (!answer.ok()) return std::move(answer).error();
  console.Document(*answer);
  const Json check = Json::parse(*answer);
  const uint64_t entries = CountOf(check, "entries");
  if (check["intact"].get<bool>()) {
    console.Line(console.Paint(Tone::kGood, "Intact: ") +
                 Counted(entries, "entry") + ", each as it was appended.");
    return 0;
  }
  console.Line(console.Paint(Tone::kBad, "Broken: ") +
               TextOf(check, "message") + " " + Counted(entries, "entry") +
               " in all.");
  return ErrorExitStatus(ErrorCode::kNotVerified);
}

}  // namespace

Result<int> Audit(const AuditOptions& options, const Console& console) {
  Result<StoreQuestion> question = StoreQuestion::Open(options.store, false);
  if (!question.ok()) return std::move(question).error();
  if (options.check) return Check(&*question, console);
  HistoryRequest request("audit");
  if (options.page.csv) {
    return question->PrintCsv(request, options.page, "audit");
  }
  request.Page(options.page);
  Result<std::string> answer = question->Ask(request, "audit");
  if (!answer.ok()) return std::move(answer).error();
  console.Document(*answer);
  const Json page = Json::parse(*answer);
  TextTable table(
      console, {"id", "at (UTC)", "action", "target", "by"},
      {Align::kRight, Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft});
  for (const Json& row : page["rows"]) {
    table.Add({std::to_string(NumberOf(row, "id")),
               MinuteText(NumberOf(row, "at")),
               Printable(TextOf(row, "action")),
               Cut(Printable(TextOf(row, "target")), kWidth),
               Cut(Printable(ByText(row)), kWidth)});
  }
  if (table.empty()) {
    console.Line("Nothing of that kind is in the audit trail.");
  } else {
    table.Print();
  }
  PrintRest(page["rows"].size(), CountOf(page, "offset"),
            CountOf(page, "total"), "entry", console);
  return 0;
}

}  // namespace ferrite
