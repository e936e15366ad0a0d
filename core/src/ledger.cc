#include "ferrite/ledger.h"

#include <sqlite3.h>

#include "ferrite/key.h"
#include "ledger_query.h"
#include "migration_row.h"
#include "run_sql.h"
#include "text_forms.h"

namespace ferrite {
namespace {

Error NoEntry(int64_t id) {
  return {ErrorCode::kInvalidArgument,
          "The ledger has no entry " + std::to_string(id) + ".",
          "List the failed records; ids change when a record fails again.", ""};
}

// One whole item, and nothing behind it.
bool IsItem(Bytes value) {
  Reader reader(value);
  Bytes whole;
  return reader.Skip(&whole) && reader.AtEnd();
}

Result<void> RunFor(Store* store, const char* sql, int64_t id) {
  Result<Statement> statement = store->Prepare(sql);
  if (!statement.ok()) return std::move(statement).error();
  statement->Bind(1, Cell::Integer(id));
  return statement->Run();
}

}  // namespace

Result<Ledger> Ledger::Open(Store* store, int64_t migration) {
  Result<Statement> add = store->Prepare(
      "INSERT INTO ferrite_failed(migration,table_name,source,key,key_text,"
      "code,message,path,value,at,row) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,"
      "?11)");
  if (!add.ok()) return std::move(add).error();
  Result<Statement> contains = store->Prepare(
      "SELECT 1 FROM ferrite_failed WHERE migration=?1 AND table_name=?2 AND "
      "source=?3 AND key=?4");
  if (!contains.ok()) return std::move(contains).error();
  return Ledger(store, migration, std::move(add).value(),
                std::move(contains).value());
}

Result<Ledger> Ledger::OpenLatest(Store* store) {
  Result<std::optional<internal::MigrationRow>> latest =
      internal::LatestMigration(store);
  if (!latest.ok()) return std::move(latest).error();
  if (latest->has_value()) return Open(store, (*latest)->id);
  return Error{ErrorCode::kState, "The store holds no migration.",
               "Run a migration first.", ""};
}

Result<void> Ledger::Add(const std::string& table, int64_t source,
                         Bytes sortable_key, Bytes key, Bytes value,
                         const Error& reason, int64_t at, Bytes row) {
  const std::string key_text = KeyText(key);
  const auto limit = static_cast<size_t>(
      sqlite3_limit(store_->handle(), SQLITE_LIMIT_LENGTH, -1));
  // Beside it the entry has a key and a sentence.
  const size_t part = value.size() < limit / 2 ? value.size() : limit / 2;
  add_.Bind(1, Cell::Integer(migration_));
  add_.Bind(2, Cell::Text(table));
  add_.Bind(3, Cell::Integer(source));
  add_.Bind(4, Cell::Blob(sortable_key));
  add_.Bind(5, Cell::Text(key_text));
  add_.Bind(6, Cell::Text(ErrorText(reason.code)));
  add_.Bind(7, Cell::Text(reason.message));
  add_.Bind(8, Cell::Text(reason.path));
  add_.Bind(9, Cell::Blob(value.first(part)));
  add_.Bind(10, Cell::Integer(at));
  add_.Bind(11, row.empty() ? Cell::Null() : Cell::Blob(row));
  Result<void> added = add_.Run();
  if (!added.ok() || part == value.size()) return added;
  return AddParts(sqlite3_last_insert_rowid(store_->handle()),
                  value.subspan(part), part);
}

Result<void> Ledger::AddParts(int64_t id, Bytes rest, size_t part) {
  Result<Statement> insert = store_->Prepare(
      "INSERT INTO ferrite_failed_part(failed,part,bytes) VALUES(?1,?2,?3)");
  if (!insert.ok()) return std::move(insert).error();
  for (int64_t number = 1; !rest.empty(); ++number) {
    const size_t size = rest.size() < part ? rest.size() : part;
    insert->Bind(1, Cell::Integer(id));
    insert->Bind(2, Cell::Integer(number));
    insert->Bind(3, Cell::Blob(rest.first(size)));
    if (auto added = insert->Run(); !added.ok()) return added;
    rest = rest.subspan(size);
  }
  return {};
}

Result<uint64_t> Ledger::Count() {
  return internal::CountFailed(store_, migration_, {});
}

Result<bool> Ledger::Contains(const std::string& table, int64_t source,
                              Bytes sortable_key) {
  contains_.Bind(1, Cell::Integer(migration_));
  contains_.Bind(2, Cell::Text(table));
  contains_.Bind(3, Cell::Integer(source));
  contains_.Bind(4, Cell::Blob(sortable_key));
  Result<bool> row = contains_.Step();
  contains_.Reset();
  return row;
}

Result<std::vector<FailedRecord>> Ledger::First(size_t limit) {
  Result<Statement> select = store_->Prepare(
      "SELECT id,table_name,key_text,code,message,path,at,source FROM "
      "ferrite_failed WHERE migration=?1 ORDER BY id LIMIT ?2");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Integer(migration_));
  select->Bind(2, Cell::Integer(static_cast<int64_t>(limit)));
  std::vector<FailedRecord> records;
  const auto text = [&](int column) {
    return std::string(select->Column(column).text());
  };
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return records;
    FailedRecord& record = records.emplace_back();
    record.id = select->Column(0).integer;
    record.table = text(1);
    record.key_text = text(2);
    record.code = text(3);
    record.message = text(4);
    record.path = text(5);
    record.at = select->Column(6).integer;
    record.source = select->Column(7).integer;
  }
}

