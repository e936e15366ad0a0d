// The command group "ferrite plan".
#ifndef FERRITE_NATIVE_CLI_PLAN_H_
#define FERRITE_NATIVE_CLI_PLAN_H_

#include <functional>

#include "native/cli/commands.h"
#include "native/cli/console.h"

namespace CLI {
class App;
}

namespace ferrite {

struct PlanArguments {
  PlanCheckOptions check;
  PlanExplainOptions explain;
  PlanInferOptions infer;
};

// Makes a command: its parent, name, text and what it does.
using AddCommand = std::function<CLI::App*(CLI::App*, const char*, const char*,
                                           std::function<Result<int>()>)>;

// `arguments` and `console` must outlive the commands.
void AddPlanCommands(CLI::App* app, const AddCommand& add,
                     PlanArguments* arguments, const Console& console);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_PLAN_H_
