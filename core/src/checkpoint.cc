#include "checkpoint.h"

#include <string>

#include "run_sql.h"

namespace ferrite::internal {
namespace {

Cell Count(uint64_t count) {
  return Cell::Integer(static_cast<int64_t>(count));
}

uint64_t Count(const Statement& row, int column) {
  return static_cast<uint64_t>(row.Column(column).integer);
}

}  // namespace

Result<Checkpoint> Checkpoint::Open(Store* store, int64_t migration) {
  Result<Statement> save = store->Prepare(
      "UPDATE ferrite_checkpoint SET last_key=?3, done=?4, records=?5, "
      "bytes=?6, failed=?7, unclaimed=?8, filtered=?9, excluded=?10 "
      "WHERE migration=?1 AND source=?2");
  if (!save.ok()) return std::move(save).error();
  Result<Statement> load = store->Prepare(
      "SELECT last_key,done,records,bytes,failed,unclaimed,filtered,excluded "
      "FROM ferrite_checkpoint WHERE migration=?1 AND source=?2");
  if (!load.ok()) return std::move(load).error();
  return Checkpoint(store, migration, std::move(save).value(),
                    std::move(load).value());
}

Result<void> Checkpoint::Create(const std::vector<Source>& sources) {
  Result<Statement> create = store_->Prepare(
      "INSERT INTO ferrite_checkpoint VALUES(?1,?2,?3,NULL,0,0,0,0,0,0,0)");
  if (!create.ok()) return std::move(create).error();
  for (size_t i = 0; i < sources.size(); ++i) {
    const std::string json = sources[i].ToJson();
    create->Bind(1, Cell::Integer(migration_));
    create->Bind(2, Count(i));
    create->Bind(3, Cell::Text(json));
    if (auto made = create->Run(); !made.ok()) return made;
  }
  return {};
}

Result<void> Checkpoint::Recreate(const std::vector<Source>& sources) {
  Result<void> done =
      RunSql(store_, "DELETE FROM ferrite_checkpoint WHERE migration=?1",
             {Cell::Integer(migration_)});
  return done.ok() ? Create(sources) : done;
}

Result<void> Checkpoint::Save(size_t source, const SourceProgress& progress) {
  save_.Bind(1, Cell::Integer(migration_));
  save_.Bind(2, Count(source));
  save_.Bind(3, progress.last_key.empty() ? Cell::Null()
                                          : Cell::Blob(progress.last_key));
  save_.Bind(4, Cell::Integer(progress.done ? 1 : 0));
  save_.Bind(5, Count(progress.records));
  save_.Bind(6, Count(progress.bytes));
  save_.Bind(7, Count(progress.failed));
  save_.Bind(8, Count(progress.unclaimed));
  save_.Bind(9, Count(progress.filtered));
  save_.Bind(10, Count(progress.excluded));
  return save_.Run();
}

Result<SourceProgress> Checkpoint::Load(size_t source) {
  load_.Bind(1, Cell::Integer(migration_));
  load_.Bind(2, Count(source));
  Result<bool> row = load_.Step();
  SourceProgress progress;
  if (row.ok() && *row) {
    const Bytes key = load_.Column(0).bytes;
    progress.last_key.assign(key.begin(), key.end());
    progress.done = load_.Column(1).integer != 0;
    progress.records = Count(load_, 2);
    progress.bytes = Count(load_, 3);
    progress.failed = Count(load_, 4);
    progress.unclaimed = Count(load_, 5);
    progress.filtered = Count(load_, 6);
    progress.excluded = Count(load_, 7);
  }
  load_.Reset();
  if (!row.ok()) return std::move(row).error();
  if (*row) return progress;
  return Error{ErrorCode::kStoreCorrupt,
               "The migration's checkpoint is not in the store.",
               "Start with a new store; the sources are untouched.", ""};
}

Result<std::vector<SourceProgress>> Checkpoint::LoadAll(size_t count) {
  std::vector<SourceProgress> all;
  for (size_t i = 0; i < count; ++i) {
    Result<SourceProgress> progress = Load(i);
    if (!progress.ok()) return std::move(progress).error();
    all.push_back(std::move(progress).value());
  }
  return all;
}

}  // namespace ferrite::internal
