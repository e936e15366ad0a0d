// RecordSchema: JSON Schema 2020-12 over encoded records.
//
// The schema is compiled once; checking walks the record's bytes forward and
// makes no tree of it. What a JSON Schema says about JSON holds for the JSON
// that core/doc/plan.md, "What json shows", makes of a record: a Date is a
// string in date-time form, a BigInt an integer, undefined is absent.
// core/doc/schema.md lists the keywords and formats, and what is left out; an
// unknown keyword, format or $ref is an error, never silence. Patterns are
// ECMA-262's without back-references, matched in linear time.
//
// A RecordSchema is immutable: share it between threads. A SchemaChecker is one
// thread's scratch.
#ifndef FERRITE_RECORD_SCHEMA_H_
#define FERRITE_RECORD_SCHEMA_H_

#include <memory>
#include <string>
#include <string_view>

#include "ferrite/bytes.h"
#include "ferrite/error.h"

namespace ferrite {

class RecordSchema {
 public:
  // `json` is the schema's text. kPlanSyntax when it is not JSON; kPlanInvalid
  // with the path of what is wrong, beginning with `path`.
  static Result<std::shared_ptr<const RecordSchema>> Compile(
      std::string_view json, const std::string& path);
  ~RecordSchema();

  // The schema as text: members in order, without layout.
  const std::string& json() const;

 private:
  friend class SchemaChecker;
  struct State;
  RecordSchema();
  std::unique_ptr<State> state_;
};

class SchemaChecker {
 public:
  explicit SchemaChecker(std::shared_ptr<const RecordSchema> schema);
  ~SchemaChecker();
  SchemaChecker(SchemaChecker&&) noexcept;

  // kSchema with the path of the first field that does not satisfy the schema,
  // what was found and what is asked for; kRecordMalformed.
  Result<void> Check(Bytes value);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ferrite

#endif  // FERRITE_RECORD_SCHEMA_H_
