#include "tests/faults/content.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "ferrite/hash.h"

namespace ferrite::testing {
namespace {

const std::set<std::string_view>& PassingTables() {
  static const std::set<std::string_view> tables = {
      "ferrite_meta", "ferrite_log", "ferrite_audit", "ferrite_attempt",
      "ferrite_throughput"};
  return tables;
}

const std::set<std::string_view>& PassingColumns() {
  static const std::set<std::string_view> columns = {
      "at",          "decided_at", "started_at", "updated_at",
      "finished_at", "busy_ms",    "attempts",   "report"};
  return columns;
}

Result<std::vector<std::string>> Texts(Store* store, const std::string& sql) {
  Result<Statement> select = store->Prepare(sql);
  if (!select.ok()) return std::move(select).error();
  std::vector<std::string> texts;
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return texts;
    texts.emplace_back(select->Column(0).text());
  }
}

bool IsOurs(std::string_view table) { return table.starts_with("ferrite_"); }

// The statement that reads what of a table counts.
Result<std::string> SelectSql(Store* store, const std::string& table) {
  Result<std::vector<std::string>> columns =
      Texts(store, "SELECT name FROM pragma_table_info('" + table + "')");
  if (!columns.ok()) return std::move(columns).error();
  std::string sql;
  for (const std::string& column : *columns) {
    if (IsOurs(table) && PassingColumns().contains(column)) continue;
    sql += (sql.empty() ? "SELECT " : ",") + QuoteIdentifier(column);
  }
  return sql + " FROM " + QuoteIdentifier(table);
}

void AppendCell(const Cell& cell, ByteBuffer* row) {
  const auto append = [&](const void* bytes, size_t size) {
    const auto* from = static_cast<const uint8_t*>(bytes);
    row->insert(row->end(), from, from + size);
  };
  const uint64_t size = cell.bytes.size();
  append(&cell.type, sizeof cell.type);
  append(&cell.integer, sizeof cell.integer);
  append(&cell.real, sizeof cell.real);
  append(&size, sizeof size);
  append(cell.bytes.data(), cell.bytes.size());
}

}  // namespace

Result<Content> Content::Read(Store* store) {
  Content content;
  Result<std::vector<std::string>> names =
      Texts(store,
            "SELECT name FROM sqlite_schema WHERE type='table' AND name NOT "
            "LIKE 'sqlite%'");
  if (!names.ok()) return std::move(names).error();
  std::map<std::string, std::string> selects = {
      {"", "SELECT type, name, sql FROM sqlite_schema"}};
  for (const std::string& name : *names) {
    if (PassingTables().contains(name)) continue;
    Result<std::string> sql = SelectSql(store, name);
    if (!sql.ok()) return std::move(sql).error();
    selects[name] = *sql;
  }
  ByteBuffer bytes;
  for (const auto& [name, sql] : selects) {
    Result<Statement> select = store->Prepare(sql);
    if (!select.ok()) return std::move(select).error();
    std::vector<RowHash>& rows = content.tables_[name];
    for (;;) {
      Result<bool> row = select->Step();
      if (!row.ok()) return std::move(row).error();
      if (!*row) break;
      bytes.clear();
      for (int i = 0; i < select->column_count(); ++i) {
        AppendCell(select->Column(i), &bytes);
      }
      const Hash128 hash = HashBytes(bytes);
      rows.emplace_back(hash.high, hash.low);
    }
    std::sort(rows.begin(), rows.end());
  }
  return content;
}

Discrepancy Content::From(const Content& expected) const {
  Discrepancy found;
  std::set<std::string> names;
  for (const auto& [name, rows] : tables_) names.insert(name);
  for (const auto& [name, rows] : expected.tables_) names.insert(name);
  const auto rows_of = [](const Content& content, const std::string& name) {
    const auto table = content.tables_.find(name);
    return table == content.tables_.end() ? std::vector<RowHash>()
                                          : table->second;
  };
  for (const std::string& name : names) {
    const std::vector<RowHash> here = rows_of(*this, name);
    const std::vector<RowHash> there = rows_of(expected, name);
    if (here == there) continue;
    std::vector<RowHash> difference;
    std::set_difference(there.begin(), there.end(), here.begin(), here.end(),
                        std::back_inserter(difference));
    found.lost += difference.size();
    difference.clear();
    std::set_difference(here.begin(), here.end(), there.begin(), there.end(),
                        std::back_inserter(difference));
    found.doubled += difference.size();
    found.table = name.empty() ? "the schema" : name;
  }
  return found;
}

size_t Content::rows(const std::string& table) const {
  const auto found = tables_.find(table);
  return found == tables_.end() ? 0 : found->second.size();
}

std::string ReportOf(const Pass& pass) {
  const nlohmann::json report = nlohmann::json::parse(pass.ReportJson());
  return report["tables"].dump() + report["failed"].dump() +
         report["sources"].dump() + report["status"].dump();
}

std::string Integrity(Store* store) {
  Result<std::vector<std::string>> found =
      Texts(store, "PRAGMA integrity_check");
  if (!found.ok()) return found.error().message;
  std::string text;
  for (const std::string& line : *found) {
    text += (text.empty() ? "" : "; ") + line;
  }
  return text;
}

}  // namespace ferrite::testing
