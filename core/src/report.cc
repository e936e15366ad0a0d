#include "report.h"

#include <sqlite3.h>

#include <nlohmann/json.hpp>

#include "exclusions.h"
#include "left_out.h"
#include "migration_row.h"
#include "report_summary.h"
#include "source_state.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::ordered_json;

Json Parse(std::string_view text) {
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

void AddChanges(const ChangeCounts& changes, Json* json) {
  (*json)["new"] = changes.added;
  (*json)["changed"] = changes.changed;
  (*json)["deleted"] = changes.deleted;
  (*json)["unchanged"] = changes.unchanged;
  if (changes.unread != 0) (*json)["unread"] = changes.unread;
}

Json SourceJson(const Report::Source& source) {
  return {{"source", Parse(source.json)}, {"label", source.label},
          {"status", source.status},      {"expected", source.expected},
          {"records", source.records},    {"bytes", source.bytes},
          {"failed", source.failed},      {"unclaimed", source.unclaimed},
          {"filtered", source.filtered},  {"excluded", source.excluded}};
}

// What only a migration counts is left out of a verification's.
Json ConflictsJson(const Report::Table& table) {
  const ConflictCounts& counts = *table.conflicts;
  Json json = Json::object();
  if (table.comparison) {
    json["storeOnly"] = table.comparison->store_only;
  } else {
    json["before"] = counts.before;
    json["inserted"] = counts.inserted;
    json["equal"] = counts.equal;
  }
  json["overwritten"] = counts.overwritten;
  json["merged"] = counts.merged;
  json["kept"] = counts.kept;
  json["undecided"] = counts.undecided;
  return json;
}

Json TableJson(const Report::Table& table) {
  Json json = {{"name", table.name}};
  if (table.found) {
    json["rows"] = table.found->rows;
    json["hash"] = table.found->hash.ToHex();
  }
  json["expectedRows"] = table.expected.rows;
  json["expectedHash"] = table.expected.hash.ToHex();
  json["quarantined"] = table.orphans.quarantined;
  json["nulled"] = table.orphans.nulled;
  json["failed"] = table.failed;
  if (table.corrected != 0) json["corrected"] = table.corrected;
  if (table.discarded != 0) json["discarded"] = table.discarded;
  if (table.conflicts) json["conflicts"] = ConflictsJson(table);
  if (table.comparison) {
    json["matched"] = table.comparison->matched;
    json["missing"] = table.comparison->missing;
    json["different"] = table.comparison->different;
    json["extra"] = table.comparison->extra;
    json["sizeDifferent"] = table.comparison->size_different;
    json["sourceBytes"] = table.comparison->source_bytes;
    json["storeBytes"] = table.comparison->store_bytes;
  }
  const std::string summary = Summarize(table);
  if (!summary.empty()) json["summary"] = summary;
  return json;
}

// Rows that are not what the sources gave, as far as this pass can tell.
uint64_t Differences(const Report::Table& table) {
  if (table.comparison) return table.comparison->differences();
  if (!table.found || *table.found == table.expected) return 0;
  const uint64_t a = table.found->rows;
  const uint64_t b = table.expected.rows;
  return a == b ? 1 : (a > b ? a - b : b - a);
}

Json TotalsJson(const Report& report) {
  uint64_t records = 0;
  uint64_t bytes = 0;
  uint64_t failed = 0;
  uint64_t differences = 0;
  for (const Report::Source& source : report.sources) {
    records += source.records;
    bytes += source.bytes;
    failed += source.failed;
  }
  for (const Report::Table& table : report.tables) {
    failed += table.orphans.quarantined;
    differences += Differences(table);
  }
  const auto busy = static_cast<uint64_t>(report.busy_ms);
  return {{"records", records},
          {"bytes", bytes},
          {"failed", failed},
          {"differences", differences},
          {"recordsPerSecond", busy == 0 ? 0 : records * 1000 / busy}};
}

Json FailedJson(const FailedRecord& record) {
  return {{"table", record.table},
          {"key", record.key_text},
          {"code", record.code},
          {"message", record.message},
          {"path", record.path}};
}

Json DifferenceJson(const Report::Difference& difference) {
  return {{"table", difference.table},
          {"kind", difference.kind},
          {"key", difference.key_text},
          {"columns", Parse(difference.columns)}};
}

// Those that the pass looked at.
Json TablesJson(const std::vector<Report::Table>& tables) {
  Json list = Json::array();
  for (const Report::Table& table : tables) {
    if (!table.is_left_out) list.push_back(TableJson(table));
  }
  return list;
}

template <typename Items, typename ToJson>
Json ListJson(const Items& items, ToJson to_json) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(to_json(item));
  return list;
}

}  // namespace

