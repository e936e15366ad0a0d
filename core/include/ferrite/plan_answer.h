// PlanAnswer: what a plan would do here, before anything is done.
//
// The host gives what it knows of the machine; the core measures its own part
// with a probe (records of the plan's own sources, mapped into a scratch store)
// and puts both together. core/doc/plan-answer.md is the JSON:
// {"answer":1,"canProceed","blockers":[{code,message,hint,path}],
// "recommendations":[…],"warnings":[…],"records","bytes","estimate":{"ms",
// "recordsPerSecond","basis"},"tables":[{"name","records","bytes","share",
// "columns","dependsOn":[…]}],"order":[…],"cycles":[[…]],"sources":[…],
// "unsupported":[{"source","kind","count"}],"space":{"needed","available"}}.
#ifndef FERRITE_PLAN_ANSWER_H_
#define FERRITE_PLAN_ANSWER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ferrite/pass.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite {

// What only the host knows. Numbers that it does not know are left out.
struct HostFacts {
  bool store_opens = true;
  std::string store_problem;  // why it does not
  bool durable = true;        // false: a memory database with an image
  bool migration_running = false;
  std::optional<uint64_t> bytes_available;  // for the store
  std::optional<bool> persistent;           // granted: no eviction
  bool private_mode = false;
  // From the probe: how long the host and the core needed for how many records.
  double probe_ms = 0;
  uint64_t probe_records = 0;
  uint64_t probe_bytes = 0;
  // By kind ("CryptoKey"): values that cannot be carried, seen by the probe.
  std::vector<std::pair<std::string, uint64_t>> unsupported;
  // A warning is given when the estimate is longer; 0: never.
  double limit_ms = 0;

  // From JSON, members in camelCase. kInvalidArgument.
  static Result<HostFacts> Parse(std::string_view json);
};

// `store` is the one the plan would be run on, or null where it does not exist
// yet. Nothing is written.
Result<std::string> AnswerPlan(Store* store, const Plan& plan,
                               const std::vector<SourceState>& sources,
                               const HostFacts& facts);

// The tables in an order in which references lead back, and the cycles among
// them, as indexes.
struct LoadOrder {
  std::vector<size_t> tables;
  std::vector<std::vector<size_t>> cycles;
};
LoadOrder OrderTables(const Plan& plan);

}  // namespace ferrite

#endif  // FERRITE_PLAN_ANSWER_H_
