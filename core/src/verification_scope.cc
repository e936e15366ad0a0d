#include "verification_scope.h"

#include <algorithm>
#include <utility>

#include "migration_row.h"
#include "source_state.h"

namespace ferrite::internal {
namespace {

Result<std::vector<bool>> ChooseTables(const Plan& plan,
                                       const std::vector<std::string>& names) {
  std::vector<bool> chosen(plan.tables.size(), names.empty());
  for (const std::string& name : names) {
    const auto found =
        std::find_if(plan.tables.begin(), plan.tables.end(),
                     [&](const Table& table) { return table.name == name; });
    if (found == plan.tables.end()) {
      return Error{ErrorCode::kInvalidArgument,
                   "The plan has no table \"" + name + "\".",
                   "Name tables as the plan does.", ""};
    }
    chosen[static_cast<size_t>(found - plan.tables.begin())] = true;
  }
  return chosen;
}

}  // namespace

Result<VerificationScope> VerificationScope::Make(
    const Plan& plan, const std::vector<SourceState>& states,
    const VerificationOptions& options) {
  VerificationScope scope;
  Result<std::vector<bool>> tables = ChooseTables(plan, options.tables);
  if (!tables.ok()) return std::move(tables).error();
  scope.tables = std::move(tables).value();
  scope.sources = SourcesToRead(plan, states);
  // Of sources that only an exclusion names the records are counted, too, but
  // not when some tables alone are asked for.
  if (!options.tables.empty()) {
    std::vector<bool> asked(plan.sources.size());
    for (size_t i = 0; i < plan.tables.size(); ++i) {
      if (!scope.tables[i]) continue;
      for (const Selection& from : plan.tables[i].from) {
        asked[from.source] = scope.sources[from.source];
      }
    }
    scope.sources = std::move(asked);
  }
  std::vector<uint64_t> records;
  for (const SourceState& state : states) records.push_back(state.records);
  scope.walk =
      SampledWalk(scope.sources, std::move(records), options.sample_size);
  return scope;
}

void VerificationScope::Mark(Report* report) const {
  report->is_sampled = walk.is_sampled();
  for (size_t i = 0; i < sources.size(); ++i) {
    report->sources[i].is_read = sources[i];
  }
  for (size_t i = 0; i < tables.size(); ++i) {
    report->tables[i].is_left_out = !tables[i];
  }
}

void VerificationScope::Fill(const SampledWalk& compared,
                             const Findings& findings, Report* report) const {
  for (size_t i = 0; i < report->sources.size(); ++i) {
    const SourceCounts& counts = compared.counts(i);
    Report::Source& source = report->sources[i];
    source.records = counts.records;
    source.bytes = counts.bytes;
    source.unclaimed = counts.unclaimed;
    source.failed = counts.failed;
    source.filtered = counts.filtered;
    source.excluded += counts.excluded;
  }
  for (size_t i = 0; i < report->tables.size(); ++i) {
    const TableFindings& found = findings.tables[i];
    Report::Table& table = report->tables[i];
    table.expected = found.expected;
    table.comparison = found.comparison;
    table.failed = found.comparison.failed;
    table.orphans = found.orphans;
    table.corrected = found.corrected;
    table.discarded = found.discarded;
    if (table.conflicts) table.conflicts = found.conflicts;
  }
}

const char* VerificationScope::StatusOf(const Findings& findings) const {
  uint64_t differences = findings.differences;
  for (const TableFindings& table : findings.tables) {
    differences += table.comparison.failed + table.orphans.quarantined +
                   table.conflicts.undecided;
  }
  if (differences != 0) return kWithDifferences;
  const bool is_whole =
      !walk.is_sampled() && std::all_of(tables.begin(), tables.end(),
                                        [](bool chosen) { return chosen; });
  return is_whole ? kVerified : kCompleted;
}

}  // namespace ferrite::internal
