#include "plan_draft.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "column_type.h"
#include "json_pointer.h"
#include "plan_json.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::ordered_json;

// Plans are limited in size; comments are what can be left out.
constexpr size_t kMaxWithComments = kMaxPlanBytes * 3 / 4;

Json FromJson(const TableDraft& table) {
  const Source& source = table.source;
  if (source.kind == SourceKind::kIndexedDb) {
    return {{"indexedDB", source.database}, {"store", source.store}};
  }
  const char* name = source.kind == SourceKind::kLocalStorage
                         ? "localStorage"
                         : "sessionStorage";
  switch (table.match) {
    case Match::kAll:
      return {{name, true}};
    case Match::kKey:
      return {{name, {{"key", table.match_text}}}};
    case Match::kPrefix:
      return {{name, {{"prefix", table.match_text}}}};
    case Match::kPattern:
      break;
  }
  return {{name, {{"pattern", table.match_text}}}};
}

const char* ConvertName(Convert convert) {
  switch (convert) {
    case Convert::kIso:
      return "iso";
    case Convert::kMilliseconds:
      return "milliseconds";
    case Convert::kSeconds:
      return "seconds";
    default:
      return nullptr;
  }
}

const char* OrphanName(OnOrphan on_orphan) {
  switch (on_orphan) {
    case OnOrphan::kNull:
      return "null";
    case OnOrphan::kFail:
      return "fail";
    case OnOrphan::kQuarantine:
      break;
  }
  return "quarantine";
}

class PlanWriter {
 public:
  PlanWriter(const PlanDraft& draft, bool with_comments)
      : draft_(draft), with_comments_(with_comments) {
    for (const TableDraft& table : draft.tables) names_.Take(table.name, "");
    for (const std::string& table : draft.layout_tables) {
      names_.Take(Json::parse(table)["name"].get<std::string>(), "");
    }
  }

  Json Write() {
    Json plan = {{"ferrite", 1}, {"name", draft_.name}};
    plan["tables"] = Json::array();
    for (const TableDraft& table : draft_.tables) {
      plan["tables"].push_back(Table(table));
    }
    for (const std::string& table : draft_.layout_tables) {
      plan["tables"].push_back(Json::parse(table));
    }
    for (const std::string& exclusion : draft_.excluded) {
      plan["excluded"].push_back(Json::parse(exclusion));
    }
    return plan;
  }

 private:
  void Comment(const std::string& text, Json* json) const {
    if (with_comments_ && !text.empty()) (*json)["$comment"] = text;
  }

  Json Table(const TableDraft& table) {
    Json json = {{"name", table.name}};
    Comment(table.comment, &json);
    json["from"] = FromJson(table);
    if (table.form == RecordForm::kJson) json["as"] = "json";
    if (!table.each.empty()) json["each"] = ToPointer(table.each);
    if (!table.when_sql.empty()) json["when"] = table.when_sql;
    if (!table.columns.empty()) {
      Json& columns = json["columns"] = Json::object();
      for (const ColumnDraft& column : table.columns) {
        columns[column.name] = Column(table, column);
      }
    }
    if (!table.primary_key.empty()) {
      json["primaryKey"] = Names(table, table.primary_key);
    }
    if (table.parent && table.parent_columns.size() > 1) {
      json["foreignKeys"] = Json::array(
          {{{"columns", Names(table, table.parent_columns)},
            {"references", {{"table", draft_.tables[*table.parent].name}}}}});
    }
    Indexes(table, &json);
    return json;
  }

  static Json Names(const TableDraft& table,
                    const std::vector<size_t>& columns) {
    Json names = Json::array();
    for (const size_t column : columns) {
      names.push_back(table.columns[column].name);
    }
    return names;
  }

  Json Column(const TableDraft& table, const ColumnDraft& column) const {
    Json json;
    switch (column.from) {
      case ColumnFrom::kKey:
        json["path"] = "$key";
        break;
      case ColumnFrom::kPosition:
        json["path"] = "$position";
        break;
      case ColumnFrom::kRecord:
        json["record"] = ToPointer(column.path);
        break;
      default:
        json["path"] = ToPointer(column.path);
    }
    json["type"] = ColumnTypeName(column.type);
    if (const char* name = ConvertName(column.convert)) json["convert"] = name;
    if (column.may_mismatch) json["onMismatch"] = "null";
    if (column.sensitive) json["sensitive"] = true;
    if (column.references) {
      json["references"] = {
          {"table", draft_.tables[column.references->table].name},
          {"onOrphan", OrphanName(column.references->on_orphan)}};
    }
    const size_t at = &column - table.columns.data();
    if (table.parent && table.parent_columns.size() == 1 &&
        table.parent_columns.front() == at) {
      // The parent comes of the same record, so it is always there.
      json["references"] = {{"table", draft_.tables[*table.parent].name}};
    }
    Comment(column.comment, &json);
    return json;
  }

  void Indexes(const TableDraft& table, Json* json) {
    for (const std::vector<size_t>& index : table.indexes) {
      std::string wanted = table.name;
      for (const size_t column : index) {
        wanted += "_" + table.columns[column].name;
      }
      const std::string name =
          names_.Take(wanted.size() > 100 ? table.name + "_index" : wanted, "");
      (*json)["indexes"].push_back(
          name == wanted
              ? Names(table, index)
              : Json{{"name", name}, {"columns", Names(table, index)}});
    }
  }

  const PlanDraft& draft_;
  const bool with_comments_;
  NameSet names_;  // tables and indexes share one space of names
};

}  // namespace

std::string PlanDraft::ReportJson() const {
  Json report = {{"report", 1}, {"kind", "inference"}, {"plan", nullptr}};
  if (!tables.empty() || !layout_tables.empty()) {
    report["plan"] = PlanWriter(*this, true).Write();
    if (report["plan"].dump().size() > kMaxWithComments) {
      report["plan"] = PlanWriter(*this, false).Write();
    }
  }
  report["layouts"] = Json::parse(layouts);
  report["notes"] = Json::array();
  for (const PlanNote& note : notes) {
    report["notes"].push_back({{"path", note.path}, {"text", note.text}});
  }
  return report.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ferrite::internal
