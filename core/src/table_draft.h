// TableDraft: a table of the plan that inference writes, while it is thought
// about.
#ifndef FERRITE_SRC_TABLE_DRAFT_H_
#define FERRITE_SRC_TABLE_DRAFT_H_

#include <optional>
#include <string>
#include <vector>

#include "ferrite/plan.h"
#include "inferred_name.h"
#include "key_statistics.h"
#include "value_sketch.h"

namespace ferrite::internal {

struct ReferenceDraft {
  size_t table = 0;  // index into PlanDraft::tables
  OnOrphan on_orphan = OnOrphan::kNull;
};

struct ColumnDraft {
  std::string name;
  ColumnType type = ColumnType::kJson;
  ColumnFrom from = ColumnFrom::kPath;
  std::vector<std::string> path;
  Convert convert = Convert::kNone;
  // False where nothing can mismatch, or where a NULL is not allowed.
  bool may_mismatch = true;
  bool sensitive = false;
  std::optional<ReferenceDraft> references;
  std::string comment;
  // Those of the field, to find relations.
  ValueSketch values{0};
  bool has_key_values = false;  // all of them are texts, or all whole numbers
  double least = 0;             // of whole numbers
  double most = 0;
};

struct TableDraft {
  std::string name;
  Source source;
  Match match = Match::kAll;
  std::string match_text;
  RecordForm form = RecordForm::kValue;
  std::vector<std::string> each;  // empty: a row per record
  std::string when_sql;
  std::vector<ColumnDraft> columns;
  std::vector<size_t> primary_key;  // empty: the column _key
  // Of the parent's whole key, where that has several columns.
  std::vector<size_t> parent_columns;
  std::optional<size_t> parent;
  std::vector<std::vector<size_t>> indexes;
  std::string comment;
  NameSet column_names;
  // Of the records' keys, when this table has a row for each.
  KeyStatistics keys;

  bool IsKey(size_t column) const;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_TABLE_DRAFT_H_
