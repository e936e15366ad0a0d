#include "relation_finder.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

namespace ferrite::internal {
namespace {

constexpr double kWritten = 0.75;
constexpr double kMentioned = 0.5;
// A guess from fewer values found among a sample of the keys would be chance.
constexpr double kLeastHits = 10;
constexpr size_t kFewValues = 3;

struct Candidate {
  size_t table = 0;
  double confidence = 0;
};

// How much of the column's values are keys of the table; nothing when that
// cannot be told.
std::optional<double> Coverage(const ColumnDraft& column,
                               const TableDraft& target) {
  const KeyStatistics& keys = target.keys;
  if (!keys.has_all() && keys.is_dense() &&
      column.type == ColumnType::kInteger) {
    return keys.InRange(column.least) && keys.InRange(column.most) ? 1 : 0;
  }
  double known = 0;
  double found = 0;
  for (const uint64_t hash : column.values.hashes()) {
    if (!keys.values().Knows(hash)) continue;
    ++known;
    if (keys.values().Has(hash)) ++found;
  }
  if (known == 0) return std::nullopt;
  if (keys.has_all()) return found / known;
  // Of the keys only a sample is known: so many would be found by chance if
  // all values were keys.
  const double share = static_cast<double>(keys.values().distinct()) /
                       static_cast<double>(keys.records());
  const double expected = known * share;
  if (expected < kLeastHits) return std::nullopt;
  return found >= 0.7 * expected ? std::optional<double>(0.9) : 0;
}

// How unlikely it is that the values are keys by chance.
double Evidence(const ColumnDraft& column, const TableDraft& target) {
  const KeyStatistics& keys = target.keys;
  const uint64_t distinct = column.values.distinct();
  if (column.type != ColumnType::kInteger) {
    return distinct >= kFewValues ? 0.7 : 0.3;
  }
  if (keys.is_sparse()) return distinct >= kFewValues ? 0.8 : 0.4;
  // Small numbers lie in every dense range.
  const bool are_most = 2 * distinct >= keys.records() && distinct >= 10;
  return are_most ? 0.35 : 0.15;
}

bool IsTarget(const TableDraft& table) {
  return table.each.empty() && table.primary_key.size() <= 1 &&
         table.source.kind == SourceKind::kIndexedDb &&
         table.keys.values().distinct() > 0;
}

std::string KeyName(const TableDraft& table) {
  return table.primary_key.empty()
             ? std::string()
             : table.columns[table.primary_key.front()].name;
}

std::string Percent(double share) {
  return std::to_string(std::lround(share * 100)) + " %";
}

class Finder {
 public:
  explicit Finder(std::vector<TableDraft>* tables) : tables_(*tables) {}

  void Find() {
    for (size_t table = 0; table < tables_.size(); ++table) {
      for (size_t i = 0; i < tables_[table].columns.size(); ++i) {
        if (IsReferrer(table, i)) Relate(table, i);
      }
    }
  }

 private:
  bool IsReferrer(size_t table, size_t column) const {
    const TableDraft& draft = tables_[table];
    const ColumnDraft& field = draft.columns[column];
    if (field.from != ColumnFrom::kPath || !field.has_key_values) return false;
    if (field.values.distinct() == 0) return false;
    switch (field.type) {
      case ColumnType::kText:
      case ColumnType::kUuid:
      case ColumnType::kInteger:
      case ColumnType::kAny:
        break;
      default:
        return false;
    }
    // A key that refers says that two tables share their keys.
    return draft.primary_key.size() != 1 || !draft.IsKey(column);
  }

