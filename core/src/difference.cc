#include "difference.h"

#include <nlohmann/json.hpp>

#include "store_schema.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::ordered_json;

std::string ColumnsJson(const std::vector<ColumnDifference>& columns) {
  Json named = Json::object();
  for (const ColumnDifference& column : columns) {
    named[column.column] = {{"source", column.source}, {"store", column.store}};
  }
  return named.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Cell OptionalInteger(const std::optional<uint64_t>& value) {
  return value ? Cell::Integer(static_cast<int64_t>(*value)) : Cell::Null();
}

}  // namespace

Result<DifferenceLog> DifferenceLog::Open(Store* store, int64_t run) {
  Result<int64_t> base =
      QueryInteger(store, "SELECT coalesce(max(id),0) FROM ferrite_difference");
  if (!base.ok()) return std::move(base).error();
  Result<Statement> add = store->Prepare(
      "INSERT INTO ferrite_difference(id,run,table_name,kind,key,key_text,"
      "columns,source_bytes,store_bytes,at) "
      "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)");
  if (!add.ok()) return std::move(add).error();
  Result<Statement> cut =
      store->Prepare("DELETE FROM ferrite_difference WHERE id>?1");
  if (!cut.ok()) return std::move(cut).error();
  return DifferenceLog(store, run, *base, std::move(add).value(),
                       std::move(cut).value());
}

Result<void> DifferenceLog::CutTo(uint64_t count) {
  cut_.Bind(1, Cell::Integer(base_ + static_cast<int64_t>(count)));
  return cut_.Run();
}

Result<void> DifferenceLog::Add(uint64_t number, const Difference& difference,
                                int64_t at) {
  const std::string columns = ColumnsJson(difference.columns);
  add_.Bind(1, Cell::Integer(base_ + static_cast<int64_t>(number)));
  add_.Bind(2, Cell::Integer(run_));
  add_.Bind(3, Cell::Text(difference.table));
  add_.Bind(4, Cell::Text(difference.kind));
  add_.Bind(5, Cell::Blob(difference.key));
  add_.Bind(6, Cell::Text(difference.key_text));
  add_.Bind(7, Cell::Text(columns));
  add_.Bind(8, OptionalInteger(difference.source_bytes));
  add_.Bind(9, OptionalInteger(difference.store_bytes));
  add_.Bind(10, Cell::Integer(at));
  return add_.Run();
}

Result<std::vector<Report::Difference>> DifferenceLog::First(size_t limit) {
  Result<Statement> select = store_->Prepare(
      "SELECT table_name,kind,key_text,(SELECT json_group_array(key) "
      "FROM json_each(columns)) "
      "FROM ferrite_difference WHERE run=?1 ORDER BY id LIMIT ?2");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Integer(run_));
  select->Bind(2, Cell::Integer(static_cast<int64_t>(limit)));
  std::vector<Report::Difference> differences;
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return differences;
    const auto text = [&](int column) {
      return std::string(select->Column(column).text());
    };
    differences.push_back({text(0), text(1), text(2), text(3)});
  }
}

}  // namespace ferrite::internal
