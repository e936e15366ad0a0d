// The command group "ferrite conflicts".
#ifndef FERRITE_NATIVE_CLI_CONFLICTS_H_
#define FERRITE_NATIVE_CLI_CONFLICTS_H_

#include <string>

#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "native/cli/commands.h"
#include "native/cli/plan.h"

namespace ferrite {

struct ConflictsArguments {
  ConflictsListOptions list;
  ConflictsResolveOptions resolve;
};

// `arguments` and `console` must outlive the commands.
void AddConflictsCommands(CLI::App* app, const AddCommand& add,
                          ConflictsArguments* arguments,
                          const Console& console);

// Decides conflicts as the file says (ferrite/conflict.h); {"decided",
// "passed"}.
Result<std::string> DecideByFile(Store* store, const Plan& plan,
                                 const std::string& file, const Actor& actor);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_CONFLICTS_H_
