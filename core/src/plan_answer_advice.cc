#include "plan_answer_advice.h"

#include <algorithm>
#include <cmath>

#include "source_state.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

// A migration that people notice.
constexpr double kLongMs = 5000;
// Of the space there is; the rest of the app writes too.
constexpr double kTightShare = 0.8;

std::string Counted(uint64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string Duration(double ms) {
  if (ms < 1000) return std::to_string(std::llround(ms)) + " ms";
  const long long seconds = std::llround(ms / 1000);
  if (seconds < 120) return std::to_string(seconds) + " s";
  return std::to_string((seconds + 30) / 60) + " min";
}

// What the probe counted is all there is, or a part of it.
std::string OfTried(uint64_t tried, uint64_t records) {
  return tried >= records ? ""
                          : " among the " + Counted(tried, "record") + " tried";
}

std::string OfTried(const AnswerNumbers::Source& source) {
  return OfTried(source.tried, source.records);
}

void WarnOfStorage(const HostFacts& facts, const AnswerNumbers& numbers,
                   std::vector<std::string>* warnings) {
  if (facts.private_mode) {
    warnings->push_back(
        "This looks like a private window: the store is gone when it closes.");
  }
  if (!facts.durable) {
    warnings->push_back(
        "There is no private file system here: the store lies in memory and an "
        "image of it is kept in IndexedDB, so it must fit into memory.");
  }
  if (facts.persistent == false) {
    warnings->push_back(
        "The browser has not granted persistent storage: it may delete the "
        "store when the device runs out of space.");
  }
  if (numbers.space && facts.bytes_available &&
      *numbers.space <= *facts.bytes_available &&
      static_cast<double>(*numbers.space) >
          kTightShare * static_cast<double>(*facts.bytes_available)) {
    warnings->push_back("The store is expected to take " +
                        std::to_string(*numbers.space) + " of the " +
                        std::to_string(*facts.bytes_available) +
                        " bytes there are.");
  }
  if (facts.limit_ms > 0 && numbers.ms && *numbers.ms > facts.limit_ms) {
    warnings->push_back("The migration is expected to take " +
                        Duration(*numbers.ms) + ", over the limit of " +
                        Duration(facts.limit_ms) + ".");
  }
}

void WarnOfRecords(const Plan& plan, const AnswerNumbers& numbers,
                   std::vector<std::string>* warnings) {
  for (const AnswerNumbers::Unsupported& each : numbers.unsupported) {
    warnings->push_back(
        each.source + " holds " + Counted(each.count, "value") + " of type " +
        Quoted(each.kind) + OfTried(numbers.tried, numbers.records) +
        ", which cannot be carried: those records go to the ledger and stay in "
        "the source.");
  }
  if (numbers.failed > 0) {
    warnings->push_back(Counted(numbers.failed, "record") +
                        OfTried(numbers.tried, numbers.records) +
                        " cannot become rows and would go to the ledger.");
  }
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    if (numbers.sources[i].unclaimed == 0) continue;
    warnings->push_back(plan.sources[i].Label() + ": no table takes " +
                        Counted(numbers.sources[i].unclaimed, "record") +
                        OfTried(numbers.sources[i]) + ".");
  }
}

void WarnOfPlan(const Plan& plan, const std::vector<SourceState>& sources,
                std::vector<std::string>* warnings) {
  for (size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].status == SourceState::Status::kAbsent &&
        CheckSource(plan, i, sources[i]).ok()) {
      warnings->push_back(sources[i].source.Label() +
                          " does not exist; it counts as empty.");
    }
  }
  for (const Table& table : plan.tables) {
    if (table.unmapped == Unmapped::kDrop) {
      warnings->push_back("Table " + Quoted(table.name) +
                          " drops the fields that no column takes.");
    }
  }
  for (const Exclusion& exclusion : plan.excluded) {
    warnings->push_back(
        "Excluded: " + SelectionText(plan, exclusion.records) +
        (exclusion.reason.empty() ? "" : " (" + exclusion.reason + ")") + ".");
  }
}

