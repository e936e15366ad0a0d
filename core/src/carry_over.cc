#include "carry_over.h"

#include <sqlite3.h>

#include <utility>
#include <vector>

#include "store_schema.h"

namespace ferrite::internal {
namespace {

constexpr char kAuditHead[] = "audit_head";

// The parameters of `columns` columns: "?1,?2,…".
std::string Parameters(int columns) {
  std::string list;
  for (int i = 1; i <= columns; ++i) {
    list += (i == 1 ? "?" : ",?") + std::to_string(i);
  }
  return list;
}

void BindRow(const Statement& row, int from, Statement* into) {
  for (int i = from; i < row.column_count(); ++i) {
    into->Bind(i + 1, row.Column(i));
  }
}

// Each row of `select`, until the first error.
template <typename Take>
Result<void> ForEach(Store* store, const std::string& select, Take take) {
  Result<Statement> rows = store->Prepare(select);
  if (!rows.ok()) return std::move(rows).error();
  for (;;) {
    Result<bool> row = rows->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return {};
    if (auto taken = take(*rows); !taken.ok()) return taken;
  }
}

// Rows of live's `table` that have no row of their key in restored; `count`
// grows by each. `where` begins with WHERE or is empty.
template <typename Added>
Result<void> AddMissing(Store* live, Store* restored, const std::string& table,
                        const std::string& where, Added added) {
  Result<Statement> shape = live->Prepare("SELECT * FROM " + table);
  if (!shape.ok()) return std::move(shape).error();
  Result<Statement> insert =
      restored->Prepare("INSERT OR IGNORE INTO " + table + " VALUES(" +
                        Parameters(shape->column_count()) + ")");
  if (!insert.ok()) return std::move(insert).error();
  return ForEach(live, "SELECT * FROM " + table + where,
                 [&](const Statement& row) -> Result<void> {
                   BindRow(row, 0, &*insert);
                   const int64_t before =
                       sqlite3_total_changes64(restored->handle());
                   if (auto run = insert->Run(); !run.ok()) return run;
                   if (sqlite3_total_changes64(restored->handle()) != before) {
                     added(row);
                   }
                   return {};
                 });
}

Result<void> CarryHistory(Store* live, Store* restored, CarriedOver* carried) {
  std::vector<int64_t> ids;
  Result<void> done = AddMissing(
      live, restored, "ferrite_migration", " ORDER BY id",
      [&](const Statement& row) { ids.push_back(row.Column(0).integer); });
  if (!done.ok()) return done;
  carried->history = static_cast<int64_t>(ids.size());
  for (const int64_t id : ids) {
    const std::string of_row = std::to_string(id);
    for (const char* table : {"ferrite_attempt", "ferrite_throughput"}) {
      done = AddMissing(live, restored, table, " WHERE migration=" + of_row,
                        [](const Statement&) {});
      if (!done.ok()) return done;
    }
    // Of an imported row the content is not here.
    done = restored->Execute(
        "UPDATE ferrite_migration SET status='rolled_back',"
        "finished_at=coalesce(finished_at,updated_at) WHERE id=" +
        of_row + " AND kind IN ('migration','retry') AND external_id IS NULL");
    if (!done.ok()) return done;
  }
  return ForEach(restored,
                 "SELECT id,plan_name FROM ferrite_migration WHERE id IN "
                 "(SELECT max(id) FROM ferrite_migration WHERE "
                 "status='rolled_back' AND kind='migration' AND external_id IS "
                 "NULL)",
                 [&](const Statement& row) -> Result<void> {
                   const int64_t id = row.Column(0).integer;
                   for (const int64_t one : ids) {
                     if (one != id) continue;
                     carried->migration = id;
                     carried->plan = std::string(row.Column(1).text());
                   }
                   return {};
                 });
}

// By what they say and not by their ids alone: these begin anew when all
// entries were cleaned up.
Result<void> CarryLogs(Store* live, Store* restored, CarriedOver* carried) {
  Result<Statement> is_there = restored->Prepare(
      "SELECT 1 FROM ferrite_log WHERE id=?1 AND at=?2 AND message=?3");
  if (!is_there.ok()) return std::move(is_there).error();
  Result<Statement> insert = restored->Prepare(
      "INSERT INTO ferrite_log(at,level,migration,message,context) "
      "VALUES(?2,?3,?4,?5,?6)");
  if (!insert.ok()) return std::move(insert).error();
  return ForEach(live,
                 "SELECT id,at,level,migration,message,context FROM "
                 "ferrite_log ORDER BY id",
                 [&](const Statement& row) -> Result<void> {
                   is_there->Bind(1, row.Column(0));
                   is_there->Bind(2, row.Column(1));
                   is_there->Bind(3, row.Column(4));
                   Result<bool> found = is_there->Step();
                   if (!found.ok()) return std::move(found).error();
                   is_there->Reset();
                   if (*found) return {};
                   BindRow(row, 1, &*insert);
                   ++carried->logs;
                   return insert->Run();
                 });
}

Result<void> CarryAudit(Store* live, Store* restored, CarriedOver* carried) {
  Result<int64_t> last =
      QueryInteger(restored, "SELECT coalesce(max(id),0) FROM ferrite_audit");
  if (!last.ok()) return std::move(last).error();
  const std::string of_last =
      " FROM ferrite_audit WHERE id=" + std::to_string(*last);
  std::string hashes[2];
  for (int i = 0; i < 2; ++i) {
    Result<void> read =
        ForEach(i == 0 ? live : restored, "SELECT hash" + of_last,
                [&](const Statement& row) -> Result<void> {
                  hashes[i] = row.Column(0).text();
                  return {};
                });
    if (!read.ok()) return read;
  }
  carried->audit_continues = hashes[0] == hashes[1];
  if (!carried->audit_continues) return {};
  Result<void> done =
      AddMissing(live, restored, "ferrite_audit",
                 " WHERE id>" + std::to_string(*last) + " ORDER BY id",
                 [&](const Statement&) { ++carried->audit; });
  if (!done.ok()) return done;
  Result<std::optional<std::string>> head = live->Meta(kAuditHead);
  if (!head.ok()) return std::move(head).error();
  if (!head->has_value()) return {};
  return restored->SetMeta(kAuditHead, **head);
}

}  // namespace

Result<CarriedOver> CarryOver(Store* live, Store* restored) {
  CarriedOver carried;
  Result<std::optional<std::string>> live_client = live->Meta("client");
  if (!live_client.ok()) return std::move(live_client).error();
  Result<std::optional<std::string>> client = restored->Meta("client");
  if (!client.ok()) return std::move(client).error();
  carried.is_same_store = *live_client == *client;
  if (!carried.is_same_store) return carried;
  Result<void> done = CarryHistory(live, restored, &carried);
  if (done.ok()) done = CarryLogs(live, restored, &carried);
  if (done.ok()) done = CarryAudit(live, restored, &carried);
  if (!done.ok()) return std::move(done).error();
  return carried;
}

}  // namespace ferrite::internal