Result<void> Ledger::ForEach(
    const std::function<bool(const FailedRecord&)>& visit) {
  const LedgerFilter all;
  Result<Statement> select =
      internal::SelectFailed(store_, migration_, all, "");
  if (!select.ok()) return std::move(select).error();
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return {};
    Result<FailedRecord> record = internal::ReadFailed(store_, *select);
    if (!record.ok()) return std::move(record).error();
    if (!visit(*record)) return {};
  }
}

Result<LedgerPage> Ledger::List(const LedgerFilter& filter, uint64_t offset,
                                uint64_t limit) {
  LedgerPage page;
  Result<uint64_t> total = internal::CountFailed(store_, migration_, filter);
  if (!total.ok()) return std::move(total).error();
  page.total = *total;
  Result<Statement> select = internal::SelectFailed(
      store_, migration_, filter,
      " LIMIT " + std::to_string(static_cast<int64_t>(limit)) + " OFFSET " +
          std::to_string(static_cast<int64_t>(offset)));
  if (!select.ok()) return std::move(select).error();
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return page;
    Result<FailedRecord> record = internal::ReadFailed(store_, *select);
    if (!record.ok()) return std::move(record).error();
    page.records.push_back(std::move(record).value());
  }
}

Result<FailedRecord> Ledger::Get(int64_t id) {
  LedgerFilter filter;
  filter.ids = {id};
  Result<LedgerPage> page = List(filter, 0, 1);
  if (!page.ok()) return std::move(page).error();
  if (page->records.empty()) return NoEntry(id);
  return std::move(page->records.front());
}

Result<void> Ledger::Correct(int64_t id, Bytes value, int64_t now,
                             const Actor& actor) {
  if (!IsItem(value)) {
    return Error{ErrorCode::kRecordMalformed,
                 "The corrected record is not one item of the record encoding.",
                 "", ""};
  }
  Result<FailedRecord> entry = Get(id);
  if (!entry.ok()) return std::move(entry).error();
  if (entry->source == kRow) {
    return Error{ErrorCode::kState,
                 "The entry " + std::to_string(id) +
                     " is a row that referred to no row, and no record.",
                 "Mend what it refers to and retry, or discard it.", ""};
  }
  return store_->Atomically(
      [&] { return Decide(*entry, "corrected", value, now, actor); });
}

Result<void> Ledger::Discard(int64_t id, int64_t now, const Actor& actor) {
  Result<FailedRecord> entry = Get(id);
  if (!entry.ok()) return std::move(entry).error();
  return store_->Atomically([&]() -> Result<void> {
    if (auto kept = Decide(*entry, "discarded", {}, now, actor); !kept.ok()) {
      return kept;
    }
    // The counts of the report.
    const char* sql =
        entry->source == kRow
            ? "UPDATE ferrite_total SET quarantined=quarantined-1 WHERE "
              "(migration,table_name)=(SELECT migration,table_name FROM "
              "ferrite_failed WHERE id=?1)"
            : "UPDATE ferrite_checkpoint SET failed=failed-1 WHERE "
              "(migration,source)=(SELECT migration,source FROM "
              "ferrite_failed WHERE id=?1)";
    if (auto counted = RunFor(store_, sql, id); !counted.ok()) return counted;
    if (auto removed = Remove(id); !removed.ok()) return removed;
    return RunFor(store_,
                  "UPDATE ferrite_migration SET stage='retry' WHERE id=?1",
                  migration_);
  });
}