  void Relate(size_t table, size_t column) {
    ColumnDraft& field = tables_[table].columns[column];
    std::vector<Candidate> candidates;
    for (size_t i = 0; i < tables_.size(); ++i) {
      if (!IsTarget(tables_[i])) continue;
      const double confidence = Confidence(field, tables_[i], i == table);
      if (confidence >= kMentioned) candidates.push_back({i, confidence});
    }
    if (candidates.empty()) return;
    std::stable_sort(
        candidates.begin(), candidates.end(),
        [](auto& a, auto& b) { return a.confidence > b.confidence; });
    const Candidate& best = candidates.front();
    const bool is_single =
        candidates.size() == 1 || candidates[1].confidence < best.confidence;
    const bool is_written = best.confidence >= kWritten && is_single &&
                            !tables_[table].IsKey(column) &&
                            TakeTypeOf(tables_[best.table], &field);
    field.comment += is_written ? "; refers to " : "; may refer to ";
    for (size_t i = 0; i < candidates.size() && (i == 0 || !is_single); ++i) {
      if (i > 0) field.comment += " or ";
      field.comment += tables_[candidates[i].table].name;
    }
    field.comment += " (confidence " + Percent(best.confidence) + ")";
    if (!is_written) return;
    field.references = ReferenceDraft{best.table, OnOrphan::kNull};
    AddIndex(column, &tables_[table]);
  }

  static double Confidence(const ColumnDraft& column, const TableDraft& target,
                           bool is_same_table) {
    const std::optional<double> coverage = Coverage(column, target);
    if (!coverage || *coverage < 0.9) return 0;
    const double name = NameSimilarity(column.name, target.name,
                                       KeyName(target), is_same_table);
    const double chance = (1 - 0.9 * name) * (1 - Evidence(column, target));
    // One value that is no key is one row whose reference is lost.
    return (1 - chance) * (*coverage == 1 ? 1 : 0.9 * *coverage);
  }

  // A plan wants both of one type. `any` and `text` hold what is narrower.
  static bool TakeTypeOf(const TableDraft& target, ColumnDraft* column) {
    if (target.primary_key.empty()) return false;
    const ColumnType type = target.columns[target.primary_key.front()].type;
    const bool is_wider =
        type == ColumnType::kAny ||
        (type == ColumnType::kText && column->type == ColumnType::kUuid);
    if (is_wider) column->type = type;
    return column->type == type;
  }

  static void AddIndex(size_t column, TableDraft* table) {
    for (const std::vector<size_t>& index : table->indexes) {
      if (index.front() == column) return;
    }
    table->indexes.push_back({column});
  }

  std::vector<TableDraft>& tables_;
};

// The name without what says that it is a reference.
std::string Stem(std::string_view column) {
  static constexpr std::string_view kEndings[] = {
      "_id", "_key", "_uuid", "_guid", "_ref", "_code", "_no", "_number"};
  for (const std::string_view ending : kEndings) {
    if (column.size() > ending.size() && column.ends_with(ending)) {
      column.remove_suffix(ending.size());
      break;
    }
  }
  return Singular(column);
}

}  // namespace

double NameSimilarity(std::string_view column, std::string_view table,
                      std::string_view key, bool is_same_table) {
  static constexpr std::string_view kSelf[] = {
      "parent",   "reports_to", "manager", "reply_to", "supervisor",
      "previous", "next",       "root",    "superior", "boss"};
  const std::string stem = Stem(column);
  if (is_same_table) {
    const bool is_self =
        std::find(std::begin(kSelf), std::end(kSelf), stem) != std::end(kSelf);
    if (is_self) return 0.9;
  }
  std::string target = Singular(table);
  if (stem == target) return is_same_table ? 0.5 : 1;
  // "id" names every table's key, "track_id" that of one.
  const bool is_named = key.size() > 2 && key != "key" && key != "value" &&
                        key != "name" && key != "code";
  if (is_named && column == key) return is_same_table ? 0 : 0.95;
  if (stem.ends_with("_" + target)) return 0.9;
  const size_t last = target.rfind('_');
  if (last != std::string::npos && stem == target.substr(last + 1)) return 0.7;
  return 0;
}

void FindRelations(std::vector<TableDraft>* tables) { Finder(tables).Find(); }

}  // namespace ferrite::internal
