// Plan: what a person writes to say which source goes into which table.
//
// The JSON form is described in core/doc/plan.md and core/schema/
// plan.schema.json. Parsing checks everything that can be checked without the
// data: an unknown member, a wrong type, a name used twice or a path that is
// no JSON Pointer is kPlanInvalid with the path of what is wrong and, where a
// known name is near, "did you mean". Text that is not JSON is kPlanSyntax.
//
// A Plan is a value and does not change after parsing; share it freely.
#ifndef FERRITE_PLAN_H_
#define FERRITE_PLAN_H_

#include <string>
#include <string_view>
#include <vector>

#include "ferrite/error.h"
#include "ferrite/hash.h"

namespace ferrite {

enum class SourceKind { kIndexedDb, kLocalStorage };

// A place that holds records: one object store, or all of localStorage.
struct Source {
  SourceKind kind = SourceKind::kIndexedDb;
  std::string database;  // kIndexedDb only
  std::string store;     // kIndexedDb only

  bool operator==(const Source&) const = default;
  // {"indexedDB":"shop","store":"orders"} or {"localStorage":true}.
  std::string ToJson() const;
  // "indexedDB shop/orders", "localStorage": for messages.
  std::string Label() const;
};

// Which of a source's records a table takes, by the record's key.
enum class Match { kAll, kKey, kPrefix };

// core/doc/plan.md, "Column types", says which values each type holds exactly.
enum class ColumnType {
  kText,
  kInteger,
  kReal,
  kBoolean,
  kDatetime,  // a Date, as INTEGER milliseconds since the epoch
  kBigInt,
  kBlob,
  kJson,  // any JSON value, as JSON text
  kAny,   // a string or a number as it is
  kKey,   // the record's key
};

struct Column {
  std::string name;
  ColumnType type = ColumnType::kText;
  bool from_key = false;           // path "$key"
  std::vector<std::string> path;   // JSON Pointer tokens; empty: whole record
  bool not_null = false;
};

// What becomes of fields that no column takes.
enum class Unmapped { kKeep, kDrop, kFail };

struct Table {
  std::string name;
  size_t source = 0;  // index into Plan::sources
  Match match = Match::kAll;
  std::string match_text;  // the key or prefix, UTF-8 or WTF-8
  std::vector<Column> columns;
  std::vector<size_t> primary_key;  // indexes into columns; never empty
  Unmapped unmapped = Unmapped::kKeep;
};

// The lossless column that Unmapped::kKeep adds behind the plan's columns.
inline constexpr std::string_view kUnmappedColumn = "_unmapped";
// The key column of a table whose plan names no primary key.
inline constexpr std::string_view kKeyColumn = "_key";

struct Plan {
  std::string name;
  std::vector<Source> sources;  // distinct, in order of first use
  std::vector<Table> tables;
  Hash128 hash;  // of the parsed plan: layout and member order do not count

  static Result<Plan> Parse(std::string_view json);
};

}  // namespace ferrite

#endif  // FERRITE_PLAN_H_
