#include "tests/support/chains.h"

#include <vector>

namespace ferrite::testing {
namespace {

// The first column of all rows; an error stands where its row would.
std::vector<std::string> Column(Store* store, const std::string& sql) {
  std::vector<std::string> texts;
  Result<Statement> rows = store->Prepare(sql);
  if (!rows.ok()) return {rows.error().message};
  for (;;) {
    Result<bool> row = rows->Step();
    if (!row.ok()) texts.push_back(row.error().message);
    if (!row.ok() || !*row) return texts;
    texts.emplace_back(rows->Column(0).text());
  }
}

}  // namespace

std::string Content(Store* store) {
  std::string all;
  for (const std::string& table :
       Column(store,
              "SELECT name FROM sqlite_schema WHERE type='table' AND name NOT "
              "GLOB 'ferrite_*' AND name NOT GLOB 'sqlite_*' ORDER BY name")) {
    all += table + ":";
    std::string cells;
    for (const std::string& column :
         Column(store, "SELECT name FROM pragma_table_info('" + table + "')")) {
      all += " " + column;
      cells += (cells.empty() ? "quote(" : "||','||quote(") +
               QuoteIdentifier(column) + ")";
    }
    all += "\n";
    for (const std::string& row :
         Column(store, "SELECT " + cells + " FROM " + QuoteIdentifier(table) +
                           " ORDER BY 1")) {
      all += row + "\n";
    }
  }
  return all;
}

}  // namespace ferrite::testing
