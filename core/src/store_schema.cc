#include "store_schema.h"

#include <string>

#include "migration_row.h"

namespace ferrite::internal {
namespace {

constexpr char kFormat[] = "3";

// core/doc/store.md explains them.
constexpr char kTables[] = R"sql(
CREATE TABLE ferrite_meta(
  key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE ferrite_migration(
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, plan_name TEXT NOT NULL,
  plan_hash BLOB NOT NULL, status TEXT NOT NULL, stage TEXT NOT NULL,
  initiator TEXT NOT NULL, config TEXT NOT NULL DEFAULT '{}',
  started_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
  finished_at INTEGER, attempts INTEGER NOT NULL, busy_ms INTEGER NOT NULL,
  records INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0, differences INTEGER NOT NULL DEFAULT 0,
  tables TEXT NOT NULL DEFAULT '[]', code TEXT, message TEXT, external_id TEXT,
  report TEXT);
CREATE INDEX ferrite_migration_started ON ferrite_migration(started_at);
CREATE INDEX ferrite_migration_status ON ferrite_migration(status, started_at);
CREATE INDEX ferrite_migration_kind ON ferrite_migration(kind, started_at);
CREATE INDEX ferrite_migration_plan ON ferrite_migration(plan_hash);
CREATE UNIQUE INDEX ferrite_migration_external
  ON ferrite_migration(external_id) WHERE external_id IS NOT NULL;
CREATE TABLE ferrite_attempt(
  migration INTEGER NOT NULL, number INTEGER NOT NULL, status TEXT NOT NULL,
  started_at INTEGER NOT NULL, finished_at INTEGER, code TEXT, message TEXT,
  PRIMARY KEY(migration, number)) WITHOUT ROWID;
CREATE TABLE ferrite_log(
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, level TEXT NOT NULL,
  migration INTEGER, message TEXT NOT NULL, context TEXT NOT NULL);
CREATE INDEX ferrite_log_at ON ferrite_log(at);
CREATE INDEX ferrite_log_level ON ferrite_log(level);
CREATE INDEX ferrite_log_migration ON ferrite_log(migration);
CREATE TABLE ferrite_audit(
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL,
  action TEXT NOT NULL, target TEXT NOT NULL, details TEXT NOT NULL,
  origin TEXT NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL);
CREATE INDEX ferrite_audit_at ON ferrite_audit(at);
CREATE INDEX ferrite_audit_action ON ferrite_audit(action);
CREATE TRIGGER ferrite_audit_appended BEFORE INSERT ON ferrite_audit
  WHEN NEW.id <> (SELECT coalesce(max(id), 0) + 1 FROM ferrite_audit)
  BEGIN SELECT RAISE(ABORT, 'Audit entries are appended.'); END;
CREATE TRIGGER ferrite_audit_kept BEFORE DELETE ON ferrite_audit
  BEGIN SELECT RAISE(ABORT, 'Audit entries are never removed.'); END;
CREATE TRIGGER ferrite_audit_unchanged BEFORE UPDATE ON ferrite_audit
  BEGIN SELECT RAISE(ABORT, 'Audit entries are never changed.'); END;
CREATE TABLE ferrite_checkpoint(
  migration INTEGER NOT NULL, source INTEGER NOT NULL,
  source_json TEXT NOT NULL, last_key BLOB, done INTEGER NOT NULL,
  records INTEGER NOT NULL, bytes INTEGER NOT NULL, failed INTEGER NOT NULL,
  unclaimed INTEGER NOT NULL, filtered INTEGER NOT NULL,
  excluded INTEGER NOT NULL, PRIMARY KEY(migration, source)) WITHOUT ROWID;
CREATE TABLE ferrite_total(
  migration INTEGER NOT NULL, table_name TEXT NOT NULL, rows INTEGER NOT NULL,
  hash BLOB NOT NULL, quarantined INTEGER NOT NULL, nulled INTEGER NOT NULL,
  before INTEGER NOT NULL DEFAULT 0, inserted INTEGER NOT NULL DEFAULT 0,
  equal INTEGER NOT NULL DEFAULT 0, overwritten INTEGER NOT NULL DEFAULT 0,
  merged INTEGER NOT NULL DEFAULT 0, kept INTEGER NOT NULL DEFAULT 0,
  undecided INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(migration, table_name)) WITHOUT ROWID;
CREATE TABLE ferrite_failed(
  id INTEGER PRIMARY KEY, migration INTEGER NOT NULL,
  table_name TEXT NOT NULL, source INTEGER NOT NULL,
  key BLOB NOT NULL, key_text TEXT NOT NULL,
  code TEXT NOT NULL, message TEXT NOT NULL, path TEXT NOT NULL,
  value BLOB NOT NULL, row BLOB, at INTEGER NOT NULL);
CREATE UNIQUE INDEX ferrite_failed_record
  ON ferrite_failed(migration, table_name, source, key);
CREATE TABLE ferrite_failed_part(
  failed INTEGER NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY(failed, part));
CREATE TABLE ferrite_correction(
  id INTEGER PRIMARY KEY, migration INTEGER NOT NULL,
  table_name TEXT NOT NULL, source INTEGER NOT NULL,
  key BLOB NOT NULL, key_text TEXT NOT NULL, kind TEXT NOT NULL,
  code TEXT NOT NULL, message TEXT NOT NULL, path TEXT NOT NULL,
  value BLOB, original BLOB NOT NULL, row BLOB, at INTEGER NOT NULL,
  UNIQUE(migration, table_name, source, key));
CREATE TABLE ferrite_plan(
  migration INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL,
  text TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(migration, number))
  WITHOUT ROWID;
CREATE TABLE ferrite_throughput(
  migration INTEGER PRIMARY KEY, points TEXT NOT NULL);
CREATE TABLE ferrite_verification(
  id INTEGER PRIMARY KEY, migration INTEGER NOT NULL, status TEXT NOT NULL,
  started_at INTEGER NOT NULL, finished_at INTEGER, report TEXT);
CREATE TABLE ferrite_conflict(
  id INTEGER PRIMARY KEY, migration INTEGER NOT NULL,
  table_name TEXT NOT NULL, source INTEGER NOT NULL, record_key BLOB NOT NULL,
  row_key BLOB NOT NULL, key_text TEXT NOT NULL, columns TEXT NOT NULL,
  decision TEXT NOT NULL, source_hash BLOB NOT NULL,
  store_hash BLOB NOT NULL, result BLOB NOT NULL, source_row BLOB,
  store_row BLOB, at INTEGER NOT NULL, decided_at INTEGER);
CREATE INDEX ferrite_conflict_row ON ferrite_conflict(table_name, row_key);
CREATE INDEX ferrite_conflict_open ON ferrite_conflict(id)
  WHERE decision='undecided';
CREATE TABLE ferrite_difference(
  id INTEGER PRIMARY KEY, run INTEGER NOT NULL, table_name TEXT NOT NULL,
  kind TEXT NOT NULL, key BLOB NOT NULL, key_text TEXT NOT NULL,
  columns TEXT NOT NULL, source_bytes INTEGER, store_bytes INTEGER,
  at INTEGER NOT NULL);
CREATE INDEX ferrite_difference_run
  ON ferrite_difference(run, table_name, kind);
INSERT INTO ferrite_meta VALUES
  ('client', lower(hex(randomblob(16)))), ('epoch', lower(hex(randomblob(16))));
)sql";

Error Foreign(std::string message, std::string hint) {
  return {ErrorCode::kStoreForeign, std::move(message), std::move(hint), ""};
}

Result<void> CheckFormat(Store* store) {
  Result<std::optional<std::string>> format = store->Meta("format");
  if (!format.ok()) {
    // A table of that name with other columns.
    if (format.error().code != ErrorCode::kSql) return format.error();
    return Foreign("The file has a ferrite_meta table of another kind.",
                   "Choose another file name.");
  }
  if (*format == kFormat) return {};
  return Foreign("The store has format " + format->value_or("(none)") +
                     ", this version reads format " + kFormat + ".",
                 *format < kFormat
                     ? "It was made before the first release: start with a "
                       "new store; the sources are untouched."
                     : "Use a newer version of Ferrite.");
}

Result<void> CheckOrCreate(Store* store, bool read_only) {
  // The first read: a file that is no database shows here.
  Result<int64_t> application = QueryInteger(store, "PRAGMA application_id");
  if (!application.ok()) return std::move(application).error();
  if (*application == kBundleApplicationId) {
    return Foreign("The file is a Ferrite bundle, not a store.",
                   "Choose another file name.");
  }
  Result<int64_t> tables = QueryInteger(
      store, "SELECT count(*) FROM sqlite_schema WHERE name='ferrite_meta'");
  if (!tables.ok()) return std::move(tables).error();
  if (*tables != 0) return CheckFormat(store);
  if (read_only) {
    return Foreign("The file is a database without Ferrite's tables.",
                   "Open it for writing once, or choose another file.");
  }
  if (auto made = store->Execute(kTables); !made.ok()) return made;
  return store->SetMeta("format", kFormat);
}

}  // namespace

Result<void> PrepareSchema(Store* store, const Store::Options& options) {
  // In locking_mode=EXCLUSIVE the lock taken here stays, so that a second
  // connection is refused when it opens and not in the middle of its work. WAL
  // connections share, and need the lock only to create the tables.
  const bool read_only = options.read_only;
  const char* begin = read_only                       ? "BEGIN"
                      : options.journal_mode == "wal" ? "BEGIN IMMEDIATE"
                                                      : "BEGIN EXCLUSIVE";
  Result<void> done = store->Execute(begin);
  if (!done.ok()) return done;
  done = CheckOrCreate(store, read_only);
  // Nobody else has the file, so what is said to run does not.
  const bool is_alone = !read_only && options.journal_mode != "wal";
  if (done.ok() && is_alone) done = CloseInterrupted(store);
  if (done.ok()) done = store->Execute("COMMIT");
  if (!done.ok()) (void)store->Execute("ROLLBACK");
  return done;
}

Result<int64_t> QueryInteger(Store* store, std::string_view sql) {
  Result<Statement> statement = store->Prepare(sql);
  if (!statement.ok()) return std::move(statement).error();
  Result<bool> row = statement->Step();
  if (!row.ok()) return std::move(row).error();
  return *row ? statement->Column(0).integer : 0;
}

Result<std::optional<std::string>> CreateTextOf(Store* store,
                                                const std::string& name) {
  Result<Statement> select = store->Prepare(
      "SELECT sql FROM sqlite_schema WHERE name=?1 COLLATE NOCASE");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Text(name));
  Result<bool> row = select->Step();
  if (!row.ok()) return std::move(row).error();
  if (!*row) return std::optional<std::string>();
  return std::optional<std::string>(select->Column(0).text());
}

}  // namespace ferrite::internal
