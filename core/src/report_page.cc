#include "ferrite/report_page.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "page_template.h"
#include "report_numbers.h"
#include "throughput_chart.h"

namespace ferrite {
namespace {

using namespace internal;  // NOLINT: our own, in our own .cc

using Json = nlohmann::ordered_json;

constexpr size_t kExamples = 3;

std::string Text(const Json& json, const char* name) {
  const auto found = json.is_object() ? json.find(name) : json.end();
  return found != json.end() && found->is_string() ? found->get<std::string>()
                                                   : std::string();
}

uint64_t Number(const Json& json, const char* name) {
  const auto found = json.is_object() ? json.find(name) : json.end();
  return found != json.end() && found->is_number_unsigned()
             ? found->get<uint64_t>()
             : 0;
}

bool Has(const Json& json, const char* name) {
  return json.is_object() && json.contains(name);
}

const Json& Member(const Json& json, const char* name) {
  static const Json kNone = Json::array();
  return Has(json, name) ? json[name] : kNone;
}

// Its items that are objects.
std::vector<const Json*> List(const Json& json, const char* name) {
  std::vector<const Json*> items;
  for (const Json& item : Member(json, name)) {
    if (item.is_object()) items.push_back(&item);
  }
  return items;
}

bool IsTrue(const Json& json, const char* name) {
  return Has(json, name) && json[name] == true;
}

const char* ToneOf(const std::string& status) {
  if (status == "verified" || status == "completed") return "good";
  if (status == "failed" || status == "rolled_back") return "bad";
  return status == "running" || status == "pending" ? "" : "warn";
}

std::string Spaced(std::string text) {
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string Counted(uint64_t count, const char* noun) {
  return GroupedNumber(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string Section(const std::string& title, const std::string& note,
                    const std::string& body, bool is_long = false) {
  return body.empty()
             ? body
             : Fill("section", {{"title", title},
                                {"note", note},
                                {"class", is_long ? " class=\"long\"" : ""},
                                {"body", body}});
}

// A table of HTML; columns are all there before the first row.
class HtmlTable {
 public:
  HtmlTable& Column(const std::string& title, const std::string& style = "") {
    columns_.push_back({title, style});
    head_ += Fill("head", {{"title", title}, {"class", style}});
    return *this;
  }
  // `html` is a cell; `style` is added to its column's.
  void Cell(const std::string& html, const std::string& style = "") {
    const auto& [title, column] = columns_[cells_++];
    const std::string both =
        column + (column.empty() || style.empty() ? "" : " ") + style;
    row_ += Fill("cell", {{"title", title}, {"class", both}, {"value", html}});
    if (cells_ < columns_.size()) return;
    rows_ += Fill("row", {{"cells", row_}});
    row_.clear();
    cells_ = 0;
  }
  // A count; what should be zero stands out when it is not.
  void Count(uint64_t count, bool is_bad = false) {
    Cell(GroupedNumber(count), count == 0 ? "zero" : is_bad ? "hit" : "");
  }
  std::string Html() const {
    return rows_.empty() ? rows_
                         : Fill("table", {{"head", head_}, {"rows", rows_}});
  }

 private:
  std::vector<std::pair<std::string, std::string>> columns_;
  std::string head_, rows_, row_;
  size_t cells_ = 0;
};

std::string Tile(const char* title, const std::string& value,
                 const char* tone = "") {
  return Fill("tile", {{"title", title}, {"value", value}, {"tone", tone}});
}

std::string Tiles(const Json& report) {
  const Json& totals = Member(report, "totals");
  const uint64_t failed = Number(totals, "failed");
  const uint64_t differences = Number(totals, "differences");
  const uint64_t rate = Number(totals, "recordsPerSecond");
  return Tile("Records", GroupedNumber(Number(totals, "records"))) +
         Tile("Failed", GroupedNumber(failed), failed == 0 ? "good" : "bad") +
         Tile("Differences", GroupedNumber(differences),
              differences == 0 ? "good" : "bad") +
         Tile("Data", ByteSize(Number(totals, "bytes"))) +
         Tile("Time", Duration(Number(report, "busyMs"))) +
         (rate == 0 ? "" : Tile("Records per second", GroupedNumber(rate)));
}

std::string Warnings(const Json& report) {
  std::string items;
  for (const Json& warning : Member(report, "warnings")) {
    if (!warning.is_string()) continue;
    items += Fill("warning", {{"text", Visible(warning.get<std::string>())}});
  }
  return items.empty() ? items : Fill("warnings", {{"items", items}});
}

// Whether the table's content is what the sources gave.
void StateCell(const Json& table, HtmlTable* out) {
  const std::string summary = Text(table, "summary");
  if (!summary.empty()) return out->Cell(Visible(summary), "bad");
  const std::string hash = Text(table, "hash");
  if (hash.empty()) return out->Cell("–", "quiet");
  if (hash == Text(table, "expectedHash")) return out->Cell("As read", "good");
  out->Cell("Not as read", "bad");
}

std::string Tables(const Json& report) {
  const bool is_compared = Text(report, "kind") == "verification";
  HtmlTable table;
  table.Column("Table", "name");
  table.Column(is_compared ? "Matched" : "Rows", "num");
  if (is_compared) {
    table.Column("Missing", "num")
        .Column("Different", "num")
        .Column("Extra", "num");
  }
  table.Column("Failed", "num").Column("Quarantined", "num");
  if (is_compared) table.Column("Source", "num").Column("Store", "num");
  table.Column("Content");
  for (const Json* entry : List(report, "tables")) {
    table.Cell(Visible(Text(*entry, "name")));
    const char* rows = is_compared           ? "matched"
                       : Has(*entry, "rows") ? "rows"
                                             : "expectedRows";
    table.Cell(GroupedNumber(Number(*entry, rows)));
    if (is_compared) {
      for (const char* name : {"missing", "different", "extra"}) {
        table.Count(Number(*entry, name), true);
      }
    }
    table.Count(Number(*entry, "failed"), true);
    table.Count(Number(*entry, "quarantined"), true);
    if (is_compared) {
      table.Cell(ByteSize(Number(*entry, "sourceBytes")));
      table.Cell(ByteSize(Number(*entry, "storeBytes")));
    }
    StateCell(*entry, &table);
  }
  return table.Html();
}

// The error's sentence, when this version knows its code.
std::string SentenceOf(const std::string& code) {
#define FERRITE_ERROR(name, text, status, nature, sentence) \
  if (code == text) return sentence;
#include "ferrite/error_codes.inc"
#undef FERRITE_ERROR
  return {};
}

std::string Example(const Json& failed) {
  const std::string path = Text(failed, "path");
  return Fill("example", {{"place", Visible(Text(failed, "table")) + " · " +
                                        Visible(Text(failed, "key")) +
                                        (path.empty() ? "" : " · ") +
                                        (path.empty() ? "" : Visible(path))},
                          {"message", Visible(Text(failed, "message"))}});
}

// Those that the report lists, by code, the most frequent first.
std::string Failures(const Json& report) {
  std::map<std::string, std::vector<const Json*>> by_code;
  for (const Json* failed : List(report, "failed")) {
    by_code[Text(*failed, "code")].push_back(failed);
  }
  std::vector<std::pair<std::string, std::vector<const Json*>>> groups(
      by_code.begin(), by_code.end());
  std::stable_sort(groups.begin(), groups.end(),
                   [](const auto& a, const auto& b) {
                     return a.second.size() > b.second.size();
                   });
  std::string html;
  for (const auto& [code, failed] : groups) {
    std::string examples;
    for (size_t i = 0; i < std::min(kExamples, failed.size()); ++i) {
      examples += Example(*failed[i]);
    }
    html += Fill("group", {{"title", "<b>" + GroupedNumber(failed.size()) +
                                         "</b> × " + Visible(Spaced(code))},
                           {"sentence", SentenceOf(code)},
                           {"examples", examples}});
  }
  return html;
}

std::string Differences(const Json& report) {
  HtmlTable table;
  table.Column("Key", "name").Column("Table").Column("What").Column("Columns");
  for (const Json* difference : List(report, "differences")) {
    table.Cell("<code>" + Visible(Text(*difference, "key")) + "</code>");
    table.Cell(Visible(Text(*difference, "table")));
    table.Cell(Visible(Text(*difference, "kind")));
    std::string columns;
    for (const Json& column : Member(*difference, "columns")) {
      if (!column.is_string()) continue;
      columns += columns.empty() ? "" : ", ";
      columns += Visible(column.get<std::string>());
    }
    table.Cell(columns.empty() ? "–" : columns, columns.empty() ? "zero" : "");
  }
  return table.Html();
}

std::string Sources(const Json& report) {
  HtmlTable table;
  table.Column("Source", "name").Column("Status").Column("Records", "num");
  table.Column("Expected", "num").Column("Size", "num").Column("Failed", "num");
  table.Column("No table", "num").Column("Filtered", "num");
  table.Column("Excluded", "num");
  for (const Json* source : List(report, "sources")) {
    table.Cell(Visible(Text(*source, "label")));
    const std::string status = Text(*source, "status");
    table.Cell(Visible(status),
               status == "blocked" || status == "unreadable" ? "hit" : "");
    table.Cell(GroupedNumber(Number(*source, "records")));
    table.Cell(GroupedNumber(Number(*source, "expected")));
    table.Cell(ByteSize(Number(*source, "bytes")));
    table.Count(Number(*source, "failed"), true);
    table.Count(Number(*source, "unclaimed"));
    table.Count(Number(*source, "filtered"));
    table.Count(Number(*source, "excluded"));
  }
  return table.Html();
}

// Of a run that brought the store up to date.
std::string Changes(const Json& report) {
  HtmlTable table;
  if (!Has(report, "incremental")) return table.Html();
  table.Column("Source", "name").Column("New", "num").Column("Changed", "num");
  table.Column("Deleted", "num").Column("Unchanged", "num");
  for (const Json* source : List(report, "sources")) {
    table.Cell(Visible(Text(*source, "label")));
    for (const char* name : {"new", "changed", "deleted", "unchanged"}) {
      table.Count(Number(*source, name));
    }
  }
  return table.Html();
}

std::string Environment(const Json& report) {
  std::string items;
  const auto add = [&](const char* title, const std::string& value) {
    if (value.empty()) return;
    items += Fill("fact", {{"title", title}, {"value", Visible(value)}});
  };
  const Json& store = Member(report, "store");
  const Json& plan = Member(report, "plan");
  const std::string kind = Text(store, "kind");
  add("Store", Text(store, "name"));
  add("Kind of store", kind == "opfs"           ? "origin private file system"
                       : kind == "memory-image" ? "in memory, kept as an image"
                                                : kind);
  if (Has(store, "durable"))
    add("Durable", IsTrue(store, "durable") ? "yes" : "no");
  if (Has(store, "bytes"))
    add("Size of the store", ByteSize(Number(store, "bytes")));
  add("Plan", Text(plan, "name"));
  add("Hash of the plan", Text(plan, "hash"));
  add("SQLite", Text(store, "sqlite"));
  add("Client", Text(store, "client"));
  add("Epoch", Text(store, "epoch"));
  add("Attempts", GroupedNumber(Number(report, "attempts")));
  return items.empty() ? items : Fill("facts", {{"items", items}});
}

std::string Capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] -= 'a' - 'A';
  return text;
}

std::string KindText(const Json& report) {
  std::string text = Capitalized(Text(report, "kind"));
  if (text.empty()) text = "Report";
  if (IsTrue(report, "dryRun")) text += ", dry run";
  if (IsTrue(report, "sampled")) text += ", a sample";
  return text;
}

std::string When(const Json& report) {
  const auto moment = [&](const char* name) {
    return Moment(static_cast<int64_t>(Number(report, name)));
  };
  std::string text = "Started " + moment("startedAt");
  if (Has(report, "finishedAt")) {
    text += ", finished " + moment("finishedAt");
  } else {
    text += ", at the stage \"" + Text(report, "stage") +
            "\" when this was "
            "written";
  }
  return text + ".";
}

std::string Lead(const Json& report) {
  const std::string summary = Text(report, "summary");
  return summary.empty() ? summary : Fill("lead", {{"text", Visible(summary)}});
}

std::string FirstOf(const Json& report, const char* name) {
  const uint64_t total = Number(Member(report, "totals"), name);
  const size_t listed = Member(report, name).size();
  return (total > listed ? "the first " + GroupedNumber(listed) + " of "
                         : std::string()) +
         GroupedNumber(std::max<uint64_t>(total, listed));
}

}  // namespace

Result<std::string> ReportPage(std::string_view report_json) {
  const Json report =
      Json::parse(report_json, nullptr, /*allow_exceptions=*/false);
  if (!report.is_object() || Number(report, "report") != 1) {
    return Error{ErrorCode::kInvalidArgument,
                 "The text is no report of version 1.",
                 "Give a report as a pass gave it.", ""};
  }
  const std::string kind = KindText(report);
  const std::string plan = Text(Member(report, "plan"), "name");
  const std::string name = plan.empty() ? kind : plan;
  const std::string status = Text(report, "status");
  const std::string sections =
      Section("Worth knowing", "", Warnings(report)) +
      Section("Throughput", "records per second",
              ThroughputChart(
                  Throughput::FromJson(Member(report, "throughput").dump()))) +
      Section("Changes", "records, since the run before", Changes(report)) +
      Section("Tables", Counted(List(report, "tables").size(), "table"),
              Tables(report), true) +
      Section("Records that failed", FirstOf(report, "failed"),
              Failures(report), true) +
      Section("Differences", FirstOf(report, "differences"),
              Differences(report), true) +
      Section("Sources", Counted(List(report, "sources").size(), "source"),
              Sources(report), true) +
      Section("Environment", "", Environment(report));
  return Fill("page", {{"title", name + " – " + kind + " – Ferrite"},
                       {"kind", kind},
                       {"name", Visible(name)},
                       {"tone", ToneOf(status)},
                       {"status", Capitalized(Spaced(status))},
                       {"lead", Lead(report)},
                       {"when", When(report)},
                       {"tiles", Tiles(report)},
                       {"sections", sections}}) +
         "\n";
}

}  // namespace ferrite
