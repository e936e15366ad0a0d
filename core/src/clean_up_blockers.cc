#include "clean_up_blockers.h"

#include <utility>

#include "iso_time.h"
#include "store_schema.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

std::string Time(int64_t ms) {
  std::string text;
  AppendIsoTime(static_cast<double>(ms), &text);
  return text;
}

std::string List(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    list += (list.empty() ? "" : ", ") + name;
  }
  return list;
}

std::string Count(int64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

bool IsUnfinished(const MigrationRow& row) {
  return row.status != kVerified && row.status != kWithDifferences &&
         row.status != kCompleted;
}

// Nothing was found, or nothing but records that are in the ledger.
bool IsVerified(const MigrationRow& row, bool accept_failed) {
  return row.status == kVerified ||
         (accept_failed && row.status == kWithDifferences && row.failed > 0 &&
          row.differences == 0);
}

class Finder {
 public:
  Finder(const CleanUpState& state, const CleanUpFacts& facts, int64_t now)
      : state_(state), facts_(facts), now_(now) {}

  std::vector<CleanUpBlocker> Find() {
    LookAtStore();
    LookAtHost();
    return std::move(found_);
  }

 private:
  void Add(const char* why, ErrorCode code, std::string message,
           std::string hint) {
    found_.push_back({why, {code, std::move(message), std::move(hint), ""}});
  }

  void LookAtStore() {
    if (facts_.is_pending) {
      Add("pending", ErrorCode::kState, "A rollback or restore was cut off.",
          "Call rollback({ confirm: true }) to finish it.");
    }
    if (state_.mark && state_.mark->IsInForce()) {
      Add("already-cleaned", ErrorCode::kState,
          "The legacy data was cleaned up at " + Time(state_.mark->started_at) +
              ".",
          "rollback() brings it back.");
    }
    if (!state_.migration) {
      Add("no-migration", ErrorCode::kState,
          "No migration has filled this store from the legacy data.",
          "Call migrate() first.");
    } else if (IsUnfinished(*state_.migration)) {
      Add("unfinished", ErrorCode::kState,
          "The migration " + Quoted(state_.migration->plan_name) + " is " +
              Quoted(state_.migration->status) + ".",
          "Call migrate() again: it goes on behind the last batch.");
    } else {
      LookAtMigration(*state_.migration);
    }
  }

  void LookAtMigration(const MigrationRow& row) {
    if (!facts_.accept_failed && state_.in_ledger > 0) {
      Add("failed-records", ErrorCode::kNotVerified,
          Count(state_.in_ledger, "record") +
              " could not become rows: only the ledger has them.",
          "Mend them with correctFailed() or discardFailed() and "
          "retryFailed(), or say acceptFailed: true.");
    } else if (!IsVerified(row, facts_.accept_failed) &&
               !IsVerifiedSince(row)) {
      Add("not-verified", ErrorCode::kNotVerified,
          "The migration " + Quoted(row.plan_name) + " ended as " +
              Quoted(row.status) + ".",
          "differences() and failed() say what is wrong; mend it, and "
          "verify().");
    }
    const std::optional<int64_t> not_before =
        state_.NotBefore(facts_.retention_ms);
    if (not_before && now_ < *not_before) {
      Add("retention", ErrorCode::kState,
          "The legacy data stays until " + Time(*not_before) +
              ", the end of the retention time.",
          "Wait until then, or give a shorter retention.");
    }
    if (facts_.verified_since) LookAtVerification(row);
  }

  bool IsVerifiedSince(const MigrationRow& row) const {
    const std::optional<MigrationRow>& last = state_.verification;
    return last && last->id > row.id && last->plan_name == row.plan_name &&
           IsVerified(*last, facts_.accept_failed);
  }

  void LookAtVerification(const MigrationRow& row) {
    const std::optional<MigrationRow>& last = state_.verification;
    const bool is_fresh = last && last->started_at >= *facts_.verified_since;
    if (is_fresh && IsVerifiedSince(row)) return;
    Add("changed", ErrorCode::kNotVerified,
        is_fresh ? "The legacy data is not what the store holds: the "
                   "verification before the removal ended as " +
                       Quoted(last->status) + ", with " +
                       Count(last->differences, "difference") + "."
                 : "The store was not compared with the legacy data right "
                   "before the removal.",
        "differences() says what differs. When the old app wrote since, bring "
        "the store up to date first.");
  }

  void LookAtHost() {
    if (!facts_.is_durable) {
      Add("not-durable", ErrorCode::kStoreOpen,
          "This browser keeps the store in a way that cannot be relied on to "
          "outlive it.",
          "Keep the legacy data here.");
    }
    if (!facts_.no_rollback.empty()) {
      Add("no-rollback", ErrorCode::kState,
          "The migration could not be taken back: " + facts_.no_rollback,
          "canRollback() says more.");
    }
    if (!facts_.blocked.empty()) {
      Add("blocked", ErrorCode::kSourceBlocked,
          "Held by another connection: " + List(facts_.blocked) + ".",
          "Close the app's other tabs.");
    }
    if (!facts_.unreadable.empty()) {
      Add("unreadable", ErrorCode::kSourceUnreadable,
          "Cannot be read: " + List(facts_.unreadable) + ".", "");
    }
    if (facts_.records == 0) {
      Add("nothing", ErrorCode::kState,
          "There is no legacy data that the migration took over.", "");
    }
  }

  const CleanUpState& state_;
  const CleanUpFacts& facts_;
  int64_t now_;
  std::vector<CleanUpBlocker> found_;
};

}  // namespace

Result<CleanUpState> CleanUpState::Read(Store* store) {
  CleanUpState state;
  Result<std::optional<MigrationRow>> migration = LatestMigration(store);
  if (!migration.ok()) return std::move(migration).error();
  state.migration = std::move(migration).value();
  Result<std::optional<MigrationRow>> verification = LatestVerification(store);
  if (!verification.ok()) return std::move(verification).error();
  state.verification = std::move(verification).value();
  if (state.migration) {
    Result<int64_t> count = QueryInteger(
        store, "SELECT count(*) FROM ferrite_failed WHERE migration=" +
                   std::to_string(state.migration->id));
    if (!count.ok()) return std::move(count).error();
    state.in_ledger = *count;
  }
  Result<std::optional<CleanUpMark>> mark = FindMark(store);
  if (!mark.ok()) return std::move(mark).error();
  state.mark = std::move(mark).value();
  return state;
}

std::optional<int64_t> CleanUpState::NotBefore(int64_t retention_ms) const {
  if (!migration || !migration->finished_at) return std::nullopt;
  return *migration->finished_at + retention_ms;
}

std::vector<CleanUpBlocker> FindCleanUpBlockers(const CleanUpState& state,
                                                const CleanUpFacts& facts,
                                                int64_t now) {
  return Finder(state, facts, now).Find();
}

}  // namespace ferrite::internal
