// What a plan means, as a person and as a program read it.
#include <nlohmann/json.hpp>

#include "ferrite/load_order.h"
#include "native/cli/commands.h"
#include "native/cli/pass_run.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;
using Align = TextTable::Align;

std::string Text(const Plan& plan, const Selection& from) {
  std::string text = plan.sources[from.source].Label();
  switch (from.match) {
    case Match::kAll:
      break;
    case Match::kKey:
      text += " = " + from.text;
      break;
    case Match::kPrefix:
      text += " " + from.text + "…";
      break;
    case Match::kPattern:
      text += " ~ " + from.text;
      break;
  }
  return from.optional ? text + " (optional)" : text;
}

std::vector<std::string> Names(const Table& table,
                               const std::vector<size_t>& columns) {
  std::vector<std::string> names;
  for (const size_t column : columns) {
    names.push_back(table.columns[column].name);
  }
  return names;
}

std::string Joined(const std::vector<std::string>& texts,
                   const char* between = ", ") {
  std::string joined;
  for (const std::string& text : texts) {
    joined += (joined.empty() ? "" : between) + text;
  }
  return joined;
}

std::string Pointer(const std::vector<std::string>& path) {
  std::string pointer;
  for (const std::string& token : path) {
    pointer += '/';
    for (const char c : token) {
      pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
  }
  return pointer;
}

std::vector<std::string> References(const Plan& plan, const Table& table) {
  std::vector<std::string> references;
  for (const ForeignKey& key : table.foreign_keys) {
    references.push_back(Joined(Names(table, key.columns), "+") + " → " +
                         plan.tables[key.table].name);
  }
  return references;
}

std::vector<std::string> Pointers(
    const std::vector<std::vector<std::string>>& paths) {
  std::vector<std::string> pointers;
  for (const auto& path : paths) pointers.push_back(Pointer(path));
  return pointers;
}

constexpr const char* UnmappedText(Unmapped unmapped) {
  switch (unmapped) {
    case Unmapped::kKeep:
      return "keep";
    case Unmapped::kDrop:
      return "drop";
    case Unmapped::kFail:
      return "fail";
  }
  return "";
}

Json TableJson(const Plan& plan, const Table& table) {
  Json from = Json::array();
  for (const Selection& each : table.from) from.push_back(Text(plan, each));
  Json indexes = Json::array();
  for (const Index& index : table.indexes) indexes.push_back(index.name);
  std::vector<std::string> columns;
  for (const Column& column : table.columns) columns.push_back(column.name);
  return {{"name", table.name},
          {"from", from},
          {"each", Pointers(table.each)},
          {"isFiltered", !table.when.empty() || !table.when_sql.empty()},
          {"hasSchema", table.schema != nullptr},
          {"columns", columns},
          {"primaryKey", Names(table, table.primary_key)},
          {"references", References(plan, table)},
          {"indexes", indexes},
          {"unmapped", UnmappedText(table.unmapped)}};
}

Json TableNames(const Plan& plan, const std::vector<size_t>& tables) {
  Json names = Json::array();
  for (const size_t table : tables) names.push_back(plan.tables[table].name);
  return names;
}

std::string Document(const Plan& plan, const LoadOrder& order) {
  Json sources = Json::array();
  for (const Source& source : plan.sources) {
    sources.push_back(Json::parse(source.ToJson()));
  }
  Json tables = Json::array();
  for (const Table& table : plan.tables) {
    tables.push_back(TableJson(plan, table));
  }
  Json cycles = Json::array();
  for (const auto& cycle : order.cycles) {
    cycles.push_back(TableNames(plan, cycle));
  }
  Json excluded = Json::array();
  for (const Exclusion& each : plan.excluded) {
    excluded.push_back(
        {{"records", Text(plan, each.records)}, {"reason", each.reason}});
  }
  const Json document = {
      {"plan", {{"name", plan.name}, {"hash", plan.hash.ToHex()}}},
      {"sources", sources},
      {"tables", tables},
      {"order", TableNames(plan, order.tables)},
      {"cycles", cycles},
      {"excluded", excluded}};
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// What a table does beside taking records into columns.
std::string Remarks(const Plan& plan, const Table& table) {
  std::vector<std::string> remarks;
  if (!table.each.empty()) {
    remarks.push_back("each " + Joined(Pointers(table.each), " "));
  }
  if (!table.when.empty() || !table.when_sql.empty()) {
    remarks.emplace_back("filtered");
  }
  if (table.schema != nullptr) remarks.emplace_back("schema");
  for (const std::string& reference : References(plan, table)) {
    remarks.push_back(reference);
  }
  if (!table.indexes.empty()) {
    // "index" has another plural than the other nouns.
    remarks.push_back(std::to_string(table.indexes.size()) +
                      (table.indexes.size() == 1 ? " index" : " indexes"));
  }
  if (table.unmapped != Unmapped::kKeep) {
    remarks.push_back(std::string("unmapped: ") + UnmappedText(table.unmapped));
  }
  return Joined(remarks);
}

void PrintTables(const Plan& plan, const Console& console) {
  TextTable out(
      console, {"table", "columns", "key", "from", "besides"},
      {Align::kLeft, Align::kRight, Align::kLeft, Align::kLeft, Align::kLeft});
  for (const Table& table : plan.tables) {
    std::vector<std::string> from;
    for (const Selection& each : table.from) from.push_back(Text(plan, each));
    out.Add({Printable(table.name), Grouped(table.columns.size()),
             Printable(Joined(Names(table, table.primary_key))),
             Printable(Joined(from)), Printable(Remarks(plan, table))});
  }
  out.Print();
}

void PrintOrder(const Plan& plan, const LoadOrder& order,
                const Console& console) {
  for (const auto& cycle : order.cycles) {
    std::vector<std::string> names;
    for (const size_t table : cycle) names.push_back(plan.tables[table].name);
    console.Line();
    console.Line(Printable(
        cycle.size() == 1
            ? names[0] + " refers to itself; its references are checked after "
                         "the load."
            : Joined(names) + " refer to one another; their references are "
                              "checked after the load."));
  }
}

}  // namespace

Result<int> PlanCheck(const PlanCheckOptions& options, const Console& console) {
  Result<Plan> plan = ReadPlanFile(options.plan);
  if (!plan.ok()) return std::move(plan).error();
  const LoadOrder order = OrderTables(*plan);
  console.Document(Document(*plan, order));
  console.Line("Plan " + Printable(plan->name) + ": " +
               console.Paint(Tone::kGood, "usable") + ", " +
               Counted(plan->tables.size(), "table") + " from " +
               Counted(plan->sources.size(), "source"));
  console.Line();
  PrintTables(*plan, console);
  PrintOrder(*plan, order, console);
  if (plan->excluded.empty()) return 0;
  console.Line();
  console.Line("Left where it is on purpose:");
  TextTable out(console, {"records", "reason"}, {Align::kLeft, Align::kLeft});
  for (const Exclusion& each : plan->excluded) {
    out.Add({Printable(Text(*plan, each.records)), Printable(each.reason)});
  }
  out.Print();
  return 0;
}

}  // namespace ferrite
