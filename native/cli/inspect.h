// What each kind of file holds, for ferrite inspect.
#ifndef FERRITE_NATIVE_CLI_INSPECT_H_
#define FERRITE_NATIVE_CLI_INSPECT_H_

#include <string>

#include "ferrite/error.h"
#include "native/cli/console.h"
#include "native/cli/sqlite_file.h"

namespace ferrite {

// `plain` is the SQLite file: `path` itself, or what its container holds.
Result<int> InspectBundle(const std::string& path, const std::string& plain,
                          const Console& console);
Result<int> InspectStore(const std::string& path, const Console& console);
Result<int> InspectServerStore(const std::string& path, SqliteFile* file,
                               const Console& console);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_INSPECT_H_
