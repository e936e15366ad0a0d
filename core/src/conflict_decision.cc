#include "conflict_decision.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "iso_time.h"
#include "row_cells.h"

namespace ferrite::internal {
namespace {

// Milliseconds or whatever the column counts; nothing when it is missing.
std::optional<double> TimeOf(const Cell& cell) {
  switch (cell.type) {
    case Cell::Type::kInteger:
      return static_cast<double>(cell.integer);
    case Cell::Type::kReal:
      return cell.real;
    case Cell::Type::kText: {
      const std::optional<IsoTime> time = ParseIsoTime(cell.text());
      if (!time || (time->has_time && !time->has_zone)) return std::nullopt;
      return time->milliseconds;
    }
    default:
      return std::nullopt;
  }
}

// Whether the source's side is the newest, or the oldest.
bool SourceWins(const Cell& source, const Cell& store, bool newest) {
  const std::optional<double> ours = TimeOf(source);
  const std::optional<double> theirs = TimeOf(store);
  if (!ours) return false;
  if (!theirs) return true;
  return newest ? *ours > *theirs : *ours < *theirs;
}

// SQLite's order of storage classes; NULL is not asked for.
int ClassOf(const Cell& cell) {
  if (cell.type == Cell::Type::kBlob) return 2;
  return cell.type == Cell::Type::kText ? 1 : 0;
}

// Exactly: a double does not say every integer.
int Compare(int64_t integer, double real) {
  if (real >= 9223372036854775808.0) return -1;
  if (real < -9223372036854775808.0) return 1;
  const double floor = std::floor(real);
  const auto whole = static_cast<int64_t>(floor);
  if (integer != whole) return integer < whole ? -1 : 1;
  return floor < real ? -1 : 0;
}

bool IsLess(const Cell& a, const Cell& b) {
  if (ClassOf(a) != ClassOf(b)) return ClassOf(a) < ClassOf(b);
  if (ClassOf(a) != 0) {
    return std::lexicographical_compare(a.bytes.begin(), a.bytes.end(),
                                        b.bytes.begin(), b.bytes.end());
  }
  const bool a_is_real = a.type == Cell::Type::kReal;
  const bool b_is_real = b.type == Cell::Type::kReal;
  if (a_is_real && b_is_real) return a.real < b.real;
  if (b_is_real) return Compare(a.integer, b.real) < 0;
  if (a_is_real) return Compare(b.integer, a.real) > 0;
  return a.integer < b.integer;
}

bool TakesSource(MergeRule rule, const Cell& source, const Cell& store,
                 bool is_newest, bool is_oldest) {
  if (source.type == Cell::Type::kNull) return false;
  if (store.type == Cell::Type::kNull) return true;
  switch (rule) {
    case MergeRule::kSource:
      return true;
    case MergeRule::kStore:
      return false;
    case MergeRule::kNewest:
      return is_newest;
    case MergeRule::kOldest:
      return is_oldest;
    case MergeRule::kMin:
      return IsLess(source, store);
    case MergeRule::kMax:
      return IsLess(store, source);
  }
  return false;
}

Decision Merge(const ConflictPolicy& policy, std::span<const Cell> source,
               std::span<const Cell> store, std::vector<Cell>* merged) {
  bool is_newest = false;
  bool is_oldest = false;
  if (policy.time) {
    const size_t time = *policy.time;
    is_newest = SourceWins(source[time], store[time], true);
    is_oldest = SourceWins(source[time], store[time], false);
  }
  merged->assign(store.begin(), store.end());
  auto rule = policy.columns.begin();
  for (size_t i = 0; i < source.size(); ++i) {
    MergeRule by = policy.rest;
    if (rule != policy.columns.end() && rule->first == i) {
      by = rule->second;
      ++rule;
    }
    if (TakesSource(by, source[i], store[i], is_newest, is_oldest)) {
      (*merged)[i] = source[i];
    }
  }
  const bool is_stores =
      std::equal(merged->begin(), merged->end(), store.begin(), IsSameCell);
  return is_stores ? Decision::kKept : Decision::kMerged;
}

Decision ByTime(const ConflictPolicy& policy, std::span<const Cell> source,
                std::span<const Cell> store, bool newest) {
  const size_t time = *policy.time;
  return SourceWins(source[time], store[time], newest) ? Decision::kOverwritten
                                                       : Decision::kKept;
}

}  // namespace

Decision Decide(const ConflictPolicy& policy, std::span<const Cell> source,
                std::span<const Cell> store, std::vector<Cell>* merged) {
  switch (policy.strategy) {
    case Strategy::kOverwrite:
      return Decision::kOverwritten;
    case Strategy::kKeepNewest:
      return ByTime(policy, source, store, true);
    case Strategy::kKeepOldest:
      return ByTime(policy, source, store, false);
    case Strategy::kMerge:
      return Merge(policy, source, store, merged);
    case Strategy::kAsk:
      return Decision::kUndecided;
    case Strategy::kLedger:
    case Strategy::kSkip:
      break;
  }
  return Decision::kKept;
}

}  // namespace ferrite::internal
