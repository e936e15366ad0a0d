// PlanAnswer: what a plan would do here, before anything is done.
//
// The host gives what it knows of the machine; the core measures its own part
// with a probe (records of the plan's own sources, mapped into a scratch store)
// and puts both together. core/doc/plan-answer.md is the JSON:
// {"answer":1,"plan":{"name","hash"},"canProceed","blockers":[{code,message,
// hint,path}],"recommendations":[…],"warnings":[…],"records","bytes",
// "estimate":{"ms","recordsPerSecond","basis"},"tables":[{"name","rows",
// "isExact","bytes","share","columns","dependsOn":[…]}],"order":[…],
// "cycles":[[…]],"sources":[…],"excluded":[…],"unsupported":[{"source","kind",
// "count"}],"space":{"needed","available"}}.
#ifndef FERRITE_PLAN_ANSWER_H_
#define FERRITE_PLAN_ANSWER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/migration.h"
#include "ferrite/pass.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite {

// Begins the probe: a trial run of the plan into `scratch`, an empty store that
// the host throws away. Sources that cannot be read count as empty. The pass's
// report is a trial run's with "kind":"probe" and "unsupported", what it met
// that cannot be carried: [{"source","kind","count"}…].
//
// `options.sample_size` should not be 0. Errors as BeginMigration's;
// kPlanInvalid is one of AnswerPlan's blockers too.
Result<std::unique_ptr<Pass>> BeginProbe(Store* scratch, const Plan& plan,
                                         std::vector<SourceState> sources,
                                         const MigrationOptions& options);

// What only the host knows. Numbers that it does not know are left out.
struct HostFacts {
  std::optional<Error> store_problem;  // why the store does not open
  bool durable = true;                 // false: a memory database with an image
  bool migration_running = false;      // another one, of this store
  std::optional<uint64_t> bytes_available;  // for the store
  std::optional<bool> persistent;           // granted: no eviction
  bool private_mode = false;
  // How long the probe took, reading included, and its report; 0 and empty
  // when there was none.
  double probe_ms = 0;
  std::string probe_report;
  // A warning is given when the estimate is longer; 0: never.
  double limit_ms = 0;

  // {"storeProblem":{"code","message","hint"},"durable","migrationRunning",
  // "bytesAvailable","persistent","privateMode","probe":{"ms","report":{…}},
  // "limitMs"}, all optional. kInvalidArgument.
  static Result<HostFacts> Parse(std::string_view json);
};

// `store` is the one the plan would be run on, or null where it does not exist
// yet or does not open. `sources` are those of the plan, in its order. Nothing
// is written. An error (kInvalidArgument, or the store's) means that there is
// no answer; what speaks against the plan is in the answer.
Result<std::string> AnswerPlan(Store* store, const Plan& plan,
                               const std::vector<SourceState>& sources,
                               const HostFacts& facts);

}  // namespace ferrite

#endif  // FERRITE_PLAN_ANSWER_H_
