#include "ferrite/record_schema.h"

#include <utility>

#include "schema_checker.h"
#include "schema_compiler.h"
#include "schema_json.h"

namespace ferrite {

struct RecordSchema::State {
  std::string json;
  internal::SchemaProgram program;
};

RecordSchema::RecordSchema() : state_(std::make_unique<State>()) {}
RecordSchema::~RecordSchema() = default;

Result<std::shared_ptr<const RecordSchema>> RecordSchema::Compile(
    std::string_view json, const std::string& path) {
  auto parsed = internal::ParseSchemaJson(json, path);
  if (!parsed.ok()) return parsed.error();
  auto program = internal::CompileSchema(*parsed, path);
  if (!program.ok()) return program.error();
  std::shared_ptr<RecordSchema> schema(new RecordSchema);
  schema->state_->program = std::move(*program);
  internal::AppendSchemaJson(*parsed, &schema->state_->json);
  return std::shared_ptr<const RecordSchema>(std::move(schema));
}

const std::string& RecordSchema::json() const { return state_->json; }

struct SchemaChecker::State {
  State(std::shared_ptr<const RecordSchema> checked,
        const internal::SchemaProgram* program)
      : schema(std::move(checked)), run(program) {}

  std::shared_ptr<const RecordSchema> schema;
  internal::SchemaRun run;
};

SchemaChecker::SchemaChecker(std::shared_ptr<const RecordSchema> schema) {
  const internal::SchemaProgram* program = &schema->state_->program;
  state_ = std::make_unique<State>(std::move(schema), program);
}
SchemaChecker::~SchemaChecker() = default;
SchemaChecker::SchemaChecker(SchemaChecker&&) noexcept = default;

Result<void> SchemaChecker::Check(Bytes value) {
  return state_->run.Check(value);
}

}  // namespace ferrite
