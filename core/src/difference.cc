#include "difference.h"

#include <nlohmann/json.hpp>

namespace ferrite::internal {

Result<DifferenceLog> DifferenceLog::Open(Store* store) {
  Result<Statement> add = store->Prepare(
      "INSERT INTO ferrite_difference(id,table_name,kind,key_text,columns,at) "
      "VALUES(?1,?2,?3,?4,?5,?6)");
  if (!add.ok()) return std::move(add).error();
  Result<Statement> cut =
      store->Prepare("DELETE FROM ferrite_difference WHERE id>?1");
  if (!cut.ok()) return std::move(cut).error();
  return DifferenceLog(store, std::move(add).value(), std::move(cut).value());
}

Result<void> DifferenceLog::CutTo(uint64_t count) {
  cut_.Bind(1, Cell::Integer(static_cast<int64_t>(count)));
  return cut_.Run();
}

Result<void> DifferenceLog::Add(uint64_t number, const std::string& table,
                                const char* kind, const std::string& key_text,
                                const std::vector<std::string>& columns,
                                int64_t at) {
  using Json = nlohmann::json;
  const std::string names =
      Json(columns).dump(-1, ' ', false, Json::error_handler_t::replace);
  add_.Bind(1, Cell::Integer(static_cast<int64_t>(number)));
  add_.Bind(2, Cell::Text(table));
  add_.Bind(3, Cell::Text(kind));
  add_.Bind(4, Cell::Text(key_text));
  add_.Bind(5, Cell::Text(names));
  add_.Bind(6, Cell::Integer(at));
  return add_.Run();
}

Result<std::vector<Report::Difference>> DifferenceLog::First(size_t limit) {
  Result<Statement> select = store_->Prepare(
      "SELECT table_name,kind,key_text,columns FROM ferrite_difference "
      "ORDER BY id LIMIT ?1");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Integer(static_cast<int64_t>(limit)));
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
