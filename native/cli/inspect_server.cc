#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "ferrite/store.h"
#include "native/cli/inspect.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;
using Align = TextTable::Align;
using Row = SqliteFile::Row;

Result<Json> Tables(SqliteFile* file) {
  Json tables = Json::array();
  auto listed = file->Query("SELECT name FROM ferrite_push_table ORDER BY name",
                            [&](const Row& row) {
                              tables.push_back({{"name", row.Text(0)}});
                            });
  if (!listed.ok()) return listed.error();
  for (Json& table : tables) {
    Json tenants = Json::array();
    auto counted =
        file->Query("SELECT _tenant, count(*) FROM main." +
                        QuoteIdentifier(table["name"].get<std::string>()) +
                        " GROUP BY _tenant ORDER BY _tenant",
                    [&](const Row& row) {
                      tenants.push_back(
                          {{"tenant", row.Text(0)}, {"rows", row.Integer(1)}});
                    });
    if (!counted.ok()) return counted.error();
    table["tenants"] = std::move(tenants);
  }
  return tables;
}

Result<Json> Clients(SqliteFile* file) {
  Json clients = Json::array();
  auto listed = file->Query(
      "SELECT tenant, client, epoch, last, updated_at, (SELECT count(*) FROM "
      "ferrite_push_outcome o WHERE o.tenant = l.tenant AND o.client = "
      "l.client AND o.epoch = l.epoch AND o.status <> 200) FROM "
      "ferrite_push_ledger l ORDER BY tenant, updated_at",
      [&](const Row& row) {
        clients.push_back({{"tenant", row.Text(0)},
                           {"client", row.Text(1)},
                           {"epoch", row.Text(2)},
                           {"last", row.Integer(3)},
                           {"refused", row.Integer(5)},
                           {"updatedAt", row.Integer(4)}});
      });
  if (!listed.ok()) return listed.error();
  return clients;
}

}  // namespace

Result<int> InspectServerStore(const std::string& path, SqliteFile* file,
                               const Console& console) {
  Result<Json> tables = Tables(file);
  if (!tables.ok()) return std::move(tables).error();
  Result<Json> clients = Clients(file);
  if (!clients.ok()) return std::move(clients).error();
  const Json document = {{"kind", "server"},
                         {"file", path},
                         {"bytes", FileSize(path)},
                         {"tables", *tables},
                         {"clients", *clients}};
  console.Document(
      document.dump(-1, ' ', false, Json::error_handler_t::replace));

  console.Line(fmt::format("{} is a {}, {}.", Printable(path),
                           console.Paint(Tone::kBold, "server's store"),
                           ByteText(FileSize(path))));
  console.Line();
  TextTable rows(console, {"table", "tenant", "rows"},
                 {Align::kLeft, Align::kLeft, Align::kRight});
  for (const Json& table : *tables) {
    for (const Json& entry : table["tenants"]) {
      rows.Add({Printable(table["name"].get<std::string>()),
                Printable(entry["tenant"].get<std::string>()),
                Grouped(entry["rows"].get<uint64_t>())});
    }
  }
  if (rows.empty()) {
    console.Line("  no rows");
  } else {
    rows.Print();
  }
  console.Line();
  TextTable pushed(console,
                   {"tenant", "client", "epoch", "pushes", "refused", "last"},
                   {Align::kLeft, Align::kLeft, Align::kLeft, Align::kRight,
                    Align::kRight, Align::kLeft});
  for (const Json& entry : *clients) {
    pushed.Add({Printable(entry["tenant"].get<std::string>()),
                entry["client"].get<std::string>().substr(0, 8),
                entry["epoch"].get<std::string>().substr(0, 8),
                Grouped(entry["last"].get<uint64_t>()),
                Grouped(entry["refused"].get<uint64_t>()),
                TimeText(entry["updatedAt"].get<int64_t>())});
  }
  if (!pushed.empty()) pushed.Print();
  return 0;
}

}  // namespace ferrite