void Report::SetSources(const std::vector<SourceState>& states) {
  sources.clear();
  for (const SourceState& state : states) {
    Source source;
    source.json = state.source.ToJson();
    source.label = state.source.Label();
    source.status = StatusText(state.status);
    source.excluded = CountOf(state.left_out);
    source.expected = state.records + source.excluded;
    sources.push_back(std::move(source));
  }
}

void Report::SetPlan(const Plan& plan, const std::vector<SourceState>& states) {
  const std::vector<bool> wanted = SourcesToRead(plan, states);
  for (size_t i = 0; i < sources.size(); ++i) {
    sources[i].is_read = wanted[i];
    // Not read to be counted: it is left alone as a whole.
    if (!wanted[i] && IsWhollyExcluded(plan.excluded, i)) {
      sources[i].excluded = sources[i].expected;
    }
  }
  plan_name = plan.name;
  plan_hash = plan.hash.ToHex();
  tables.clear();
  for (const ferrite::Table& table : plan.tables) {
    Table& added = tables.emplace_back();
    added.name = table.name;
    if (table.on_conflict.strategy != Strategy::kLedger) {
      added.conflicts.emplace();
    }
  }
}

void Report::SetStore(Store* store) {
  const auto meta = [&](const char* key) {
    Result<std::optional<std::string>> value = store->Meta(key);
    return value.ok() ? value->value_or("") : std::string();
  };
  client = meta("client");
  epoch = meta("epoch");
}

ChangeCounts Report::Changes() const {
  ChangeCounts sum;
  for (const Source& source : sources) {
    sum.added += source.changes.added;
    sum.changed += source.changes.changed;
    sum.deleted += source.changes.deleted;
    sum.unchanged += source.changes.unchanged;
    sum.unread += source.changes.unread;
  }
  return sum;
}

const char* Report::EndStatus(bool is_equal) const {
  if (!is_equal) return kWithDifferences;
  return Changes().unread == 0 ? kVerified : kCompleted;
}

void Report::Warn() {
  for (const Source& source : sources) WarnOf(source);
  size_t left_out = 0;
  bool is_compared = false;
  for (const Table& table : tables) {
    WarnOf(table);
    left_out += table.is_left_out ? 1 : 0;
    is_compared = is_compared || table.comparison;
  }
  if (left_out != 0) {
    warnings.push_back("Only " + Count(tables.size() - left_out, "table") +
                       " of " + std::to_string(tables.size()) +
                       " were looked at.");
  }
  if (is_sampled && is_compared) {
    warnings.push_back(
        "Only a sample of the records was compared; rows without a record were "
        "not looked for.");
  }
}

void Report::WarnOf(const Source& source) {
  if (source.status == StatusText(SourceState::Status::kAbsent)) {
    warnings.push_back(
        source.label + " does not exist; " +
        (since ? "its rows stay as they are." : "it counts as empty."));
  } else if (source.is_read && !is_sampled &&
             source.records + source.excluded != source.expected) {
    warnings.push_back(source.label + " held " +
                       Count(source.expected, "record") +
                       " at the start, and " +
                       Count(source.records + source.excluded, "record") +
                       " came: the app wrote to it meanwhile.");
  }
  if (source.unclaimed != 0) {
    warnings.push_back(source.label + ": no table takes " +
                       Count(source.unclaimed, "record") + ".");
  }
}

void Report::WarnOfTables() {
  for (const Table& table : tables) {
    const std::string begin = table.name + ": ";
    std::erase_if(warnings, [&](const std::string& warning) {
      return warning.compare(0, begin.size(), begin) == 0;
    });
    WarnOf(table);
  }
}

