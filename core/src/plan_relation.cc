#include "plan_relation.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "column_type.h"
#include "plan_check.h"
#include "plan_table.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

using Type = JsonValue::Type;

constexpr size_t kMaxForeignKeys = 100;

std::vector<size_t> Sorted(std::vector<size_t> columns) {
  std::sort(columns.begin(), columns.end());
  return columns;
}

// Whether no two rows have the same in all of these columns.
bool IsKey(const Table& table, const std::vector<size_t>& columns) {
  if (columns.size() == 1 && table.columns[columns[0]].unique) return true;
  const std::vector<size_t> wanted = Sorted(columns);
  if (Sorted(table.primary_key) == wanted) return true;
  return std::any_of(
      table.unique.begin(), table.unique.end(),
      [&](const std::vector<size_t>& set) { return Sorted(set) == wanted; });
}

std::string Quantity(size_t columns) {
  return std::to_string(columns) + (columns == 1 ? " column" : " columns");
}

class Relations {
 public:
  explicit Relations(Plan* plan) : plan_(plan) {
    for (size_t i = 0; i < plan->tables.size(); ++i) {
      names_.push_back(plan->tables[i].name);
      index_.emplace(plan->tables[i].name, i);
    }
  }

  // `references` of one column, or of one of a table's foreignKeys.
  Result<void> Add(const JsonValue& value, const std::string& path,
                   bool of_column, std::vector<size_t> columns, Table* table) {
    static constexpr std::string_view kOfColumn[] = {"table", "column",
                                                     "onOrphan"};
    static constexpr std::string_view kOfTable[] = {"table", "columns",
                                                    "onOrphan"};
    static constexpr std::string_view kRequired[] = {"table"};
    if (auto is =
            ExpectObject(value, "a reference", of_column ? kOfColumn : kOfTable,
                         kRequired, path);
        !is.ok()) {
      return is;
    }
    ForeignKey key;
    key.columns = std::move(columns);
    Result<void> is = ParseTarget(value, path, of_column, &key);
    if (is.ok()) is = CheckTarget(*table, key, path);
    if (is.ok()) is = ParseOnOrphan(value, path, *table, &key);
    if (!is.ok()) return is;
    for (const ForeignKey& other : table->foreign_keys) {
      if (other.columns != key.columns || other.table != key.table) continue;
      return Invalid(path,
                     "These columns refer to the table " +
                         Quoted(names_[key.table]) + " already.",
                     "Say it once.");
    }
    table->foreign_keys.push_back(std::move(key));
    return {};
  }

 private:
  Result<void> ParseTarget(const JsonValue& value, const std::string& path,
                           bool of_column, ForeignKey* key) {
    const JsonValue& name = *value.Find("table");
    const std::string name_path = Below(path, "table");
    if (auto is = Expect(name, Type::kString, "a table's name", name_path);
        !is.ok()) {
      return is;
    }
    const auto found = index_.find(name.text);
    if (found == index_.end()) {
      return Invalid(name_path,
                     Quoted(name.text) + " is not a table of this plan.",
                     SuggestHint(name.text, names_));
    }
    key->table = found->second;
    const Table& target = plan_->tables[key->table];
    const std::vector<std::string_view> columns = ColumnNames(target);
    const std::string what = "a column of the table " + Quoted(target.name);
    key->target = target.primary_key;
    if (of_column) {
      const JsonValue* column = value.Find("column");
      if (column == nullptr) return {};
      auto word = ExpectWord(*column, columns, what, Below(path, "column"));
      if (!word.ok()) return word.error();
      key->target = {*word};
      return {};
    }
    const JsonValue* list = value.Find("columns");
    if (list == nullptr) return {};
    auto parsed = ParseColumnNames(*list, columns, "reference",
                                   Below(path, "columns"), what);
    if (!parsed.ok()) return parsed.error();
    key->target = std::move(parsed).value();
    return {};
  }

