// Rollback: a store becomes what a backup says it was, in one transaction.
//
// The host builds the backup's file beside the store; RestoreStore makes of it
// what the store is to be (what happened since is carried over, a new epoch, a
// row of history, an audit entry) and copies its pages over the live store's by
// SQLite's backup API: the old content or the new one, however it ends.
// core/doc/backup.md has the rules.
//
// Use from the store's thread.
#ifndef FERRITE_ROLLBACK_H_
#define FERRITE_ROLLBACK_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "ferrite/audit.h"
#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite {

struct RestoreOptions {
  std::string vfs;  // of the restored file
  int64_t now = 0;  // milliseconds since the epoch
  Actor actor;
  std::string backup;  // the id of what is restored
  std::string safety;  // the id of what holds the live content; empty: none
  std::string token;   // names this rollback; RestoredToken gives it afterwards
  std::string reason;  // a sentence: why, when it was not asked for
  // The snapshot by which the sources were restored before; empty: they were
  // as they are.
  std::string sources;
};

// Restores the SQLite file at `restored`, which is changed, into `live`.
// {"history","logs","audit": rows carried over,"auditContinues":bool,
// "migration": the newest one that was taken back, if any}
// kStoreCorrupt when the restored file fails SQLite's integrity_check,
// kStoreForeign when it is no store; kState when a transaction is open.
// Whatever the error, `live` has its old content; or, whole, the new one when
// the disk refused to acknowledge the very last write: RestoredToken tells.
// After kNotVerified what was written does not read as it should: the disk.
Result<std::string> RestoreStore(Store* live, const std::string& restored,
                                 const RestoreOptions& options);

// The token of the last restore into the store; empty when there was none.
Result<std::string> RestoredToken(Store* store);

// Before a store is removed because it was not there before: its migration
// becomes "rolled_back", with a row of history and an audit entry, so that the
// backup that is made next tells of it.
Result<void> NoteRemoval(Store* store, const RestoreOptions& options);

// What the store's last migration, of those that were not rolled back, can be
// taken back to.
struct RollbackPoint {
  int64_t migration = 0;  // ferrite_migration.id
  std::string plan;       // its name
  std::string status;
  int64_t started_at = 0;
  // The id of the backup from before; "absent": there was no store; empty: it
  // began without a backup.
  std::string point;
};
inline constexpr char kAbsent[] = "absent";
Result<std::optional<RollbackPoint>> FindRollbackPoint(Store* store);
// {"migration","plan","status","startedAt","point"}; {} when there is none.
Result<std::string> RollbackPointJson(Store* store);

// kStoreCorrupt with what SQLite says: of every page and index, or, `quick`,
// without comparing the indexes with their tables.
Result<void> CheckIntegrity(Store* store, bool quick);
// Of a file that is no open store, nor need be one.
Result<void> CheckFileIntegrity(const std::string& path,
                                const std::string& vfs);

// The bytes of an open store's file at one moment, as SQLite's VFS gives them.
// While it lives the store is not written to. The store must outlive it.
class StoreBytes {
 public:
  // kState when a transaction is open.
  static Result<std::unique_ptr<StoreBytes>> Open(Store* store);
  ~StoreBytes();
  StoreBytes(const StoreBytes&) = delete;
  StoreBytes& operator=(const StoreBytes&) = delete;

  uint64_t size() const { return size_; }
  // Fills all of `out`; within size(). kStoreIo.
  Result<void> Read(uint64_t offset, std::span<uint8_t> out);

 private:
  explicit StoreBytes(Store* store) : store_(store) {}

  Store* store_;
  uint64_t size_ = 0;
};

}  // namespace ferrite

#endif  // FERRITE_ROLLBACK_H_
