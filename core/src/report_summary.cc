#include "report_summary.h"

#include <algorithm>

#include "migration_row.h"

namespace ferrite::internal {
namespace {

const char* Are(uint64_t count) { return count == 1 ? " is " : " are "; }

// Of a table that was scanned and not compared record by record.
std::string AgainstTotal(const Report::Table& table) {
  if (table.comparison || !table.found || *table.found == table.expected) {
    return {};
  }
  const uint64_t found = table.found->rows;
  const uint64_t expected = table.expected.rows;
  if (found == expected) return "the content is not what was written";
  return Count(found < expected ? expected - found : found - expected, "row") +
         (found < expected ? " too few" : " too many");
}

}  // namespace

std::string Count(uint64_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string Summarize(const Report::Table& table) {
  std::string text;
  const auto add = [&](const std::string& part) {
    if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
  };
  const auto count = [&](uint64_t number, const char* noun,
                         const std::string& verb) {
    if (number != 0) add(Count(number, noun) + verb);
  };
  if (table.comparison) {
    const Report::Comparison& found = *table.comparison;
    count(found.missing, "row", Are(found.missing) + std::string("missing"));
    count(
        found.different, "row",
        (found.different == 1 ? " differs" : " differ") +
            (found.size_different == 0
                 ? std::string()
                 : " (" + std::to_string(found.size_different) + " in size)"));
    count(found.extra, "row",
          Are(found.extra) + std::string("without a record"));
  } else {
    add(AgainstTotal(table));
  }
  count(table.failed, "record", " could not become rows");
  count(table.orphans.quarantined, "row",
        (table.orphans.quarantined == 1 ? " refers" : " refer") +
            std::string(" to nothing and is in the ledger"));
  if (text.empty()) return text;
  return text + ".";
}

namespace {

std::string SummarizeAll(const Report& report) {
  uint64_t compared = 0;
  uint64_t differing = 0;
  uint64_t records = 0;
  std::string first;
  for (const Report::Table& table : report.tables) {
    if (table.is_left_out) continue;
    ++compared;
    const std::string text = Summarize(table);
    if (text.empty()) continue;
    if (++differing == 1) first = table.name + ": " + text;
  }
  for (const Report::Source& source : report.sources) records += source.records;
  const std::string what =
      Count(records, "record") + " and " + Count(compared, "table");
  if (report.status == kVerified) {
    return "Everything arrived: " + what + " were compared and agree.";
  }
  if (differing == 0) {
    return report.status == kWithDifferences
               ? "The store differs from its sources."
               : "Nothing wrong was found in " + what +
                     (report.is_sampled ? ", a sample." : ".");
  }
  if (differing == 1) return first;
  return std::to_string(differing) + " of " + Count(compared, "table") +
         " differ. " + first;
}

// Such a report is not "verified".
std::string Unread(const ChangeCounts& changes) {
  if (changes.unread == 0) return "";
  return Count(changes.unread, "record") +
         " not read, since an index says when they were changed: a "
         "verification compares them too. ";
}

}  // namespace

std::string Summarize(const Report& report) {
  if (!report.since) return SummarizeAll(report);
  const ChangeCounts changes = report.Changes();
  if (changes.is_idle()) {
    return (changes.unread == 0
                ? "No record has changed since. "
                : "No record is known to have changed since. ") +
           Unread(changes) + SummarizeAll(report);
  }
  return Count(changes.added, "record") + " new, " +
         std::to_string(changes.changed) + " changed, " +
         std::to_string(changes.deleted) + " deleted, " +
         std::to_string(changes.unchanged) + " unchanged. " + Unread(changes) +
         SummarizeAll(report);
}

}  // namespace ferrite::internal
