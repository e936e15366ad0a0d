#include "reference.h"

#include <algorithm>

#include "ferrite/mapper.h"
#include "ferrite/store.h"

namespace ferrite::internal {
namespace {

std::string ColumnOf(const char* alias, const Table& table, size_t column) {
  return std::string(alias) + "." + QuoteIdentifier(table.columns[column].name);
}

// "target" has no affinity to lose and t's columns lose theirs by the +, so
// that the target's own decides, as SQLite's foreign keys have it. Without it
// a column of another affinity could not use the target's index.
std::string Condition(const Plan& plan, const Reference& reference) {
  const Table& table = plan.tables[reference.table];
  const Table& target = plan.tables[reference.key->table];
  std::string sql;
  for (size_t i = 0; i < reference.key->columns.size(); ++i) {
    if (i > 0) sql += " AND ";
    sql += ColumnOf("target", target, reference.key->target[i]) + " = +" +
           ColumnOf("t", table, reference.key->columns[i]);
  }
  return sql;
}

std::string Range(const Table& table) {
  const std::string rowid = "t." + std::string(RowidName(table));
  return rowid + " BETWEEN ?1 AND ?2";
}

std::string NameOf(const Plan& plan, size_t table) {
  return QuoteIdentifier(plan.tables[table].name);
}

}  // namespace

bool HoldsAlways(const Table& table, size_t column) {
  return table.columns[column].not_null ||
         std::count(table.primary_key.begin(), table.primary_key.end(),
                    column) != 0;
}

std::vector<Reference> ReferencesOf(const Plan& plan) {
  std::vector<Reference> references;
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    const Table& table = plan.tables[i];
    for (const ForeignKey& key : table.foreign_keys) {
      Reference& reference = references.emplace_back();
      reference.table = i;
      reference.key = &key;
      reference.on_orphan = key.on_orphan;
      if (key.on_orphan != OnOrphan::kNull) continue;
      for (const size_t column : key.columns) {
        if (!HoldsAlways(table, column)) reference.nulled.push_back(column);
      }
      std::sort(reference.nulled.begin(), reference.nulled.end());
      // Unmapped::kFail says that nothing may be left over.
      if (reference.nulled.empty() || table.unmapped == Unmapped::kFail) {
        reference.on_orphan = OnOrphan::kQuarantine;
        reference.nulled.clear();
      }
    }
  }
  return references;
}

std::string SelectOrphansSql(const Plan& plan, const Reference& reference,
                             const std::string& what) {
  const Table& table = plan.tables[reference.table];
  std::string sql = "SELECT " + what + " FROM " +
                    NameOf(plan, reference.table) + " AS t WHERE " +
                    Range(table);
  for (const size_t column : reference.key->columns) {
    sql += " AND " + ColumnOf("t", table, column) + " IS NOT NULL";
  }
  return sql + " AND NOT EXISTS(SELECT 1 FROM " +
         NameOf(plan, reference.key->table) + " AS target WHERE " +
         Condition(plan, reference) + ")";
}

std::string SelectPairsSql(const Plan& plan, const Reference& reference,
                           const std::string& what) {
  // CROSS JOIN keeps SQLite from turning the loops round.
  return "SELECT " + what + " FROM " + NameOf(plan, reference.table) +
         " AS t CROSS JOIN " + NameOf(plan, reference.key->table) +
         " AS target WHERE " + Range(plan.tables[reference.table]) + " AND " +
         Condition(plan, reference);
}

std::string SelectTargetSql(const Plan& plan, const Reference& reference) {
  const Table& target = plan.tables[reference.key->table];
  std::string sql = "SELECT 1 FROM " + NameOf(plan, reference.key->table) +
                    " AS target WHERE ";
  for (size_t i = 0; i < reference.key->target.size(); ++i) {
    if (i > 0) sql += " AND ";
    sql += ColumnOf("target", target, reference.key->target[i]) + " = ?" +
           std::to_string(i + 1);
  }
  return sql;
}

}  // namespace ferrite::internal
