// Restoring a store, as the worker asks for it: options and answers are JSON.
#ifndef FERRITE_WASM_BACKUP_CALLS_H_
#define FERRITE_WASM_BACKUP_CALLS_H_

#include <string>

#include "ferrite/migration.h"
#include "ferrite/rollback.h"

namespace ferrite {

// {"vfs","now","who","origin","backup","safety","token","reason"}; what is
// missing is empty. kInvalidArgument when it is no JSON object.
Result<RestoreOptions> ParseRestoreOptions(const std::string& json);

// {"beginning":"new"|"continued"|"done"}
std::string BeginningJson(MigrationBeginning beginning);

}  // namespace ferrite

#endif  // FERRITE_WASM_BACKUP_CALLS_H_
