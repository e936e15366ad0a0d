#include "migration_events.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "store_schema.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::ordered_json;

// error_codes.inc: errors of records.
constexpr int kRecordErrors = 5;

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<void> Log(Store* store, int64_t migration, int64_t at, LogLevel level,
                 std::string message, std::string context) {
  LogEntry entry;
  entry.at = at;
  entry.level = level;
  entry.migration = migration;
  entry.message = std::move(message);
  entry.context = std::move(context);
  return AppendLog(store, entry);
}

// Not by way of an object: those of nlohmann/json allocate when they go, which
// ends the program where a batch has used up the memory.
std::string SourceContext(const std::string& source, uint64_t records,
                          std::optional<uint64_t> failed) {
  std::string context =
      "{\"source\":" + Dump(source) + ",\"records\":" + std::to_string(records);
  if (failed) context += ",\"failed\":" + std::to_string(*failed);
  return context + "}";
}

std::string Capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] -= 'a' - 'A';
  return text;
}

std::string Counted(int64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace

Result<void> NoteBegun(Store* store, const MigrationRow& row,
                       const Actor& actor) {
  const bool is_first = row.attempts == 1;
  std::string message = Capitalized(row.kind) +
                        (is_first ? " begun" : " resumed") + ", plan " +
                        Quoted(row.plan_name);
  if (!is_first) message += ", attempt " + std::to_string(row.attempts);
  Result<void> logged =
      Log(store, row.id, row.updated_at, LogLevel::kInfo, message + ".",
          Dump({{"plan", row.plan_hash.ToHex()},
                {"attempt", row.attempts},
                {"initiator", actor.who}}));
  if (!logged.ok()) return logged;
  return AppendAudit(
      store,
      {row.updated_at, actor, row.kind + (is_first ? ".begin" : ".resume"),
       row.plan_name, Dump({{"id", row.id}, {"attempt", row.attempts}})});
}

Result<void> NoteStage(Store* store, const MigrationRow& row) {
  return Log(store, row.id, row.updated_at, LogLevel::kInfo,
             "Stage " + Quoted(row.stage) + " begins.",
             "{\"stage\":" + Dump(row.stage) + "}");
}

Result<void> EndRow(Store* store, const MigrationRow& row, const Actor& actor) {
  Result<int64_t> ended = QueryInteger(
      store, "SELECT finished_at IS NOT NULL FROM ferrite_migration WHERE id=" +
                 std::to_string(row.id));
  if (!ended.ok()) return std::move(ended).error();
  if (*ended != 0) return {};
  if (auto saved = UpdateMigration(store, row); !saved.ok()) return saved;
  LogLevel level = LogLevel::kInfo;
  if (row.status == kWithDifferences || row.status == kCancelled) {
    level = LogLevel::kWarn;
  }
  if (row.status == kFailed) level = LogLevel::kError;
  Json context = {{"status", row.status},  {"records", row.records},
                  {"bytes", row.bytes},    {"failed", row.failed},
                  {"busyMs", row.busy_ms}, {"differences", row.differences}};
  std::string message = Capitalized(row.kind) + " ended as " +
                        Quoted(row.status) + ": " +
                        Counted(row.records, "record");
  if (row.failed != 0) message += ", " + std::to_string(row.failed) + " failed";
  if (row.differences != 0) {
    message += ", " + Counted(row.differences, "difference");
  }
  message += ".";
  if (!row.code.empty()) {
    context["code"] = row.code;
    message += " " + row.message;
  }
  Result<void> logged = Log(store, row.id, row.updated_at, level,
                            std::move(message), Dump(context));
  if (!logged.ok()) return logged;
  return AppendAudit(store,
                     {row.updated_at, actor, row.kind + ".end", row.plan_name,
                      Dump({{"id", row.id}, {"status", row.status}})});
}

Result<void> NoteBatch(Store* store, const BatchEvent& batch,
                       uint64_t source_records) {
  const std::string context =
      SourceContext(batch.source, batch.records, batch.failed);
  Result<void> done =
      Log(store, batch.migration, batch.at, LogLevel::kDebug,
          "Batch of " + batch.source + ": " +
              Counted(static_cast<int64_t>(batch.records), "record") + ".",
          context);
  if (done.ok() && batch.failed != 0) {
    done = Log(store, batch.migration, batch.at, LogLevel::kWarn,
               Counted(static_cast<int64_t>(batch.failed), "record") + " of " +
                   batch.source + " could not become rows.",
               context);
  }
  if (!done.ok() || !batch.is_last) return done;
  return Log(store, batch.migration, batch.at, LogLevel::kInfo,
             "Source " + batch.source + " read to its end: " +
                 Counted(static_cast<int64_t>(source_records), "record") + ".",
             SourceContext(batch.source, source_records, std::nullopt));
}

void StopRow(const Error& reason, int64_t now, MigrationRow* row) {
  row->status = reason.code == ErrorCode::kCancelled ? kCancelled : kFailed;
  row->updated_at = now;
  row->finished_at = now;
  row->code = ErrorText(reason.code);
  const bool may_quote = ErrorExitStatus(reason.code) == kRecordErrors;
  row->message = may_quote || reason.message.empty()
                     ? std::string(ErrorSentence(reason.code))
                     : reason.message.substr(0, 4000);
}

}  // namespace ferrite::internal
