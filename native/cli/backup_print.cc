#include "native/cli/backup_print.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "native/cli/store_question.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;
using Align = TextTable::Align;

constexpr size_t kShown = 12;
constexpr size_t kDescriptionWidth = 12;

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json ToJson(const StoredBackup& backup) {
  Json json = {{"id", backup.id},
               {"kind", backup.base.empty() ? "full" : "incremental"},
               {"createdAt", backup.created_at},
               {"bytes", backup.bytes},
               {"plainBytes", backup.plain_bytes},
               {"state", BackupStateText(backup.state)},
               {"encrypted", backup.is_encrypted},
               {"description", backup.description},
               {"file", backup.name + ".backup"}};
  if (!backup.base.empty()) json["base"] = backup.base;
  if (!backup.reason.empty()) json["reason"] = backup.reason;
  if (backup.checked_at != 0) json["checkedAt"] = backup.checked_at;
  return json;
}

Json ToJson(const std::vector<StoredBackup>& backups) {
  Json list = Json::array();
  for (auto backup = backups.rbegin(); backup != backups.rend(); ++backup) {
    list.push_back(ToJson(*backup));
  }
  return list;
}

Tone ToneOf(BackupState state) {
  switch (state) {
    case BackupState::kGood:
      return Tone::kGood;
    case BackupState::kUnchecked:
      return Tone::kWarning;
    case BackupState::kUnsound:
    case BackupState::kDamaged:
      break;
  }
  return Tone::kBad;
}

void PrintTable(const std::vector<StoredBackup>& backups,
                const Console& console) {
  TextTable table(console,
                  {"id", "made (UTC)", "kind", "for", "size", "state", ""},
                  {Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft,
                   Align::kRight, Align::kLeft, Align::kLeft});
  for (auto at = backups.rbegin(); at != backups.rend(); ++at) {
    const StoredBackup& backup = *at;
    table.Add({ShortId(backup.id), MinuteText(backup.created_at),
               backup.base.empty() ? "full" : "incr.", Printable(backup.reason),
               ByteText(backup.bytes),
               console.Paint(ToneOf(backup.state),
                             std::string(BackupStateText(backup.state))),
               Cut(Printable(backup.description), kDescriptionWidth)});
  }
  if (table.empty()) {
    console.Line("There are no backups.");
  } else {
    table.Print();
  }
}

}  // namespace

std::string ShortId(const std::string& id) {
  return Printable(id.substr(0, kShown));
}

std::string BackupJson(const StoredBackup& backup) {
  return Dump(ToJson(backup));
}

void PrintBackups(const std::vector<StoredBackup>& backups,
                  const Console& console) {
  console.Document(Dump({{"backups", ToJson(backups)}}));
  PrintTable(backups, console);
}

int PrintRestored(const RestoredStore& restored, const std::string& store,
                  const Console& console) {
  const bool removed = restored.to == kAbsent;
  Json json = {{"status", removed ? "removed" : "restored"},
               {"to", restored.to},
               {"resumed", restored.resumed},
               {"carried", Json::parse(restored.carried)}};
  if (!restored.safety.empty()) json["safety"] = restored.safety;
  console.Document(Dump(json));
  console.Line(removed ? "Removed " + Printable(store) +
                             ": it was not there before its migration."
                       : Printable(store) + " is what the backup " +
                             ShortId(restored.to) + " holds.");
  if (!restored.safety.empty()) {
    console.Line("What was there before: ferrite backup restore " +
                 ShortId(restored.safety) + " brings it back.");
  }
  return 0;
}

void PrintOutlook(const RollbackOutlook& outlook,
                  const std::vector<StoredBackup>& backups,
                  const Console& console) {
  Json json = {{"can", outlook.can}, {"pending", outlook.is_pending}};
  if (!outlook.reason.empty()) json["reason"] = outlook.reason;
  if (outlook.can) json["to"] = outlook.to;
  if (outlook.point) {
    json["migration"] = {{"id", outlook.point->migration},
                         {"plan", outlook.point->plan},
                         {"status", outlook.point->status},
                         {"startedAt", outlook.point->started_at}};
  }
  json["points"] = ToJson(backups);
  console.Document(Dump(json));
  if (!outlook.can) {
    PrintWrapped("", 0, "Nothing to roll back. " + Printable(outlook.reason),
                 console);
  } else if (outlook.is_pending) {
    console.Line("A restore was cut off; ferrite rollback --yes finishes it.");
  } else {
    const std::string to = outlook.to == kAbsent
                               ? "removes the store, which was not there"
                               : "restores " + ShortId(outlook.to);
    console.Line("ferrite rollback --yes " + to + ".");
    console.Line("It takes back the migration \"" +
                 Printable(outlook.point->plan) + "\", begun " +
                 MinuteText(outlook.point->started_at) + " UTC.");
  }
  console.Line();
  PrintTable(backups, console);
}

}  // namespace ferrite
