// Plan: what a person writes to say which source goes into which table.
//
// The JSON form is described in core/doc/plan.md and core/schema/
// plan.schema.json. Parsing checks everything that can be checked without the
// data: an unknown member, a wrong type, a name used twice, a path that is no
// JSON Pointer, an SQL expression that reads more than its record, a schema
// with an unknown keyword is kPlanInvalid with the path of what is wrong and,
// where a known name is near, "did you mean". Text that is not JSON is
// kPlanSyntax.
//
// A Plan is a value and does not change after parsing; share it freely.
#ifndef FERRITE_PLAN_H_
#define FERRITE_PLAN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/conflict.h"
#include "ferrite/error.h"
#include "ferrite/hash.h"
#include "ferrite/record_schema.h"

namespace ferrite {

enum class SourceKind { kIndexedDb, kLocalStorage, kSessionStorage };

// A place that holds records: one object store, all of localStorage or all of
// sessionStorage.
struct Source {
  SourceKind kind = SourceKind::kIndexedDb;
  std::string database;  // kIndexedDb only
  std::string store;     // kIndexedDb only

  bool operator==(const Source&) const = default;
  // {"indexedDB":"shop","store":"orders"}, {"localStorage":true} or
  // {"sessionStorage":true}.
  std::string ToJson() const;
  // "indexedDB shop/orders", "localStorage", "sessionStorage": for messages.
  std::string Label() const;
};

// Which of a source's records are meant, by the record's key. A pattern has *
// for any text and ? for one character; nothing else in it is special.
enum class Match { kAll, kKey, kPrefix, kPattern };

// A part of a source.
struct Selection {
  size_t source = 0;  // index into Plan::sources
  Match match = Match::kAll;
  std::string text;  // the key, prefix or pattern, UTF-8 or WTF-8
  // A source that does not exist counts as empty instead of refusing the plan.
  bool optional = false;
};

// What is taken for the record before it is mapped.
enum class RecordForm {
  kValue,  // the record's value as it is
  kJson,   // the value is a string of JSON text; what it says is mapped
};

// core/doc/plan.md, "Column types", says which values each type holds exactly.
enum class ColumnType {
  kText,
  kInteger,
  kReal,
  kBoolean,
  kDatetime,  // a Date, as INTEGER milliseconds since the epoch
  kBigInt,
  kBlob,
  kJson,          // any JSON value, as JSON text
  kAny,           // a string or a number as it is
  kKey,           // the record's key
  kUuid,          // a string that is a UUID, as TEXT
  kDatetimeText,  // a Date, as TEXT in ISO 8601 with milliseconds and Z
};

// Where a column's value comes from.
enum class ColumnFrom {
  kPath,      // `paths`, in what becomes the row: the record, or the element
              // that Table::each leads to
  kRecord,    // `paths`, in the whole record; differs from kPath with `each`
  kKey,       // "$key": the record's key
  kSource,    // "$source": Source::Label()
  kPosition,  // "$position": the row's number within its record, from 0
  kName,      // "$name": the property name or the map key of the element
  kConstant,  // `constant`
  kSql,       // `sql`
};

// A conversion names what the record has in place of the type's own values;
// what it turns round without loss is exact. core/doc/plan.md, "Conversions".
enum class Convert {
  kNone,
  kAuto,          // whatever has a plain meaning in the type; always shown
  kText,          // text that says a number, boolean, BigInt
  kNumber,        // 0 and 1 for booleans; a number for a text
  kIso,           // ISO 8601 text for datetime
  kMilliseconds,  // a Number for datetime
  kSeconds,       // a Number for datetime
  kBase64,        // text for blob
  kJson,          // JSON text for json
};

// What becomes of a record whose field does not fit its column.
enum class OnMismatch {
  kLedger,   // the record goes to the ledger
  kNull,     // the column is NULL; the value stays in the lossless column
  kDefault,  // the column has its default; the value stays likewise
};

// A cell that owns its bytes.
struct Literal {
  enum class Type : uint8_t { kNull, kInteger, kReal, kText, kBlob };
  Type type = Type::kNull;
  int64_t integer = 0;
  double real = 0;
  std::string bytes;

