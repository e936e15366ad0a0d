#include "ferrite/plan.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "column_type.h"
#include "ferrite/encoding.h"
#include "plan_check.h"
#include "plan_column.h"
#include "plan_json.h"
#include "suggest.h"

namespace ferrite {
namespace {

using internal::Below;
using internal::Describe;
using internal::Expect;
using internal::ExpectName;
using internal::ExpectNewName;
using internal::ExpectObject;
using internal::ExpectWord;
using internal::Invalid;
using internal::JsonValue;
using internal::NamesInUse;
using internal::Quoted;
using Type = JsonValue::Type;

constexpr size_t kMaxTables = 1000;
constexpr size_t kMaxPlanName = 100;
constexpr std::string_view kUnmappedNames[] = {"keep", "drop", "fail"};

size_t CountCharacters(std::string_view utf8) {
  return std::count_if(utf8.begin(), utf8.end(),
                       [](char c) { return (c & 0xc0) != 0x80; });
}

struct TableSource {
  Source source;
  Selection selection;
};

Result<TableSource> ParseFrom(const JsonValue& from, const std::string& path) {
  static constexpr std::string_view kIndexedDb[] = {"indexedDB", "store"};
  static constexpr std::string_view kLocal[] = {"localStorage"};
  static constexpr std::string_view kAny[] = {"indexedDB", "store",
                                              "localStorage"};
  static constexpr std::string_view kWhich[] = {"key", "prefix"};
  if (auto is = ExpectObject(from, "a source", kAny, {}, path); !is.ok()) {
    return is.error();
  }
  TableSource result;
  const JsonValue* local = from.Find("localStorage");
  if (local == nullptr) {
    if (auto is = ExpectObject(from, "an IndexedDB source", kIndexedDb,
                               kIndexedDb, path);
        !is.ok()) {
      return is.error();
    }
    for (const std::string_view name : kIndexedDb) {
      if (auto is = Expect(*from.Find(name), Type::kString, "a name",
                           Below(path, name));
          !is.ok()) {
        return is.error();
      }
    }
    result.source.database = from.Find("indexedDB")->text;
    result.source.store = from.Find("store")->text;
    return result;
  }
  if (auto is =
          ExpectObject(from, "a localStorage source", kLocal, kLocal, path);
      !is.ok()) {
    return is.error();
  }
  const std::string local_path = Below(path, "localStorage");
  result.source.kind = SourceKind::kLocalStorage;
  if (local->Is(Type::kBool) && local->boolean) return result;
  if (!local->Is(Type::kObject)) {
    return Invalid(local_path, "Found " + Describe(*local) + ".",
                   R"(Expected true, {"key": …} or {"prefix": …}.)");
  }
  if (auto is = ExpectObject(*local, "localStorage", kWhich, {}, local_path);
      !is.ok()) {
    return is.error();
  }
  if (local->names.size() != 1) {
    return Invalid(local_path,
                   local->names.empty() ? "Neither key nor prefix is given."
                                        : "Both key and prefix are given.",
                   "Give one of them, or true for all of localStorage.");
  }
  const std::string& which = local->names[0];
  if (auto is = Expect(local->items[0], Type::kString, "a text",
                       Below(local_path, which));
      !is.ok()) {
    return is.error();
  }
  result.selection.match = which == "key" ? Match::kKey : Match::kPrefix;
  result.selection.text = local->items[0].text;
  return result;
}

Result<void> ParsePrimaryKey(const JsonValue& value, const std::string& path,
                             Table* table) {
  if (auto is = Expect(value, Type::kArray, "an array of column names", path);
      !is.ok()) {
    return is;
  }
  if (value.items.empty()) {
    return Invalid(
        path, "The primary key has no columns.",
        "Name at least one, or leave primaryKey out to get the column _key.");
  }
  std::vector<std::string_view> names;
  for (const Column& column : table->columns) names.push_back(column.name);
  for (size_t i = 0; i < value.items.size(); ++i) {
    const std::string item_path = Below(path, i);
    auto column =
        ExpectWord(value.items[i], names, "a column of this table", item_path);
    if (!column.ok()) return column.error();
    std::vector<size_t>& key = table->primary_key;
    if (std::find(key.begin(), key.end(), *column) != key.end()) {
      return Invalid(item_path,
                     "The column " + Quoted(names[*column]) +
                         " is in the primary key twice.",
                     "Name it once.");
    }
    key.push_back(*column);
    table->columns[*column].not_null = true;
  }
  return {};
}

void AddKeyColumn(Table* table) {
  Column column;
  column.name = kKeyColumn;
  column.type = ColumnType::kKey;
  column.from = ColumnFrom::kKey;
  column.not_null = true;
  table->columns.insert(table->columns.begin(), std::move(column));
  table->primary_key = {0};
}

size_t SourceIndex(Source source, std::vector<Source>* sources) {
  const auto found = std::find(sources->begin(), sources->end(), source);
  if (found != sources->end()) return found - sources->begin();
  sources->push_back(std::move(source));
  return sources->size() - 1;
}

Result<Table> ParseTable(const JsonValue& value, const std::string& path,
                         std::vector<Source>* sources) {
  static constexpr std::string_view kMembers[] = {"name", "from", "columns",
                                                  "primaryKey", "unmapped"};
  static constexpr std::string_view kRequired[] = {"name", "from"};
  if (auto is = ExpectObject(value, "a table", kMembers, kRequired, path);
      !is.ok()) {
    return is.error();
  }
  Table table;
  const JsonValue& name = *value.Find("name");
  const std::string name_path = Below(path, "name");
  if (auto is = Expect(name, Type::kString, "a name", name_path); !is.ok()) {
    return is.error();
  }
  if (auto is = ExpectName(name.text, name_path); !is.ok()) return is.error();
  table.name = name.text;

  auto from = ParseFrom(*value.Find("from"), Below(path, "from"));
  if (!from.ok()) return from.error();
  from->selection.source = SourceIndex(std::move(from->source), sources);
  table.from.push_back(std::move(from->selection));

  if (const JsonValue* columns = value.Find("columns")) {
    auto parsed = ParseColumns(*columns, Below(path, "columns"));
    if (!parsed.ok()) return parsed.error();
    table.columns = std::move(parsed).value();
  }
  if (const JsonValue* key = value.Find("primaryKey")) {
    if (auto is = ParsePrimaryKey(*key, Below(path, "primaryKey"), &table);
        !is.ok()) {
      return is.error();
    }
  } else {
    AddKeyColumn(&table);
  }
  if (const JsonValue* unmapped = value.Find("unmapped")) {
    auto word =
        ExpectWord(*unmapped, kUnmappedNames, "a way to treat unmapped fields",
                   Below(path, "unmapped"));
    if (!word.ok()) return word.error();
    table.unmapped = static_cast<Unmapped>(*word);
  }
  return table;
}

Result<void> ParseHead(const JsonValue& root, std::string* name) {
  static constexpr std::string_view kMembers[] = {"ferrite", "name", "tables"};
  if (auto is = ExpectObject(root, "a plan", kMembers, kMembers, ""); !is.ok())
    return is;
  const JsonValue& version = *root.Find("ferrite");
  if (!version.Is(Type::kNumber) || version.number != 1) {
    return Invalid("/ferrite", "Found " + Describe(version) + ".",
                   "Expected 1, the version of the plan format.");
  }
  const JsonValue& given = *root.Find("name");
  if (auto is = Expect(given, Type::kString, "a name", "/name"); !is.ok())
    return is;
  const size_t characters = CountCharacters(given.text);
  if (characters < 1 || characters > kMaxPlanName) {
    return Invalid(
        "/name",
        "The plan's name has " + std::to_string(characters) + " characters.",
        "Allowed: 1 to " + std::to_string(kMaxPlanName) + ".");
  }
  *name = given.text;
  return {};
}

void WriteTable(const Table& table, Writer* out) {
  out->BeginArray(7);
  out->String(table.name);
  const Selection& from = table.from.front();
  out->Integer(static_cast<int64_t>(from.source));
  out->Integer(static_cast<int64_t>(from.match));
  out->String(from.text);
  out->BeginArray(table.columns.size());
  for (const Column& column : table.columns) {
    out->BeginArray(4);
    out->String(column.name);
    out->String(internal::ColumnTypeName(column.type));
    if (column.from == ColumnFrom::kKey) {
      out->Null();
    } else {
      out->BeginArray(column.paths.front().size());
      for (const std::string& token : column.paths.front()) out->String(token);
    }
    out->Bool(column.not_null);
  }
  out->BeginArray(table.primary_key.size());
  for (const size_t column : table.primary_key) {
    out->Integer(static_cast<int64_t>(column));
  }
  out->String(kUnmappedNames[static_cast<size_t>(table.unmapped)]);
}

// Of the resolved plan, so that two spellings of one plan are one plan: short
// and long columns, escapes in strings, the order of members where it does not
// matter.
Hash128 HashPlan(const Plan& plan) {
  Writer out;
  out.BeginArray(4);
  out.String("ferrite plan 1");
  out.String(plan.name);
  out.BeginArray(plan.sources.size());
  for (const Source& source : plan.sources) {
    out.BeginArray(3);
    out.Integer(static_cast<int64_t>(source.kind));
    out.String(source.database);
    out.String(source.store);
  }
  out.BeginArray(plan.tables.size());
  for (const Table& table : plan.tables) WriteTable(table, &out);
  return HashBytes(out.bytes());
}

}  // namespace

std::string Source::ToJson() const {
  if (kind == SourceKind::kLocalStorage) return R"({"localStorage":true})";
  const nlohmann::ordered_json json = {{"indexedDB", database},
                                       {"store", store}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string Source::Label() const {
  if (kind == SourceKind::kLocalStorage) return "localStorage";
  return "indexedDB " + database + "/" + store;
}

Result<Plan> Plan::Parse(std::string_view json) {
  auto root = internal::ParsePlanJson(json);
  if (!root.ok()) return root.error();
  Plan plan;
  if (auto head = ParseHead(*root, &plan.name); !head.ok()) return head.error();
  const JsonValue& tables = *root->Find("tables");
  if (auto is = Expect(tables, Type::kArray, "an array of tables", "/tables");
      !is.ok()) {
    return is.error();
  }
  if (tables.items.empty() || tables.items.size() > kMaxTables) {
    return Invalid(
        "/tables",
        "The plan has " + std::to_string(tables.items.size()) + " tables.",
        "Allowed: 1 to " + std::to_string(kMaxTables) + ".");
  }
  NamesInUse names;
  for (size_t i = 0; i < tables.items.size(); ++i) {
    const std::string path = Below("/tables", i);
    auto table = ParseTable(tables.items[i], path, &plan.sources);
    if (!table.ok()) return table.error();
    if (auto is =
            ExpectNewName(table->name, "table", &names, Below(path, "name"));
        !is.ok()) {
      return is.error();
    }
    plan.tables.push_back(std::move(table).value());
  }
  plan.hash = HashPlan(plan);
  return plan;
}

}  // namespace ferrite
