#include "ferrite/backup.h"

#include <algorithm>
#include <map>

namespace ferrite {
namespace {

constexpr size_t kMostIncrements = 10;
constexpr size_t kShortestId = 8;
constexpr int64_t kDay = 86'400'000;

const Backup* Find(std::span<const Backup> backups, std::string_view id) {
  for (const Backup& backup : backups) {
    if (backup.id == id) return &backup;
  }
  return nullptr;
}

Error NoSuch(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message),
          "The list of backups has their ids.", "/id"};
}

Result<const Backup*> FindByPrefix(std::span<const Backup> backups,
                                   std::string_view id) {
  const Backup* found = nullptr;
  for (const Backup& backup : backups) {
    if (backup.id == id) return &backup;
    if (id.size() < kShortestId || !backup.id.starts_with(id)) continue;
    if (found != nullptr) {
      return NoSuch("Several backups begin with \"" + std::string(id) + "\".");
    }
    found = &backup;
  }
  if (found != nullptr) return found;
  return NoSuch("There is no backup \"" + std::string(id) + "\".");
}

// What `backup` builds on, one after the other, itself first. Ends early when
// one is not there; ids are hashes over their bases, so there is no circle, but
// a list that somebody made up could hold one.
std::vector<const Backup*> Upwards(std::span<const Backup> backups,
                                   const Backup& backup) {
  std::vector<const Backup*> chain = {&backup};
  while (!chain.back()->base.empty() && chain.size() <= backups.size()) {
    const Backup* base = Find(backups, chain.back()->base);
    if (base == nullptr) break;
    chain.push_back(base);
  }
  return chain;
}

bool IsNewer(const Backup* a, const Backup* b) {
  return a->created_at > b->created_at;
}

}  // namespace

Result<std::vector<Backup>> BackupChain(std::span<const Backup> backups,
                                        std::string_view id) {
  Result<const Backup*> last = FindByPrefix(backups, id);
  if (!last.ok()) return std::move(last).error();
  const std::vector<const Backup*> upwards = Upwards(backups, **last);
  if (!upwards.back()->base.empty()) {
    return Error{ErrorCode::kContainerBase,
                 "The backup builds on " + upwards.back()->base.substr(0, 12) +
                     "…, which is not there.",
                 "Put that file back into the folder of backups.", ""};
  }
  std::vector<Backup> chain;
  for (auto link = upwards.rbegin(); link != upwards.rend(); ++link) {
    chain.push_back(**link);
  }
  return chain;
}

std::optional<Backup> BaseOfNextBackup(std::span<const Backup> backups) {
  const Backup* newest = nullptr;
  for (const Backup& backup : backups) {
    if (!backup.is_good) continue;
    if (newest == nullptr || IsNewer(&backup, newest)) newest = &backup;
  }
  if (newest == nullptr) return std::nullopt;
  const std::vector<const Backup*> chain = Upwards(backups, *newest);
  const Backup& full = *chain.back();
  uint64_t increments = 0;
  for (const Backup* link : chain) {
    if (!link->is_good) return std::nullopt;
    if (link != &full) increments += link->bytes;
  }
  const bool has_room =
      chain.size() <= kMostIncrements && increments <= full.bytes / 2;
  if (!full.base.empty() || !has_room) return std::nullopt;
  return *newest;
}

bool IsWorthAnIncrement(uint64_t changed_groups, uint64_t groups) {
  return changed_groups <= groups / 2;
}

std::vector<std::string> ExpiredBackups(std::span<const Backup> backups,
                                        const RetentionLimits& limits,
                                        int64_t now) {
  std::vector<const Backup*> newest_first;
  for (const Backup& backup : backups) newest_first.push_back(&backup);
  std::stable_sort(newest_first.begin(), newest_first.end(), IsNewer);
  // By the end of its chain: the full backup, or what is left of it.
  std::map<const Backup*, std::vector<const Backup*>> chains;
  std::map<const Backup*, bool> has_expired;
  const Backup* newest_good = nullptr;
  for (size_t i = 0; i < newest_first.size(); ++i) {
    const Backup* backup = newest_first[i];
    const Backup* root = Upwards(backups, *backup).back();
    chains[root].push_back(backup);
    const bool is_old = now - backup->created_at > limits.max_age_days * kDay;
    const bool is_beyond = static_cast<int64_t>(i) >= limits.keep;
    has_expired.try_emplace(root, true);
    has_expired[root] = has_expired[root] && (is_old || is_beyond);
    const bool is_full = backup->base.empty();
    if (newest_good == nullptr && is_full && backup->is_good) {
      newest_good = backup;
    }
  }
  std::vector<std::string> ids;
  if (newest_good == nullptr) return ids;
  // The newest first, and so increments before what they build on: a kill in
  // between leaves no increment without it.
  for (const Backup* backup : newest_first) {
    const Backup* root = Upwards(backups, *backup).back();
    if (root == newest_good || !has_expired[root]) continue;
    const std::vector<const Backup*>& members = chains[root];
    const bool all_are_older = std::all_of(
        members.begin(), members.end(),
        [&](const Backup* member) { return IsNewer(newest_good, member); });
    if (all_are_older) ids.push_back(backup->id);
  }
  return ids;
}

std::vector<std::string> DependentBackups(std::span<const Backup> backups,
                                          std::string_view id) {
  std::vector<std::string> ids;
  for (const Backup& backup : backups) {
    const std::vector<const Backup*> chain = Upwards(backups, backup);
    const bool builds_on_it =
        std::any_of(chain.begin() + 1, chain.end(),
                    [&](const Backup* link) { return link->id == id; });
    if (builds_on_it) ids.push_back(backup.id);
  }
  return ids;
}

bool IsTakenBack(ErrorCode code) {
  switch (code) {
    case ErrorCode::kCancelled:
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kInternal:
    case ErrorCode::kSourceMissing:
    case ErrorCode::kState:
      return false;
    default:
      break;
  }
  const ErrorNature nature = NatureOf(code);
  return nature == ErrorNature::kRecord || nature == ErrorNature::kCall;
}

}  // namespace ferrite