  bool operator==(const Literal&) const = default;
};

struct Column {
  std::string name;
  ColumnType type = ColumnType::kText;
  ColumnFrom from = ColumnFrom::kPath;
  // JSON Pointers as tokens, the likeliest first; the first that leads to a
  // value in the record gives it. No tokens: the whole record.
  std::vector<std::vector<std::string>> paths;
  Literal constant;
  std::string sql;
  Convert convert = Convert::kNone;
  OnMismatch on_mismatch = OnMismatch::kLedger;
  // For a field that is absent, undefined or null.
  std::optional<Literal> default_value;
  bool not_null = false;
  bool unique = false;
  // Kept out of logs, reports and error messages.
  bool sensitive = false;
};

// What becomes of fields that no column takes.
enum class Unmapped { kKeep, kDrop, kFail };

// A field compared with values: the record is taken when the field is one of
// them. A null among them stands for null, undefined and absent.
struct Condition {
  std::vector<std::string> path;
  struct Value {
    enum class Type : uint8_t { kNull, kBool, kNumber, kString };
    Type type = Type::kNull;
    bool boolean = false;
    double number = 0;
    std::string text;
  };
  std::vector<Value> any_of;
};

// What becomes of a row that refers to no row.
enum class OnOrphan {
  kQuarantine,  // the row goes from its table to the ledger
  kNull,        // the referring columns become NULL
  kFail,        // the migration stops
};

struct ForeignKey {
  std::vector<size_t> columns;  // of this table
  size_t table = 0;             // index into Plan::tables
  std::vector<size_t> target;   // columns there: its primary key or unique
  OnOrphan on_orphan = OnOrphan::kQuarantine;
};

// Built after the load.
struct Index {
  std::string name;
  std::vector<size_t> columns;
};

struct Table {
  std::string name;
  std::vector<Selection> from;  // at least one
  RecordForm form = RecordForm::kValue;
  // Paths to arrays, objects, maps or sets whose elements become the rows, from
  // the outside in; empty: one row per record.
  std::vector<std::vector<std::string>> each;
  // All must hold, for the row's value; others are passed over.
  std::vector<Condition> when;
  std::string when_sql;  // empty: none
  // What every row's value must satisfy; null: anything.
  std::shared_ptr<const RecordSchema> schema;
  std::vector<Column> columns;
  std::vector<size_t> primary_key;          // columns; never empty
  std::vector<std::vector<size_t>> unique;  // beside Column::unique
  std::vector<ForeignKey> foreign_keys;
  std::vector<Index> indexes;
  Unmapped unmapped = Unmapped::kKeep;
  // With another strategy than kLedger the table may be there already.
  ConflictPolicy on_conflict;
  // Paths of fields that are left out of the lossless column on purpose.
  std::vector<std::vector<std::string>> drop;
};

// Records that are left where they are on purpose, whatever table asks for
// them.
struct Exclusion {
  Selection records;
  std::string reason;
};

// The lossless column that Unmapped::kKeep adds behind the plan's columns.
inline constexpr std::string_view kUnmappedColumn = "_unmapped";
// The key column of a table whose plan names no primary key.
inline constexpr std::string_view kKeyColumn = "_key";
// Beside it, where a record becomes several rows.
inline constexpr std::string_view kPositionColumn = "_position";

// The field that says when each record of a source was changed last.
struct ChangeTime {
  size_t source = 0;              // index into Plan::sources, an object store
  std::vector<std::string> path;  // not empty
};

struct Plan {
  std::string name;
  std::vector<Source> sources;  // distinct, in order of first use
  std::vector<Table> tables;
  std::vector<Exclusion> excluded;
  std::vector<ChangeTime> changed;  // of each source at most one
  // Of the parsed plan: layout, member order and `changed` do not count.
  Hash128 hash;
  std::shared_ptr<const std::string> text;  // what was parsed

  static Result<Plan> Parse(std::string_view json);
};

}  // namespace ferrite

#endif  // FERRITE_PLAN_H_
