#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "ferrite/pusher.h"
#include "ferrite/store.h"
#include "native/cli/inspect.h"
#include "native/cli/open_store.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;
using Align = TextTable::Align;

// Runs a query and gives its rows to `on_row`.
template <typename OnRow>
Result<void> Query(Store* store, const std::string& sql, OnRow&& on_row) {
  Result<Statement> statement = store->Prepare(sql);
  if (!statement.ok()) return std::move(statement).error();
  for (;;) {
    Result<bool> row = statement->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return {};
    on_row(*statement);
  }
}

std::string Text(const Statement& row, int column) {
  return std::string(row.Column(column).text());
}

Result<Json> Tables(Store* store) {
  Json tables = Json::array();
  auto listed = Query(
      store,
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = "
      "'table' AND name NOT LIKE 'ferrite\\_%' ESCAPE '\\' AND name NOT LIKE "
      "'sqlite\\_%' ESCAPE '\\' ORDER BY name",
      [&](const Statement& row) {
        tables.push_back({{"name", Text(row, 0)}});
      });
  if (!listed.ok()) return listed.error();
  for (Json& table : tables) {
    const std::string name = table["name"].get<std::string>();
    auto counted = Query(
        store, "SELECT count(*) FROM main." + QuoteIdentifier(name),
        [&](const Statement& row) { table["rows"] = row.Column(0).integer; });
    if (!counted.ok()) return counted.error();
    Json columns = Json::array();
    Json key = Json::array();
    Result<Statement> info = store->Prepare(
        "SELECT name, pk FROM pragma_table_xinfo(?) ORDER BY cid");
    if (!info.ok()) return std::move(info).error();
    info->Bind(1, Cell::Text(name));
    for (;;) {
      Result<bool> row = info->Step();
      if (!row.ok()) return std::move(row).error();
      if (!*row) break;
      columns.push_back(Text(*info, 0));
      if (info->Column(1).integer != 0) key.push_back(Text(*info, 0));
    }
    table["columns"] = std::move(columns);
    table["primaryKey"] = std::move(key);
  }
  return tables;
}

// The latest migration, or null.
Result<Json> Migration(Store* store) {
  Json migration;
  auto read = Query(
      store,
      "SELECT plan_name, status, stage, started_at, updated_at, finished_at, "
      "attempts, (SELECT count(*) FROM ferrite_failed f WHERE f.migration = "
      "m.id), (SELECT count(*) FROM ferrite_difference WHERE run=(SELECT "
      "max(id) FROM ferrite_verification WHERE finished_at IS NOT NULL)) FROM "
      "ferrite_migration m WHERE kind = 'migration' AND external_id IS NULL "
      "AND status <> 'rolled_back' "
      "ORDER BY id DESC LIMIT 1",
      [&](const Statement& row) {
        const Cell finished = row.Column(5);
        migration = {{"plan", Text(row, 0)},
                     {"status", Text(row, 1)},
                     {"stage", Text(row, 2)},
                     {"startedAt", row.Column(3).integer},
                     {"updatedAt", row.Column(4).integer},
                     {"finishedAt", finished.type == Cell::Type::kNull
                                        ? Json()
                                        : Json(finished.integer)},
                     {"attempts", row.Column(6).integer},
                     {"failed", row.Column(7).integer},
                     {"differences", row.Column(8).integer}};
      });
  if (!read.ok()) return read.error();
  return migration;
}

Json ToJson(const PushStatus& push) {
  Json refused = Json::array();
  for (const RefusedPush& entry : push.refused) {
    refused.push_back({{"epoch", entry.epoch},
                       {"sequence", entry.sequence},
                       {"rows", entry.rows},
                       {"bytes", entry.bytes},
                       {"code", entry.code},
                       {"message", entry.message}});
  }
  return {{"sequence", push.sequence},  {"inFlight", push.in_flight},
          {"pushes", push.pushes},      {"rows", push.rows},
          {"rowsLeft", push.rows_left}, {"refused", refused}};
}

