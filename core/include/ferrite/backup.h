// Backup: what a folder of backups holds, and what is to be done with it.
//
// A backup is a container with a store's bytes (core/doc/backup.md). Hosts keep
// the files, the native program in native/backup/, the browser in
// web/src/backup/; the decisions are here: which backups a restore needs, what
// the next one builds on, what retention removes. The core sees the list that
// the host made of the folder and does no I/O.
//
// Values and pure functions; safe from any thread.
#ifndef FERRITE_BACKUP_H_
#define FERRITE_BACKUP_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/error.h"

namespace ferrite {

// Small ones make small increments; each costs 32 bytes in ".groups".
inline constexpr uint32_t kBackupGroupBytes = 64 << 10;

struct Backup {
  std::string id;            // of its container, 64 hexadecimal digits
  std::string base;          // what it changes; empty: a full one
  int64_t created_at = 0;    // milliseconds since the epoch
  uint64_t bytes = 0;        // of its file
  uint64_t plain_bytes = 0;  // of the store that it gives
  bool is_good = false;      // read back, and its database is whole
};

struct RetentionLimits {
  int64_t max_age_days = 7;
  int64_t keep = 5;
};

// The backups that give `id`: the full one first, `id` itself last.
// kInvalidArgument when there is none of that id (or prefix of eight digits or
// more), or several; kContainerBase when one of the chain is not there.
Result<std::vector<Backup>> BackupChain(std::span<const Backup> backups,
                                        std::string_view id);

// What the next backup may build on: the newest good one, when all of its chain
// is good, has room for one more increment and its increments are not too large
// together. None: make a full one.
std::optional<Backup> BaseOfNextBackup(std::span<const Backup> backups);
// Whether an increment with so many changed groups pays.
bool IsWorthAnIncrement(uint64_t changed_groups, uint64_t groups);

// The ids that retention removes: whole chains of which every backup has
// expired, when a newer full one is good.
std::vector<std::string> ExpiredBackups(std::span<const Backup> backups,
                                        const RetentionLimits& limits,
                                        int64_t now);

// The ids that build on `id`, directly or not.
std::vector<std::string> DependentBackups(std::span<const Backup> backups,
                                          std::string_view id);

// All of these for a host without C++: a JSON object with the list as
// "backups" ([{"id","base","createdAt","bytes","plainBytes","good"}]) and "do":
//   "chain" ("id") → {"ids":[…]}
//   "base" → {"id":…}, or {}
//   "expired" ("maxAgeDays","keep","now") → {"ids":[…]}
//   "dependents" ("id") → {"ids":[…]}
// kInvalidArgument with the path of what is wrong.
Result<std::string> AnswerBackups(std::string_view request_json);

// Whether a migration that ended with this error is taken back by itself: the
// data or the plan are at fault, and the same run would meet it again. Not when
// it was cancelled, or when time, memory, the disk, an answer that somebody was
// asked for or a defect were: then it goes on.
bool IsTakenBack(ErrorCode code);

}  // namespace ferrite

#endif  // FERRITE_BACKUP_H_
