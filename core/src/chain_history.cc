#include "chain_history.h"

#include <algorithm>
#include <map>

#include "line_difference.h"
#include "store_schema.h"

namespace ferrite::internal {
namespace {

// core/doc/store.md explains it.
constexpr char kTable[] =
    "CREATE TABLE IF NOT EXISTS ferrite_version("
    "version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL,"
    " steps TEXT NOT NULL, applied_at INTEGER NOT NULL,"
    " duration_ms INTEGER NOT NULL, stamped INTEGER NOT NULL)";

}  // namespace

Result<std::vector<AppliedVersion>> ReadHistory(Store* store) {
  std::vector<AppliedVersion> applied;
  Result<int64_t> tables = QueryInteger(
      store, "SELECT count(*) FROM sqlite_schema WHERE name='ferrite_version'");
  if (!tables.ok()) return std::move(tables).error();
  if (*tables == 0) return applied;
  Result<Statement> rows = store->Prepare(
      "SELECT version, name, checksum, steps, applied_at, duration_ms, stamped "
      "FROM ferrite_version ORDER BY version");
  if (!rows.ok()) return std::move(rows).error();
  for (;;) {
    Result<bool> row = rows->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return applied;
    AppliedVersion version;
    version.version = rows->Column(0).integer;
    version.name = rows->Column(1).text();
    const std::optional<Hash128> checksum =
        Hash128::FromHex(rows->Column(2).text());
    if (!checksum) {
      return Error{ErrorCode::kStoreCorrupt,
                   "The history of version " + std::to_string(version.version) +
                       " has no checksum.",
                   "ferrite_version was changed by somebody else.", ""};
    }
    version.checksum = *checksum;
    version.steps = rows->Column(3).text();
    version.applied_at = rows->Column(4).integer;
    version.duration_ms = rows->Column(5).integer;
    version.stamped = rows->Column(6).integer != 0;
    applied.push_back(std::move(version));
  }
}

Result<void> WriteHistory(Store* store, const AppliedVersion& applied) {
  if (auto made = store->Execute(kTable); !made.ok()) return made;
  Result<Statement> insert = store->Prepare(
      "INSERT OR REPLACE INTO ferrite_version VALUES(?1,?2,?3,?4,?5,?6,?7)");
  if (!insert.ok()) return std::move(insert).error();
  const std::string checksum = applied.checksum.ToHex();
  insert->Bind(1, Cell::Integer(applied.version));
  insert->Bind(2, Cell::Text(applied.name));
  insert->Bind(3, Cell::Text(checksum));
  insert->Bind(4, Cell::Text(applied.steps));
  insert->Bind(5, Cell::Integer(applied.applied_at));
  insert->Bind(6, Cell::Integer(applied.duration_ms));
  insert->Bind(7, Cell::Integer(applied.stamped ? 1 : 0));
  return insert->Run();
}

Result<void> EraseHistory(Store* store, int64_t version) {
  Result<Statement> erase =
      store->Prepare("DELETE FROM ferrite_version WHERE version=?1");
  if (!erase.ok()) return std::move(erase).error();
  erase->Bind(1, Cell::Integer(version));
  return erase->Run();
}

int64_t CurrentVersion(const std::vector<AppliedVersion>& applied) {
  return applied.empty() ? 0 : applied.back().version;
}

Result<void> CheckOnlyStamped(Store* store) {
  Result<std::vector<AppliedVersion>> history = ReadHistory(store);
  if (!history.ok()) return std::move(history).error();
  for (const AppliedVersion& applied : *history) {
    if (applied.stamped) continue;
    return Error{ErrorCode::kState,
                 "The chain's version " + std::to_string(applied.version) +
                     " has changed the tables since they were migrated.",
                 "Compare before the chain goes on, or with an earlier store.",
                 ""};
  }
  return {};
}

std::vector<Drift> FindDrift(const std::vector<AppliedVersion>& applied,
                             const Chain& chain) {
  struct Pair {
    const AppliedVersion* found = nullptr;
    const ChainVersion* expected = nullptr;
  };
  std::map<int64_t, Pair> versions;
  for (const AppliedVersion& one : applied) versions[one.version].found = &one;
  for (const ChainVersion& one : chain.versions) {
    if (one.version <= CurrentVersion(applied)) {
      versions[one.version].expected = &one;
    }
  }
  std::vector<Drift> drift;
  for (const auto& [version, pair] : versions) {
    const auto& [found, expected] = pair;
    if (found != nullptr && expected != nullptr &&
        found->checksum == expected->checksum) {
      continue;
    }
    Drift one;
    one.version = version;
    if (found != nullptr) one.found = found->checksum;
    if (expected != nullptr) one.expected = expected->checksum;
    one.text = LineDifference(found == nullptr ? "" : found->steps,
                              expected == nullptr ? "" : expected->steps);
    drift.push_back(std::move(one));
  }
  return drift;
}

}  // namespace ferrite::internal
