#include "ferrite/clean_up.h"

#include <initializer_list>
#include <new>
#include <nlohmann/json.hpp>
#include <utility>

#include "clean_up_blockers.h"
#include "clean_up_mark.h"
#include "clean_up_request.h"
#include "history_request.h"
#include "migration_events.h"

namespace ferrite {
namespace {

using namespace internal;  // NOLINT: our own, in our own .cc
using Json = nlohmann::ordered_json;

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json MigrationJson(const MigrationRow& row) {
  Json json = {{"id", row.id}, {"plan", row.plan_name}, {"status", row.status}};
  if (row.finished_at) json["finishedAt"] = *row.finished_at;
  return json;
}

Result<std::string> Look(Store* store, const CleanUpFacts& facts, int64_t now) {
  Result<CleanUpState> state = CleanUpState::Read(store);
  if (!state.ok()) return std::move(state).error();
  Json blockers = Json::array();
  for (const auto& [why, error] : FindCleanUpBlockers(*state, facts, now)) {
    blockers.push_back({{"why", why},
                        {"code", ErrorText(error.code)},
                        {"message", error.message},
                        {"hint", error.hint}});
  }
  Json answer = {{"blockers", std::move(blockers)}};
  if (auto ends = state->NotBefore(facts.retention_ms)) {
    answer["notBefore"] = *ends;
  }
  if (state->migration) answer["migration"] = MigrationJson(*state->migration);
  if (state->mark) answer["mark"] = Json::parse(state->mark->ToJson());
  return Dump(answer);
}

// What follows is done in a transaction.

Result<void> GoOn(Store* store, const CleanUpMark& mark, int64_t now,
                  const Actor& actor) {
  Result<std::optional<MigrationRow>> found = FindRow(store, mark.row);
  if (!found.ok()) return std::move(found).error();
  // History may have been cleaned up; the mark says what is to be done.
  if (!found->has_value() || (*found)->status == kRunning) return {};
  MigrationRow row = **std::move(found);
  row.status = kRunning;
  ++row.attempts;
  row.finished_at.reset();
  row.code.clear();
  row.message.clear();
  row.updated_at = now;
  if (auto saved = UpdateMigration(store, row); !saved.ok()) return saved;
  return NoteBegun(store, row, actor);
}

Result<CleanUpMark> BeginNew(Store* store, const MigrationRow& migration,
                             const CleanUpRequest& request, int64_t now,
                             const Actor& actor) {
  if (request.id.empty()) return WrongRequest("/id", "\"id\" is missing.");
  MigrationRow row;
  row.kind = kCleanUp;
  row.plan_name = migration.plan_name;
  row.plan_hash = migration.plan_hash;
  row.initiator = actor.who;
  row.started_at = row.updated_at = now;
  row.config = Dump({{"snapshot", request.id},
                     {"migration", migration.id},
                     {"retentionMs", request.facts.retention_ms},
                     {"acceptFailed", request.facts.accept_failed}});
  if (auto made = InsertMigration(store, &row); !made.ok()) {
    return std::move(made).error();
  }
  CleanUpMark mark;
  mark.id = request.id;
  mark.row = row.id;
  mark.migration = migration.id;
  mark.status = kMarkRunning;
  mark.started_at = now;
  if (!request.sources.empty()) mark.sources = request.sources;
  if (auto set = SetMark(store, mark); !set.ok()) return std::move(set).error();
  if (auto noted = NoteBegun(store, row, actor); !noted.ok()) {
    return std::move(noted).error();
  }
  return mark;
}

Result<std::string> Begin(Store* store, const CleanUpRequest& request,
                          int64_t now, const Actor& actor) {
  Result<CleanUpState> state = CleanUpState::Read(store);
  if (!state.ok()) return std::move(state).error();
  const bool resumes = state->mark && state->mark->status == kMarkRunning;
  if (resumes) {
    if (auto on = GoOn(store, *state->mark, now, actor); !on.ok()) {
      return std::move(on).error();
    }
  } else {
    const std::vector<CleanUpBlocker> blockers =
        FindCleanUpBlockers(*state, request.facts, now);
    if (!blockers.empty()) return blockers.front().error;
    Result<CleanUpMark> made =
        BeginNew(store, *state->migration, request, now, actor);
    if (!made.ok()) return std::move(made).error();
    state->mark = std::move(made).value();
  }
  return Dump(
      {{"mark", Json::parse(state->mark->ToJson())}, {"resumed", resumes}});
}

// The mark, when its status is one of those named.
Result<CleanUpMark> TakeMark(Store* store,
                             std::initializer_list<std::string_view> statuses) {
  Result<std::optional<CleanUpMark>> found = FindMark(store);
  if (!found.ok()) return std::move(found).error();
  const std::optional<CleanUpMark>& mark = *found;
  for (const std::string_view status : statuses) {
    if (mark && mark->status == status) return *mark;
  }
  return Error{ErrorCode::kState,
               mark ? "The clean-up is \"" + mark->status + "\"."
                    : "The legacy data was not cleaned up.",
               "", ""};
}

Result<std::string> Save(Store* store, const CleanUpMark& mark) {
  if (auto set = SetMark(store, mark); !set.ok()) return std::move(set).error();
  return Dump({{"mark", Json::parse(mark.ToJson())}});
}

Result<std::string> End(Store* store, const CleanUpRequest& request,
                        int64_t now, const Actor& actor) {
  Result<CleanUpMark> mark = TakeMark(store, {kMarkRunning});
  if (!mark.ok()) return std::move(mark).error();
  Result<std::optional<MigrationRow>> row = FindRow(store, mark->row);
  if (!row.ok()) return std::move(row).error();
  if (row->has_value() && (*row)->status == kRunning) {
    MigrationRow ended = **row;
    ended.status = kCompleted;
    ended.stage = kDone;
    ended.records = request.records;
    ended.updated_at = now;
    ended.finished_at = now;
    if (auto done = EndRow(store, ended, actor); !done.ok()) {
      return std::move(done).error();
    }
  }
  if (!request.sources.empty()) mark->sources = request.sources;
  mark->status = kMarkDone;
  mark->finished_at = now;
  return Save(store, *mark);
}

// What is restored is told by the rollback's own row.
Result<std::string> Restore(Store* store, const CleanUpRequest& request) {
  const bool is_over = request.action == "restored";
  Result<CleanUpMark> mark =
      is_over ? TakeMark(store, {kMarkRestoring})
              : TakeMark(store, {kMarkRunning, kMarkDone, kMarkRestoring});
  if (!mark.ok()) return std::move(mark).error();
  mark->status = is_over ? kMarkRestored : kMarkRestoring;
  if (!request.newer.empty()) mark->newer = request.newer;
  return Save(store, *mark);
}

Result<std::string> Forget(Store* store, int64_t now, const Actor& actor) {
  Result<CleanUpMark> mark = TakeMark(store, {kMarkDone, kMarkRestored});
  if (!mark.ok()) return std::move(mark).error();
  const std::string id = std::exchange(mark->id, "");
  // As long as the sources are empty, that is what the store says of them.
  Result<void> forgotten =
      mark->status == kMarkDone ? SetMark(store, *mark) : RemoveMark(store);
  if (!forgotten.ok()) return std::move(forgotten).error();
  Result<void> noted = AppendAudit(
      store, {now, actor, "cleanUp.forget", id,
              Dump({{"id", mark->row}, {"migration", mark->migration}})});
  if (!noted.ok()) return std::move(noted).error();
  return std::string("{}");
}

Result<std::string> Change(Store* store, const CleanUpRequest& request,
                           int64_t now, const Actor& actor) {
  if (request.action == "begin") return Begin(store, request, now, actor);
  if (request.action == "end") return End(store, request, now, actor);
  if (request.action == "forget") return Forget(store, now, actor);
  return Restore(store, request);
}

Result<std::string> AnswerOrThrow(Store* store, std::string_view json,
                                  int64_t now, const Actor& actor) {
  Result<CleanUpRequest> request = CleanUpRequest::Parse(json);
  if (!request.ok()) return std::move(request).error();
  if (request->action == "look") return Look(store, request->facts, now);
  std::string answer;
  Result<void> done = store->Atomically([&]() -> Result<void> {
    Result<std::string> changed = Change(store, *request, now, actor);
    if (!changed.ok()) return std::move(changed).error();
    answer = std::move(changed).value();
    return {};
  });
  if (!done.ok()) return std::move(done).error();
  return answer;
}

}  // namespace

Result<std::string> AnswerCleanUp(Store* store, std::string_view request_json,
                                  int64_t now, const Actor& actor) {
  try {
    return AnswerOrThrow(store, request_json, now, actor);
  } catch (const std::bad_alloc&) {
    return OutOfMemory();
  }
}

Result<void> CheckNotCleanedUp(Store* store) {
  Result<std::optional<CleanUpMark>> mark = FindMark(store);
  if (!mark.ok()) return std::move(mark).error();
  if (!mark->has_value() || !(*mark)->IsInForce()) return {};
  return Error{ErrorCode::kState,
               "The legacy data of this store was cleaned up: what is no "
               "longer there would be taken for deleted.",
               "rollback() brings it back.", ""};
}

}  // namespace ferrite
