// ferrite conflicts list|resolve.
#include "native/cli/conflicts.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "ferrite/conflict.h"
#include "native/cli/history.h"
#include "native/cli/open_store.h"
#include "native/cli/pass_run.h"
#include "native/clock.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

void AddList(CLI::App* app, ConflictsListOptions* options) {
  app->add_option("--store", options->store, "The store")
      ->required()
      ->envname("FERRITE_STORE");
  app->add_option("--table", options->table, "Of this table only");
  app->add_flag("--all", options->all, "Also those that were decided");
  app->add_option("--after", options->after,
                  "The page behind the conflict of this number");
  app->add_option("--limit", options->limit, "Conflicts on a page")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
}

void AddResolve(CLI::App* app, ConflictsResolveOptions* options) {
  app->add_option("--store", options->store, "The store")
      ->required()
      ->envname("FERRITE_STORE");
  app->add_option("--plan", options->plan, "The plan, JSON")
      ->required()
      ->envname("FERRITE_PLAN");
  app->add_option("--decisions", options->decisions,
                  "JSON: [{\"id\": 1, \"decision\": \"source\" | \"store\" | "
                  "{column: value}}, …]; {\"table\", \"key\"} in the place of "
                  "id")
      ->required();
}

std::string RowText(const Json& row, const Json& columns) {
  if (!row.is_object()) return "";
  std::string text;
  for (const Json& column : columns) {
    const std::string name = column.get<std::string>();
    if (!row.contains(name)) continue;
    text += (text.empty() ? "" : ", ") + name + " " +
            row[name].dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return Printable(text);
}

void PrintList(const Json& page, const Console& console) {
  using Align = TextTable::Align;
  TextTable table(
      console,
      {"id", "table", "key", "decision", "in the source", "in the store"},
      {Align::kRight, Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft,
       Align::kLeft});
  for (const Json& entry : page["conflicts"]) {
    const Json& columns = entry["columns"];
    table.Add({std::to_string(entry["id"].get<int64_t>()),
               Printable(entry["table"].get<std::string>()),
               Printable(entry["key"].get<std::string>()),
               entry["decision"].get<std::string>(),
               RowText(entry.value("source", Json()), columns),
               RowText(entry.value("store", Json()), columns)});
  }
  if (!table.empty()) table.Print();
  console.Line(Counted(page["total"].get<uint64_t>(), "conflict") + ".");
  if (page.contains("next")) {
    console.Line("There are more: --after " +
                 std::to_string(page["next"].get<int64_t>()));
  }
}

}  // namespace

Result<std::string> DecideByFile(Store* store, const Plan& plan,
                                 const std::string& file, const Actor& actor) {
  std::ifstream in(file, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)),
                         std::istreambuf_iterator<char>());
  if (!in) {
    return Error{ErrorCode::kInvalidArgument,
                 "The decisions " + file + " cannot be read.",
                 "Check the path and the permissions.", ""};
  }
  Result<std::string> decided =
      ResolveConflicts(store, plan, text, Now(), actor);
  if (decided.ok()) return decided;
  Error error = std::move(decided).error();
  error.message = file + ": " + error.message;
  return error;
}

Result<int> ConflictsList(const ConflictsListOptions& options,
                          const Console& console) {
  Result<std::unique_ptr<Store>> store =
      OpenStore(options.store, OpenFor::kReading);
  if (!store.ok()) return std::move(store).error();
  ConflictFilter filter;
  filter.undecided_only = !options.all;
  filter.table = options.table;
  filter.after = options.after;
  filter.limit = options.limit;
  Result<std::string> list = ListConflicts(store->get(), filter);
  if (!list.ok()) return std::move(list).error();
  console.Document(*list);
  PrintList(Json::parse(*list), console);
  return 0;
}

Result<int> ConflictsResolve(const ConflictsResolveOptions& options,
                             const Console& console) {
  Result<Plan> plan = ReadPlanFile(options.plan);
  if (!plan.ok()) return std::move(plan).error();
  Result<std::unique_ptr<Store>> store =
      OpenStore(options.store, OpenFor::kChanging);
  if (!store.ok()) return std::move(store).error();
  Result<std::string> decided =
      DecideByFile(store->get(), *plan, options.decisions,
                   CommandActor("conflicts resolve"));
  if (!decided.ok()) return std::move(decided).error();
  console.Document(*decided);
  const Json counts = Json::parse(*decided);
  console.Line(Counted(counts["decided"].get<uint64_t>(), "conflict") +
               " decided, " + std::to_string(counts["passed"].get<uint64_t>()) +
               " were decided before.");
  return 0;
}

void AddConflictsCommands(CLI::App* app, const AddCommand& add,
                          ConflictsArguments* arguments,
                          const Console& console) {
  CLI::App* conflicts = app->add_subcommand(
      "conflicts", "List and decide what a migration left undecided");
  conflicts->fallthrough();
  conflicts->configurable();
  conflicts->require_subcommand(1);
  AddList(add(conflicts, "list", "List the undecided conflicts, page by page",
              [&console, arguments] {
                return ConflictsList(arguments->list, console);
              }),
          &arguments->list);
  AddResolve(add(conflicts, "resolve",
                 "Decide conflicts by a file, all or none of them",
                 [&console, arguments] {
                   return ConflictsResolve(arguments->resolve, console);
                 }),
             &arguments->resolve);
}

}  // namespace ferrite