void PrintMigration(const Json& migration, const Console& console) {
  if (migration.is_null()) {
    console.Line("No migration was begun here.");
    return;
  }
  std::string status = migration["status"].get<std::string>();
  const Tone tone = status == "verified" ? Tone::kGood : Tone::kWarning;
  std::replace(status.begin(), status.end(), '_', ' ');
  console.Line(
      fmt::format("Migration by plan \"{}\": {}, {}{}",
                  Printable(migration["plan"].get<std::string>()),
                  console.Paint(tone, status),
                  migration["finishedAt"].is_null() ? "begun " : "finished ",
                  TimeText(migration["finishedAt"].is_null()
                               ? migration["startedAt"].get<int64_t>()
                               : migration["finishedAt"].get<int64_t>())));
  const auto count = [&](const char* name) {
    return migration[name].get<uint64_t>();
  };
  if (count("failed") != 0) {
    console.Line(Counted(count("failed"), "record") +
                 " in ferrite_failed could not become rows.");
  }
  if (count("differences") != 0) {
    console.Line(Counted(count("differences"), "difference") +
                 " in ferrite_difference.");
  }
}

void PrintPush(const std::optional<PushStatus>& push, const Console& console) {
  if (!push) {
    console.Line("Never pushed to a server.");
    return;
  }
  console.Line(fmt::format(
      "Pushed to a server: {} in {}, {} left.", Counted(push->rows, "row"),
      Counted(push->pushes, "push"), Grouped(push->rows_left)));
  if (!push->refused.empty()) {
    console.Line(console.Paint(Tone::kBad,
                               Counted(push->refused.size(), "refused push")) +
                 " in ferrite_push_refused.");
  }
}

}  // namespace

Result<int> InspectStore(const std::string& path, const Console& console) {
  Result<std::unique_ptr<Store>> opened = OpenStore(path, OpenFor::kReading);
  if (!opened.ok()) return std::move(opened).error();
  Store* store = opened->get();
  Result<Json> tables = Tables(store);
  if (!tables.ok()) return std::move(tables).error();
  Result<Json> migration = Migration(store);
  if (!migration.ok()) return std::move(migration).error();
  Result<std::optional<PushStatus>> push = ReadPushStatus(store);
  if (!push.ok()) return std::move(push).error();
  Json identity;
  for (const char* key : {"client", "epoch"}) {
    Result<std::optional<std::string>> value = store->Meta(key);
    if (!value.ok()) return std::move(value).error();
    identity[key] = value->value_or("");
  }

  const Json document = {{"kind", "store"},
                         {"file", path},
                         {"bytes", FileSize(path)},
                         {"client", identity["client"]},
                         {"epoch", identity["epoch"]},
                         {"tables", *tables},
                         {"migration", *migration},
                         {"push", *push ? ToJson(**push) : Json()}};
  console.Document(
      document.dump(-1, ' ', false, Json::error_handler_t::replace));

  console.Line(fmt::format("{} is a {}, {}.", Printable(path),
                           console.Paint(Tone::kBold, "store"),
                           ByteText(FileSize(path))));
  console.Line();
  TextTable table(console, {"table", "rows", "columns", "primary key"},
                  {Align::kLeft, Align::kRight, Align::kRight, Align::kLeft});
  for (const Json& entry : *tables) {
    std::string key;
    for (const Json& column : entry["primaryKey"]) {
      key += (key.empty() ? "" : ", ") + column.get<std::string>();
    }
    table.Add({Printable(entry["name"].get<std::string>()),
               Grouped(entry["rows"].get<uint64_t>()),
               Grouped(entry["columns"].size()),
               key.empty() ? "none" : Printable(key)});
  }
  if (table.empty()) {
    console.Line("  no tables");
  } else {
    table.Print();
  }
  console.Line();
  PrintMigration(*migration, console);
  PrintPush(*push, console);
  return 0;
}

}  // namespace ferrite
