// From a schema's JSON to the program that a checker runs.
#ifndef FERRITE_SRC_SCHEMA_COMPILER_H_
#define FERRITE_SRC_SCHEMA_COMPILER_H_

#include <string>

#include "ferrite/error.h"
#include "schema_json.h"
#include "schema_node.h"

namespace ferrite::internal {

// kPlanInvalid with the path of what is wrong, beginning with `path`.
Result<SchemaProgram> CompileSchema(const SchemaJson& schema,
                                    const std::string& path);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_COMPILER_H_