// The first of an entry's decisions keeps what the source gave.
Result<void> Ledger::Decide(const FailedRecord& entry, const char* kind,
                            Bytes value, int64_t now, const Actor& actor) {
  const int64_t id = entry.id;
  Result<Statement> parts =
      store_->Prepare("SELECT 1 FROM ferrite_failed_part WHERE failed=?1");
  if (!parts.ok()) return std::move(parts).error();
  parts->Bind(1, Cell::Integer(id));
  Result<bool> has_parts = parts->Step();
  if (!has_parts.ok()) return std::move(has_parts).error();
  if (*has_parts) {
    return Error{ErrorCode::kTooLarge,
                 "The record of entry " + std::to_string(id) +
                     " is too large to be kept twice.",
                 "It stays in the ledger.", ""};
  }
  Result<Statement> keep = store_->Prepare(
      "INSERT INTO ferrite_correction(migration,table_name,source,key,key_text,"
      "kind,code,message,path,value,original,row,at) SELECT migration,"
      "table_name,source,key,key_text,?2,code,message,path,?3,value,row,?4 "
      "FROM ferrite_failed WHERE id=?1 "
      "ON CONFLICT(migration,table_name,source,key) DO UPDATE SET "
      "kind=excluded.kind,value=excluded.value,at=excluded.at");
  if (!keep.ok()) return std::move(keep).error();
  keep->Bind(1, Cell::Integer(id));
  keep->Bind(2, Cell::Text(kind));
  keep->Bind(3, value.empty() ? Cell::Null() : Cell::Blob(value));
  keep->Bind(4, Cell::Integer(now));
  if (auto kept = keep->Run(); !kept.ok()) return kept;
  // The key may say who the record is about; the entry's number does not.
  return AppendAudit(store_, {now, actor, std::string("failed.") + kind,
                              entry.table,
                              "{\"id\":" + std::to_string(id) + "}"});
}

Result<void> Ledger::Remove(int64_t id) {
  Result<void> done =
      RunFor(store_, "DELETE FROM ferrite_failed_part WHERE failed=?1", id);
  if (!done.ok()) return done;
  return RunFor(store_, "DELETE FROM ferrite_failed WHERE id=?1", id);
}

Result<void> Ledger::SetReason(int64_t id, const Error& reason) {
  Result<Statement> set = store_->Prepare(
      "UPDATE ferrite_failed SET code=?2, message=?3, path=?4 WHERE id=?1");
  if (!set.ok()) return std::move(set).error();
  set->Bind(1, Cell::Integer(id));
  set->Bind(2, Cell::Text(ErrorText(reason.code)));
  set->Bind(3, Cell::Text(reason.message));
  set->Bind(4, Cell::Text(reason.path));
  return set->Run();
}

Result<bool> Ledger::Forget(const std::string& table, int64_t source,
                            Bytes sortable_key, bool decided) {
  const auto run = [&](const char* sql) {
    return internal::RunSql(
        store_, sql,
        {Cell::Integer(migration_), Cell::Text(table), Cell::Integer(source),
         Cell::Blob(sortable_key)});
  };
  if (decided) {
    Result<void> done =
        run("DELETE FROM ferrite_correction WHERE migration=?1 AND "
            "table_name=?2 AND source=?3 AND key=?4");
    if (!done.ok()) return std::move(done).error();
  }
  Result<void> done =
      run("DELETE FROM ferrite_failed_part WHERE failed=(SELECT id FROM "
          "ferrite_failed WHERE migration=?1 AND table_name=?2 AND source=?3 "
          "AND key=?4)");
  if (!done.ok()) return std::move(done).error();
  done = run("DELETE FROM ferrite_failed WHERE migration=?1 AND table_name=?2 "
             "AND source=?3 AND key=?4");
  if (!done.ok()) return std::move(done).error();
  return sqlite3_changes64(store_->handle()) != 0;
}

void WritePage(const LedgerPage& page, Writer* out) {
  out->BeginObject(2);
  out->String("total");
  out->Integer(static_cast<int64_t>(page.total));
  out->String("records");
  out->BeginArray(page.records.size());
  for (const FailedRecord& record : page.records) {
    out->BeginObject(record.is_corrected ? 11 : 10);
    out->String("id");
    out->Integer(record.id);
    const auto text = [&](const char* name, const std::string& value) {
      out->String(name);
      out->String(internal::WellFormed(value));
    };
    text("table", record.table);
    text("key", record.key_text);
    text("kind", record.source == Ledger::kRow ? "row" : "record");
    text("code", record.code);
    text("message", record.message);
    text("path", record.path);
    out->String("at");
    out->Double(static_cast<double>(record.at));
    out->String("corrected");
    out->Bool(record.is_corrected);
    out->String("value");
    out->Blob(record.is_corrected ? record.corrected : record.value);
    if (!record.is_corrected) continue;
    out->String("original");
    out->Blob(record.value);
  }
}

}  // namespace ferrite
