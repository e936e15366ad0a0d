#include "total.h"

#include <utility>

namespace ferrite::internal {

std::array<uint8_t, 16> ToBlob(const Hash128& hash) {
  std::array<uint8_t, 16> blob;
  for (size_t i = 0; i < 8; ++i) {
    blob[i] = static_cast<uint8_t>(hash.high >> (56 - 8 * i));
    blob[8 + i] = static_cast<uint8_t>(hash.low >> (56 - 8 * i));
  }
  return blob;
}

Hash128 FromBlob(Bytes blob) {
  Hash128 hash;
  if (blob.size() != 16) return hash;
  for (size_t i = 0; i < 8; ++i) {
    hash.high = hash.high << 8 | blob[i];
    hash.low = hash.low << 8 | blob[8 + i];
  }
  return hash;
}

void ConflictCounts::Add(const ConflictCounts& more) {
  before += more.before;
  inserted += more.inserted;
  equal += more.equal;
  overwritten += more.overwritten;
  merged += more.merged;
  kept += more.kept;
  undecided += more.undecided;
}

void ConflictCounts::Count(Decision decision) {
  switch (decision) {
    case Decision::kOverwritten:
      ++overwritten;
      return;
    case Decision::kMerged:
      ++merged;
      return;
    case Decision::kKept:
      ++kept;
      return;
    case Decision::kUndecided:
      ++undecided;
      return;
  }
}

Result<TotalTable> TotalTable::Open(Store* store, int64_t migration) {
  Result<Statement> save = store->Prepare(
      "INSERT INTO ferrite_total(migration,table_name,rows,hash,quarantined,"
      "nulled) VALUES(?1,?2,?3,?4,0,0) ON CONFLICT(migration,table_name) "
      "DO UPDATE SET rows=excluded.rows, hash=excluded.hash");
  if (!save.ok()) return std::move(save).error();
  Result<Statement> load = store->Prepare(
      "SELECT rows,hash,quarantined,nulled,before,inserted,equal,overwritten,"
      "merged,kept,undecided FROM ferrite_total WHERE migration=?1 AND "
      "table_name=?2");
  if (!load.ok()) return std::move(load).error();
  Result<Statement> add = store->Prepare(
      "UPDATE ferrite_total SET quarantined=quarantined+?3, nulled=nulled+?4 "
      "WHERE migration=?1 AND table_name=?2");
  if (!add.ok()) return std::move(add).error();
  Result<Statement> conflicts = store->Prepare(
      "UPDATE ferrite_total SET before=?3, inserted=?4, equal=?5, "
      "overwritten=?6, merged=?7, kept=?8, undecided=?9 "
      "WHERE migration=?1 AND table_name=?2");
  if (!conflicts.ok()) return std::move(conflicts).error();
  return TotalTable(migration, std::move(save).value(), std::move(load).value(),
                    std::move(add).value(), std::move(conflicts).value());
}

Result<void> TotalTable::Save(const std::string& table, const Total& total) {
  const std::array<uint8_t, 16> hash = ToBlob(total.hash);
  save_.Bind(1, Cell::Integer(migration_));
  save_.Bind(2, Cell::Text(table));
  save_.Bind(3, Cell::Integer(static_cast<int64_t>(total.rows)));
  save_.Bind(4, Cell::Blob(hash));
  return save_.Run();
}

Result<Total> TotalTable::Load(const std::string& table) {
  load_.Bind(1, Cell::Integer(migration_));
  load_.Bind(2, Cell::Text(table));
  Result<bool> row = load_.Step();
  Total total;
  if (row.ok() && *row) {
    total.rows = static_cast<uint64_t>(load_.Column(0).integer);
    total.hash = FromBlob(load_.Column(1).bytes);
  }
  load_.Reset();
  if (!row.ok()) return std::move(row).error();
  return total;
}

Result<bool> TotalTable::Has(const std::string& table) {
  load_.Bind(1, Cell::Integer(migration_));
  load_.Bind(2, Cell::Text(table));
  Result<bool> row = load_.Step();
  load_.Reset();
  return row;
}

Result<void> TotalTable::SaveConflicts(const std::string& table,
                                       const ConflictCounts& counts) {
  conflicts_.Bind(1, Cell::Integer(migration_));
  conflicts_.Bind(2, Cell::Text(table));
  int parameter = 2;
  for (const uint64_t count :
       {counts.before, counts.inserted, counts.equal, counts.overwritten,
        counts.merged, counts.kept, counts.undecided}) {
    conflicts_.Bind(++parameter, Cell::Integer(static_cast<int64_t>(count)));
  }
  return conflicts_.Run();
}

Result<ConflictCounts> TotalTable::LoadConflicts(const std::string& table) {
  load_.Bind(1, Cell::Integer(migration_));
  load_.Bind(2, Cell::Text(table));
  Result<bool> row = load_.Step();
  ConflictCounts counts;
  if (row.ok() && *row) {
    int column = 3;
    for (uint64_t* count :
         {&counts.before, &counts.inserted, &counts.equal, &counts.overwritten,
          &counts.merged, &counts.kept, &counts.undecided}) {
      *count = static_cast<uint64_t>(load_.Column(++column).integer);
    }
  }
  load_.Reset();
  if (!row.ok()) return std::move(row).error();
  return counts;
}

Result<void> TotalTable::AddOrphans(const std::string& table,
                                    const OrphanCounts& more) {
  add_.Bind(1, Cell::Integer(migration_));
  add_.Bind(2, Cell::Text(table));
  add_.Bind(3, Cell::Integer(static_cast<int64_t>(more.quarantined)));
  add_.Bind(4, Cell::Integer(static_cast<int64_t>(more.nulled)));
  return add_.Run();
}

Result<void> TotalTable::TakeBack(const std::string& table,
                                  const OrphanCounts& fewer) {
  add_.Bind(1, Cell::Integer(migration_));
  add_.Bind(2, Cell::Text(table));
  add_.Bind(3, Cell::Integer(-static_cast<int64_t>(fewer.quarantined)));
  add_.Bind(4, Cell::Integer(-static_cast<int64_t>(fewer.nulled)));
  return add_.Run();
}

Result<OrphanCounts> TotalTable::LoadOrphans(const std::string& table) {
  load_.Bind(1, Cell::Integer(migration_));
  load_.Bind(2, Cell::Text(table));
  Result<bool> row = load_.Step();
  OrphanCounts counts;
  if (row.ok() && *row) {
    counts.quarantined = static_cast<uint64_t>(load_.Column(2).integer);
    counts.nulled = static_cast<uint64_t>(load_.Column(3).integer);
  }
  load_.Reset();
  if (!row.ok()) return std::move(row).error();
  return counts;
}

}  // namespace ferrite::internal