  Result<void> CheckTarget(const Table& table, const ForeignKey& key,
                           const std::string& path) {
    const Table& target = plan_->tables[key.table];
    if (key.columns.size() != key.target.size()) {
      return Invalid(path,
                     Quantity(key.columns.size()) + " cannot refer to " +
                         Quantity(key.target.size()) + " of the table " +
                         Quoted(target.name) + ".",
                     key.columns.size() == 1
                         ? "Name one unique column of it, or use foreignKeys."
                         : "Name as many columns on both sides.");
    }
    if (!IsKey(target, key.target)) {
      return Invalid(path,
                     "What is referred to in the table " + Quoted(target.name) +
                         " is neither its whole primary key nor unique.",
                     "Give it unique, or refer to the primary key.");
    }
    for (size_t i = 0; i < key.columns.size(); ++i) {
      const Column& from = table.columns[key.columns[i]];
      const Column& to = target.columns[key.target[i]];
      if (from.type == to.type) continue;
      return Invalid(path,
                     "The column " + Quoted(from.name) + " is of type " +
                         std::string(ColumnTypeName(from.type)) + ", " +
                         Quoted(to.name) + " of the table " +
                         Quoted(target.name) + " of type " +
                         std::string(ColumnTypeName(to.type)) + ".",
                     "Give both the same type.");
    }
    return {};
  }

  Result<void> ParseOnOrphan(const JsonValue& value, const std::string& path,
                             const Table& table, ForeignKey* key) {
    static constexpr std::string_view kNames[] = {"quarantine", "null", "fail"};
    const JsonValue* given = value.Find("onOrphan");
    if (given == nullptr) return {};
    const std::string given_path = Below(path, "onOrphan");
    auto word =
        ExpectWord(*given, kNames, "a way to treat rows that refer to nothing",
                   given_path);
    if (!word.ok()) return word.error();
    key->on_orphan = static_cast<OnOrphan>(*word);
    if (key->on_orphan != OnOrphan::kNull) return {};
    for (const size_t column : key->columns) {
      if (!table.columns[column].not_null) continue;
      const bool in_key =
          std::find(table.primary_key.begin(), table.primary_key.end(),
                    column) != table.primary_key.end();
      return Invalid(given_path,
                     "The column " + Quoted(table.columns[column].name) +
                         (in_key ? " is in the primary key" : " is notNull") +
                         " and cannot become NULL.",
                     "Allowed: quarantine, fail.");
    }
    return {};
  }

  Plan* plan_;
  std::vector<std::string_view> names_;
  std::unordered_map<std::string_view, size_t> index_;
};

// `value` is the table's member `columns`.
Result<void> ParseReferences(const JsonValue& value, const std::string& path,
                             Relations* relations, Table* table) {
  const size_t comments = value.Find("$comment") != nullptr ? 1 : 0;
  // Those that Ferrite adds come first.
  size_t column = table->columns.size() - (value.items.size() - comments);
  for (size_t i = 0; i < value.items.size(); ++i) {
    if (IsComment(value.names[i])) continue;
    if (const JsonValue* references = value.items[i].Find("references")) {
      auto added = relations->Add(
          *references, Below(Below(path, value.names[i]), "references"), true,
          {column}, table);
      if (!added.ok()) return added;
    }
    ++column;
  }
  return {};
}

Result<void> ParseForeignKeys(const JsonValue& value, const std::string& path,
                              Relations* relations, Table* table) {
  static constexpr std::string_view kMembers[] = {"columns", "references"};
  if (auto is = ExpectCount(value, 0, kMaxForeignKeys, "foreign keys", path);
      !is.ok()) {
    return is;
  }
  const std::vector<std::string_view> names = ColumnNames(*table);
  for (size_t i = 0; i < value.items.size(); ++i) {
    const JsonValue& item = value.items[i];
    const std::string item_path = Below(path, i);
    if (auto is =
            ExpectObject(item, "a foreign key", kMembers, kMembers, item_path);
        !is.ok()) {
      return is;
    }
    auto columns = ParseColumnNames(*item.Find("columns"), names, "foreign key",
                                    Below(item_path, "columns"));
    if (!columns.ok()) return columns.error();
    auto added =
        relations->Add(*item.Find("references"), Below(item_path, "references"),
                       false, std::move(columns).value(), table);
    if (!added.ok()) return added;
  }
  return {};
}

}  // namespace

Result<void> ParseRelations(const JsonValue& tables, Plan* plan) {
  Relations relations(plan);
  for (size_t i = 0; i < plan->tables.size(); ++i) {
    Table& table = plan->tables[i];
    const JsonValue& given = tables.items[i];
    const std::string path = Below("/tables", i);
    if (const JsonValue* columns = given.Find("columns")) {
      auto is =
          ParseReferences(*columns, Below(path, "columns"), &relations, &table);
      if (!is.ok()) return is;
    }
    if (const JsonValue* keys = given.Find("foreignKeys")) {
      auto is = ParseForeignKeys(*keys, Below(path, "foreignKeys"), &relations,
                                 &table);
      if (!is.ok()) return is;
    }
  }
  return {};
}

}  // namespace ferrite::internal
