#include "tests/support/store_text.h"

#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/support/json_record.h"

namespace ferrite::testing {
namespace {

Statement Prepared(Store* store, const std::string& sql) {
  Result<Statement> statement = store->Prepare(sql);
  if (!statement.ok()) throw std::runtime_error(statement.error().message);
  return std::move(statement).value();
}

bool Step(Statement* statement) {
  Result<bool> row = statement->Step();
  if (!row.ok()) throw std::runtime_error(row.error().message);
  return *row;
}

std::string CellText(const Cell& cell) {
  switch (cell.type) {
    case Cell::Type::kNull:
      return "NULL";
    case Cell::Type::kInteger:
      return std::to_string(cell.integer);
    case Cell::Type::kReal:
      return "r" + std::to_string(cell.real);
    case Cell::Type::kText:
      return "'" + std::string(cell.text()) + "'";
    case Cell::Type::kBlob:
      return "x" + ToHex(cell.bytes);
  }
  return "";
}

}  // namespace

std::string StoreText(Store* store, const std::string& report) {
  std::string text = report + "\n";
  Statement schema = Prepared(
      store, "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name");
  std::vector<std::string> tables;
  while (Step(&schema)) {
    const std::string name(schema.Column(1).text());
    if (schema.Column(0).text() == "table") tables.push_back(name);
    text += name + ": " + std::string(schema.Column(2).text()) + "\n";
  }
  for (const std::string& table : tables) {
    text += table + "\n";
    Statement rows = Prepared(store, "SELECT * FROM " + QuoteIdentifier(table));
    while (Step(&rows)) {
      for (int i = 0; i < rows.column_count(); ++i) {
        text += CellText(rows.Column(i)) + "|";
      }
      text += "\n";
    }
  }
  Statement identity = Prepared(
      store, "SELECT value FROM ferrite_meta WHERE key IN ('client', 'epoch')");
  while (Step(&identity)) {
    const std::string id(identity.Column(0).text());
    for (size_t at = 0; (at = text.find(id)) != std::string::npos;) {
      text.replace(at, id.size(), "its own");
    }
  }
  return text;
}

}  // namespace ferrite::testing
