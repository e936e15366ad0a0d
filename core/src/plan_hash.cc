#include "plan_hash.h"

#include <string_view>
#include <vector>

#include "column_type.h"
#include "ferrite/encoding.h"
#include "plan_conflict.h"
#include "plan_table.h"

namespace ferrite::internal {
namespace {

using Path = std::vector<std::string>;

// What plans seldom say: an array of names and values, where there are any.
class Extras {
 public:
  // What is written next is the member's value.
  Writer* Add(std::string_view name) {
    ++count_;
    members_.String(name);
    return &members_;
  }
  void AddFlag(std::string_view name, bool flag) {
    if (flag) Add(name)->Bool(true);
  }
  template <typename Enum>
  void AddWord(std::string_view name, Enum word, Enum usual) {
    if (word != usual) Add(name)->Integer(static_cast<int64_t>(word));
  }
  bool empty() const { return count_ == 0; }
  void WriteTo(Writer* out) {
    if (empty()) return;
    out->BeginArray(count_ * 2);
    out->Raw(members_.bytes());
  }

 private:
  size_t count_ = 0;
  Writer members_;
};

void WritePath(const Path& path, Writer* out) {
  out->BeginArray(path.size());
  for (const std::string& token : path) out->String(token);
}

void WritePaths(const std::vector<Path>& paths, Writer* out) {
  out->BeginArray(paths.size());
  for (const Path& path : paths) WritePath(path, out);
}

void WriteColumns(const std::vector<size_t>& columns, Writer* out) {
  out->BeginArray(columns.size());
  for (const size_t column : columns) {
    out->Integer(static_cast<int64_t>(column));
  }
}

void WriteSelection(const Selection& selection, Writer* out) {
  out->BeginArray(4);
  out->Integer(static_cast<int64_t>(selection.source));
  out->Integer(static_cast<int64_t>(selection.match));
  out->String(selection.text);
  out->Bool(selection.optional);
}

void WriteLiteral(const Literal& literal, Writer* out) {
  switch (literal.type) {
    case Literal::Type::kNull:
      return out->Null();
    case Literal::Type::kInteger:
      // Beyond 2^53 it is no Number of the encoding.
      out->BeginArray(1);
      return out->String(std::to_string(literal.integer));
    case Literal::Type::kReal:
      return out->Double(literal.real);
    case Literal::Type::kText:
      return out->String(literal.bytes);
    case Literal::Type::kBlob:
      return out->Blob(AsBytes(literal.bytes));
  }
}

void WriteConditionValue(const Condition::Value& value, Writer* out) {
  switch (value.type) {
    case Condition::Value::Type::kNull:
      return out->Null();
    case Condition::Value::Type::kBool:
      return out->Bool(value.boolean);
    case Condition::Value::Type::kNumber:
      return out->Double(value.number);
    case Condition::Value::Type::kString:
      return out->String(value.text);
  }
}

void WriteColumn(const Column& column, Writer* out) {
  Extras extras;
  if (column.from != ColumnFrom::kKey) {
    extras.AddWord("from", column.from, ColumnFrom::kPath);
  }
  if (column.paths.size() > 1) {
    WritePaths({column.paths.begin() + 1, column.paths.end()},
               extras.Add("paths"));
  }
  if (column.from == ColumnFrom::kConstant) {
    WriteLiteral(column.constant, extras.Add("value"));
  }
  if (!column.sql.empty()) extras.Add("sql")->String(column.sql);
  extras.AddWord("convert", column.convert, Convert::kNone);
  extras.AddWord("onMismatch", column.on_mismatch, OnMismatch::kLedger);
  if (column.default_value) {
    WriteLiteral(*column.default_value, extras.Add("default"));
  }
  extras.AddFlag("unique", column.unique);
  extras.AddFlag("sensitive", column.sensitive);

  out->BeginArray(extras.empty() ? 4 : 5);
  out->String(column.name);
  out->String(ColumnTypeName(column.type));
  if (column.paths.empty()) {
    out->Null();
  } else {
    WritePath(column.paths.front(), out);
  }
  out->Bool(column.not_null);
  extras.WriteTo(out);
}

void AddFilter(const Table& table, Extras* extras) {
  if (!table.when.empty()) {
    Writer* out = extras->Add("when");
    out->BeginArray(table.when.size());
    for (const Condition& condition : table.when) {
      out->BeginArray(2);
      WritePath(condition.path, out);
      out->BeginArray(condition.any_of.size());
      for (const auto& value : condition.any_of) {
        WriteConditionValue(value, out);
      }
    }
  }
  if (!table.when_sql.empty()) extras->Add("whenSql")->String(table.when_sql);
}

void AddRelations(const Table& table, Extras* extras) {
  if (table.foreign_keys.empty()) return;
  Writer* out = extras->Add("foreignKeys");
  out->BeginArray(table.foreign_keys.size());
  for (const ForeignKey& key : table.foreign_keys) {
    out->BeginArray(4);
    WriteColumns(key.columns, out);
    out->Integer(static_cast<int64_t>(key.table));
    WriteColumns(key.target, out);
    out->Integer(static_cast<int64_t>(key.on_orphan));
  }
}

void AddIndexes(const Table& table, Extras* extras) {
  if (table.indexes.empty()) return;
  Writer* out = extras->Add("indexes");
  out->BeginArray(table.indexes.size());
  for (const Index& index : table.indexes) {
    out->BeginArray(2);
    out->String(index.name);
    WriteColumns(index.columns, out);
  }
}

void AddExtras(const Table& table, Extras* extras) {
  extras->AddFlag("optional", table.from.front().optional);
  if (table.from.size() > 1) {
    Writer* out = extras->Add("from");
    out->BeginArray(table.from.size() - 1);
    for (size_t i = 1; i < table.from.size(); ++i) {
      WriteSelection(table.from[i], out);
    }
  }
  extras->AddWord("as", table.form, RecordForm::kValue);
  if (!table.each.empty()) WritePaths(table.each, extras->Add("each"));
  AddFilter(table, extras);
  if (table.schema != nullptr) {
    extras->Add("schema")->String(table.schema->json());
  }
  if (!table.unique.empty()) {
    Writer* out = extras->Add("unique");
    out->BeginArray(table.unique.size());
    for (const auto& columns : table.unique) WriteColumns(columns, out);
  }
  AddRelations(table, extras);
  AddIndexes(table, extras);
  if (!table.drop.empty()) WritePaths(table.drop, extras->Add("drop"));
  if (table.on_conflict.strategy != Strategy::kLedger) {
    WriteConflictPolicy(table.on_conflict, extras->Add("onConflict"));
  }
}

void WriteTable(const Table& table, Writer* out) {
  Extras extras;
  AddExtras(table, &extras);
  out->BeginArray(extras.empty() ? 7 : 8);
  out->String(table.name);
  const Selection& from = table.from.front();
  out->Integer(static_cast<int64_t>(from.source));
  out->Integer(static_cast<int64_t>(from.match));
  out->String(from.text);
  out->BeginArray(table.columns.size());
  for (const Column& column : table.columns) WriteColumn(column, out);
  WriteColumns(table.primary_key, out);
  out->String(kUnmappedNames[static_cast<size_t>(table.unmapped)]);
  extras.WriteTo(out);
}

}  // namespace

// Without `changed`: it says what need not be read, not what becomes of it.
Hash128 HashPlan(const Plan& plan) {
  Extras extras;
  if (!plan.excluded.empty()) {
    Writer* out = extras.Add("excluded");
    out->BeginArray(plan.excluded.size());
    for (const Exclusion& exclusion : plan.excluded) {
      out->BeginArray(2);
      WriteSelection(exclusion.records, out);
      out->String(exclusion.reason);
    }
  }
  Writer out;
  out.BeginArray(extras.empty() ? 4 : 5);
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
  extras.WriteTo(&out);
  return HashBytes(out.bytes());
}

}  // namespace ferrite::internal