void Report::WarnOf(const Table& table) {
  if (table.corrected != 0) {
    warnings.push_back(table.name + ": " + Count(table.corrected, "row") +
                       " as corrected; the source has another record there.");
  }
  if (table.discarded != 0) {
    warnings.push_back(table.name + ": " + Count(table.discarded, "record") +
                       " of the source discarded.");
  }
  if (table.conflicts && table.conflicts->undecided != 0) {
    warnings.push_back(table.name + ": " +
                       Count(table.conflicts->undecided, "conflict") +
                       (table.conflicts->undecided == 1 ? " is" : " are") +
                       " undecided; the store's rows stay until then.");
  }
  if (table.orphans.nulled == 0) return;
  warnings.push_back(table.name + ": " + Count(table.orphans.nulled, "row") +
                     " referred to rows that are not there and " +
                     (table.orphans.nulled == 1 ? "has" : "have") +
                     " NULL there now.");
}

std::string Report::ToJson() const {
  Json json = {{"report", 1}, {"kind", kind}};
  if (!plan_hash.empty()) {
    json["plan"] = {{"name", plan_name}, {"hash", plan_hash}};
  }
  json["status"] = status;
  json["stage"] = stage;
  json["startedAt"] = started_at;
  if (finished_at) json["finishedAt"] = *finished_at;
  json["busyMs"] = busy_ms;
  json["attempts"] = attempts;
  if (!code.empty()) json["error"] = {{"code", code}, {"message", message}};
  if (is_sampled) json["sampled"] = true;
  if (!summary.empty()) json["summary"] = summary;
  if (retry) {
    json["retry"] = {{"tried", retry->tried},
                     {"moved", retry->moved},
                     {"left", retry->left}};
  }
  if (since) {
    json["incremental"] = {{"since", *since}};
    AddChanges(Changes(), &json["incremental"]);
  }
  json["sources"] = ListJson(sources, [&](const Source& source) {
    Json entry = SourceJson(source);
    if (since) AddChanges(source.changes, &entry);
    return entry;
  });
  if (!plan_hash.empty()) json["tables"] = TablesJson(tables);
  json["totals"] = TotalsJson(*this);
  json["failed"] = ListJson(failed, FailedJson);
  json["differences"] = ListJson(differences, DifferenceJson);
  json["warnings"] = warnings;
  json["throughput"] = Parse(throughput.ToJson());
  json["store"] = {{"sqlite", sqlite3_libversion()}};
  if (!client.empty()) json["store"]["client"] = client;
  if (!epoch.empty()) json["store"]["epoch"] = epoch;
  // Names come from the outside and may hold lone surrogates.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Report Report::FromJson(std::string_view text) {
  Report report;
  const Json json = Parse(text);
  if (!json.is_object()) return report;
  // Written by ToJson, but stored in a file that others may have written to.
  try {
    report.kind = json.at("kind");
    report.plan_name = json.at("plan").at("name");
    report.plan_hash = json.at("plan").at("hash");
    for (const Json& each : json.at("sources")) {
      Source source;
      source.json = each.at("source").dump();
      source.label = each.at("label");
      source.status = each.at("status");
      source.expected = each.at("expected");
      source.records = each.at("records");
      source.bytes = each.at("bytes");
      source.failed = each.at("failed");
      source.excluded = each.at("excluded");
      source.changes = {each.value("new", uint64_t{0}),
                        each.value("changed", uint64_t{0}),
                        each.value("deleted", uint64_t{0}),
                        each.value("unchanged", uint64_t{0}),
                        each.value("unread", uint64_t{0})};
      report.sources.push_back(std::move(source));
    }
    for (const Json& each : json.at("tables")) {
      Table table;
      table.name = each.at("name");
      if (each.contains("conflicts")) table.conflicts.emplace();
      report.tables.push_back(std::move(table));
    }
    if (json.contains("finishedAt")) report.finished_at = json["finishedAt"];
    if (json.contains("incremental")) {
      report.since = json["incremental"].at("since");
    }
    report.is_sampled = json.value("sampled", false);
    report.warnings = json.value("warnings", report.warnings);
    report.client = json.at("store").value("client", "");
    report.epoch = json.at("store").value("epoch", "");
  } catch (const Json::exception&) {
    // The parts that were read are shown.
  }
  return report;
}

}  // namespace ferrite::internal
