// ListConflicts: ferrite_conflict as JSON, page by page.
#include <nlohmann/json.hpp>
#include <optional>

#include "conflict_decision.h"
#include "ferrite/conflict.h"
#include "ferrite/store.h"
#include "json_text.h"
#include "store_schema.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

// What the filter takes; ?1 is the table.
std::string Where(const ConflictFilter& filter) {
  std::string where = filter.undecided_only ? "decision='undecided'" : "1";
  if (!filter.table.empty()) where += " AND table_name=?1";
  return where;
}

Result<int64_t> CountAll(Store* store, const ConflictFilter& filter) {
  Result<Statement> count = store->Prepare(
      "SELECT count(*) FROM ferrite_conflict WHERE " + Where(filter));
  if (!count.ok()) return std::move(count).error();
  if (!filter.table.empty()) count->Bind(1, Cell::Text(filter.table));
  Result<bool> row = count->Step();
  if (!row.ok()) return std::move(row).error();
  return count->Column(0).integer;
}

// A row as JSON shows it; other programs may have written to the table.
std::optional<Json> RowJson(const Cell& cell) {
  Bytes item;
  Reader reader(cell.bytes);
  if (cell.type != Cell::Type::kBlob || !reader.Skip(&item) ||
      !reader.AtEnd()) {
    return std::nullopt;
  }
  internal::JsonTextWriter writer;
  std::string text;
  writer.Append(item, nullptr, &text);
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return std::nullopt;
  return json;
}

Json EntryJson(const Statement& row) {
  const auto text = [&](int column) {
    return std::string(row.Column(column).text());
  };
  Json entry = {{"id", row.Column(0).integer},
                {"migration", row.Column(1).integer},
                {"table", text(2)},
                {"key", text(3)},
                {"decision", text(4)}};
  Json columns = Json::parse(text(5), nullptr, /*allow_exceptions=*/false);
  entry["columns"] = columns.is_array() ? std::move(columns) : Json::array();
  if (auto source = RowJson(row.Column(6)))
    entry["source"] = *std::move(source);
  if (auto stored = RowJson(row.Column(7))) entry["store"] = *std::move(stored);
  entry["at"] = row.Column(8).integer;
  if (const Cell decided = row.Column(9);
      decided.type == Cell::Type::kInteger) {
    entry["decidedAt"] = decided.integer;
  }
  return entry;
}

}  // namespace

Result<std::string> ListConflicts(Store* store, const ConflictFilter& filter) {
  Result<int64_t> total = CountAll(store, filter);
  if (!total.ok()) return std::move(total).error();
  Result<int64_t> latest = internal::QueryInteger(
      store, "SELECT ifnull(max(id), 0) FROM ferrite_migration");
  if (!latest.ok()) return std::move(latest).error();
  Result<Statement> select = store->Prepare(
      "SELECT id,migration,table_name,key_text,decision,columns,source_row,"
      "store_row,at,decided_at FROM ferrite_conflict WHERE " +
      Where(filter) + " AND id>?2 ORDER BY id LIMIT ?3");
  if (!select.ok()) return std::move(select).error();
  if (!filter.table.empty()) select->Bind(1, Cell::Text(filter.table));
  select->Bind(2, Cell::Integer(filter.after));
  // One more says whether there is a next page.
  select->Bind(3, Cell::Integer(int64_t{filter.limit} + 1));
  Json list = Json::array();
  std::optional<int64_t> next;
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) break;
    if (list.size() == filter.limit) {
      if (!list.empty()) next = list.back()["id"].get<int64_t>();
      break;
    }
    list.push_back(EntryJson(*select));
  }
  Json page = {
      {"conflicts", std::move(list)}, {"total", *total}, {"latest", *latest}};
  if (next) page["next"] = *next;
  return page.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ferrite
