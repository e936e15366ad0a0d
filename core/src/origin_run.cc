#include "origin_run.h"

#include <string>
#include <string_view>
#include <utility>

#include "run_sql.h"
#include "store_schema.h"

namespace ferrite::internal {
namespace {

constexpr char kTables[] = R"sql(
CREATE TABLE IF NOT EXISTS ferrite_incremental(
  migration INTEGER PRIMARY KEY, origin INTEGER NOT NULL, since INTEGER)
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ferrite_change(
  migration INTEGER NOT NULL, source INTEGER NOT NULL, added INTEGER NOT NULL,
  changed INTEGER NOT NULL, deleted INTEGER NOT NULL,
  unchanged INTEGER NOT NULL, unread INTEGER NOT NULL,
  PRIMARY KEY(migration, source)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ferrite_watermark(
  migration INTEGER NOT NULL, source INTEGER NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY(migration, source)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ferrite_origin(
  origin INTEGER NOT NULL, source INTEGER NOT NULL, key BLOB NOT NULL,
  hash BLOB NOT NULL, filtered INTEGER NOT NULL, rows BLOB NOT NULL,
  PRIMARY KEY(origin, source, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ferrite_orphaned(
  origin INTEGER NOT NULL, table_number INTEGER NOT NULL, made BLOB NOT NULL,
  is_now BLOB NOT NULL, is_in_ledger INTEGER NOT NULL,
  PRIMARY KEY(origin, table_number, made)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ferrite_orphaned_now
  ON ferrite_orphaned(origin, table_number, is_now);
CREATE TABLE IF NOT EXISTS ferrite_shared(
  origin INTEGER NOT NULL, table_number INTEGER NOT NULL,
  row_key BLOB NOT NULL, PRIMARY KEY(origin, table_number, row_key))
  WITHOUT ROWID;
DELETE FROM ferrite_change;
)sql";

}  // namespace

Result<std::optional<OriginRun>> FindOriginRun(Store* store,
                                               int64_t migration) {
  Result<std::optional<std::string>> table =
      CreateTextOf(store, "ferrite_incremental");
  if (!table.ok()) return std::move(table).error();
  if (!table->has_value()) return std::optional<OriginRun>();
  Result<Statement> select = store->Prepare(
      "SELECT origin,since FROM ferrite_incremental WHERE migration=?1");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Integer(migration));
  Result<bool> row = select->Step();
  if (!row.ok()) return std::move(row).error();
  if (!*row) return std::optional<OriginRun>();
  OriginRun run{migration, select->Column(0).integer, std::nullopt};
  if (const Cell since = select->Column(1);
      since.type == Cell::Type::kInteger) {
    run.since = since.integer;
  }
  return std::optional<OriginRun>(run);
}

Result<void> BeginOriginRun(Store* store, const OriginRun& run) {
  if (auto made = store->Execute(kTables); !made.ok()) return made;
  return RunSql(store, "INSERT INTO ferrite_incremental VALUES(?1,?2,?3)",
                {Cell::Integer(run.migration), Cell::Integer(run.origin),
                 run.since ? Cell::Integer(*run.since) : Cell::Null()});
}

Result<void> TakeOver(Store* store, const Plan& plan, const OriginRun& run) {
  for (const std::string_view sql :
       {"UPDATE ferrite_failed SET migration=?1 WHERE migration=?2",
        "UPDATE ferrite_correction SET migration=?1 WHERE migration=?2",
        "UPDATE ferrite_conflict SET migration=?1 WHERE migration=?2 AND "
        "decision='undecided'",
        "INSERT INTO ferrite_plan SELECT ?1,number,hash,text,at FROM "
        "ferrite_plan WHERE migration=?2"}) {
    Result<void> done = RunSql(
        store, sql, {Cell::Integer(run.migration), Cell::Integer(*run.since)});
    if (!done.ok()) return done;
  }
  for (const Table& table : plan.tables) {
    if (table.on_conflict.strategy != Strategy::kLedger) continue;
    Result<void> done =
        RunSql(store,
               "INSERT INTO ferrite_total(migration,table_name,rows,hash,"
               "quarantined,nulled) SELECT ?1,table_name,rows,hash,quarantined,"
               "nulled FROM ferrite_total WHERE migration=?2 AND table_name=?3",
               {Cell::Integer(run.migration), Cell::Integer(*run.since),
                Cell::Text(table.name)});
    if (!done.ok()) return done;
  }
  return {};
}

Result<void> SaveWatermarks(Store* store, int64_t migration,
                            const std::vector<std::string>& watermarks) {
  for (size_t i = 0; i < watermarks.size(); ++i) {
    if (watermarks[i].empty()) continue;
    Result<void> done = RunSql(
        store, "INSERT INTO ferrite_watermark VALUES(?1,?2,?3)",
        {Cell::Integer(migration), Cell::Integer(static_cast<int64_t>(i)),
         Cell::Text(watermarks[i])});
    if (!done.ok()) return done;
  }
  return {};
}

Result<std::vector<std::string>> LoadWatermarks(Store* store, int64_t migration,
                                                size_t sources) {
  Result<Statement> select = store->Prepare(
      "SELECT source,text FROM ferrite_watermark WHERE migration=?1 AND "
      "source<?2");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Integer(migration));
  select->Bind(2, Cell::Integer(static_cast<int64_t>(sources)));
  std::vector<std::string> watermarks(sources);
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return watermarks;
    watermarks[static_cast<size_t>(select->Column(0).integer)] =
        select->Column(1).text();
  }
}

Result<void> SaveChanges(Store* store, int64_t migration, size_t source,
                         const ChangeCounts& changes) {
  const auto count = [](uint64_t number) {
    return Cell::Integer(static_cast<int64_t>(number));
  };
  return RunSql(
      store,
      "INSERT OR REPLACE INTO ferrite_change VALUES(?1,?2,?3,?4,?5,?6,?7)",
      {Cell::Integer(migration), count(source), count(changes.added),
       count(changes.changed), count(changes.deleted), count(changes.unchanged),
       count(changes.unread)});
}

Result<ChangeCounts> LoadChanges(Store* store, int64_t migration,
                                 size_t source) {
  Result<Statement> select = store->Prepare(
      "SELECT added,changed,deleted,unchanged,unread FROM ferrite_change "
      "WHERE migration=?1 AND source=?2");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Integer(migration));
  select->Bind(2, Cell::Integer(static_cast<int64_t>(source)));
  Result<bool> row = select->Step();
  if (!row.ok()) return std::move(row).error();
  ChangeCounts changes;
  if (!*row) return changes;
  int column = 0;
  for (uint64_t* count : {&changes.added, &changes.changed, &changes.deleted,
                          &changes.unchanged, &changes.unread}) {
    *count = static_cast<uint64_t>(select->Column(column++).integer);
  }
  return changes;
}

Result<void> ClearChanges(Store* store, int64_t migration) {
  return RunSql(store, "DELETE FROM ferrite_change WHERE migration=?1",
                {Cell::Integer(migration)});
}

}  // namespace ferrite::internal