// A constraint or index of the table that begins with the foreign key.
bool IsIndexed(const Table& table, const ForeignKey& key) {
  const auto begins = [&](const std::vector<size_t>& columns) {
    return columns.size() >= key.columns.size() &&
           std::equal(key.columns.begin(), key.columns.end(), columns.begin());
  };
  if (begins(table.primary_key)) return true;
  if (key.columns.size() == 1 && table.columns[key.columns[0]].unique) {
    return true;
  }
  return std::any_of(table.unique.begin(), table.unique.end(), begins) ||
         std::any_of(table.indexes.begin(), table.indexes.end(),
                     [&](const Index& index) { return begins(index.columns); });
}

std::string NamesOf(const Table& table, const std::vector<size_t>& columns) {
  std::string names;
  for (const size_t column : columns) {
    names += (names.empty() ? "" : ", ") + Quoted(table.columns[column].name);
  }
  return names;
}

void RecommendIndexes(const Plan& plan, std::vector<std::string>* out) {
  for (const Table& table : plan.tables) {
    for (const ForeignKey& key : table.foreign_keys) {
      if (IsIndexed(table, key)) continue;
      out->push_back("Add [" + NamesOf(table, key.columns) +
                     "] to the indexes of " + Quoted(table.name) +
                     ": the rows of one row of " +
                     Quoted(plan.tables[key.table].name) + " are found by it.");
    }
  }
}

// What to do about the records that did not fit, by the first such record.
std::string RemedyFor(const AnswerNumbers::Failure& failure) {
  const std::string where =
      Quoted(failure.table) +
      (failure.path.empty() ? "" : " at " + Quoted(failure.path));
  const std::string why = where + ": " + failure.message + " ";
  if (failure.code == "type_mismatch") {
    return why +
           "Choose another type for the column, \"convert\", or "
           "\"onMismatch\".";
  }
  if (failure.code == "not_null") {
    return why + "Give the column a default, or let it be NULL.";
  }
  if (failure.code == "not_unique") {
    return why + "Choose a primary key that tells the records apart.";
  }
  if (failure.code == "orphan") {
    return why +
           "Choose \"onOrphan\": \"null\", or migrate the other table's "
           "records too.";
  }
  if (failure.code == "record_unsupported") {
    return why + "Exclude these records, or have the app make the value anew.";
  }
  return why + "Look at the record, and at what the plan says of it.";
}

}  // namespace

std::string SelectionText(const Plan& plan, const Selection& selection) {
  const std::string label = plan.sources[selection.source].Label();
  switch (selection.match) {
    case Match::kAll:
      break;
    case Match::kKey:
      return label + ", key " + Quoted(selection.text);
    case Match::kPrefix:
      return label + ", keys beginning with " + Quoted(selection.text);
    case Match::kPattern:
      return label + ", keys like " + Quoted(selection.text);
  }
  return label;
}

std::vector<std::string> WarningsOf(const Plan& plan,
                                    const std::vector<SourceState>& sources,
                                    const HostFacts& facts,
                                    const AnswerNumbers& numbers) {
  std::vector<std::string> warnings;
  WarnOfStorage(facts, numbers, &warnings);
  WarnOfRecords(plan, numbers, &warnings);
  WarnOfPlan(plan, sources, &warnings);
  return warnings;
}

std::vector<std::string> RecommendationsOf(const Plan& plan,
                                           const HostFacts& facts,
                                           const AnswerNumbers& numbers) {
  std::vector<std::string> out;
  for (const AnswerNumbers::Failure& failure : numbers.failures) {
    out.push_back(RemedyFor(failure));
  }
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    if (numbers.sources[i].unclaimed == 0) continue;
    out.push_back("Add a table for the rest of " + plan.sources[i].Label() +
                  ", or name it under \"excluded\" with a reason.");
  }
  RecommendIndexes(plan, &out);
  if (facts.persistent == false) {
    out.push_back(
        "Call navigator.storage.persist() before the migration, from a click "
        "of the user where the browser asks.");
  }
  if (facts.private_mode || !facts.durable) {
    out.push_back(
        "Keep a copy outside of the browser: exportStore() after the "
        "migration.");
  }
  if (numbers.ms && *numbers.ms > kLongMs) {
    out.push_back(
        "Show progress (onProgress) and let people leave: a migration that is "
        "interrupted goes on behind its last committed batch.");
  }
  return out;
}

}  // namespace ferrite::internal
