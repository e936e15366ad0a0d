// The numbers of a plan's answer: what the sources' states say, and what the
// probe's report lets one expect of them.
#ifndef FERRITE_CORE_SRC_PLAN_ANSWER_NUMBERS_H_
#define FERRITE_CORE_SRC_PLAN_ANSWER_NUMBERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ferrite/pass.h"
#include "ferrite/plan.h"
#include "ferrite/plan_answer.h"

namespace ferrite::internal {

struct AnswerNumbers {
  struct Source {
    uint64_t records = 0;    // 0 for one that is not read
    uint64_t excluded = 0;   // not among them; expected from those tried
    uint64_t tried = 0;      // by the probe
    uint64_t unclaimed = 0;  // of those that were tried
    std::optional<double> bytes;
  };
  struct Table {
    uint64_t rows = 0;
    bool is_exact = false;  // else expected, from the probe or at most so many
    std::optional<double> bytes;
    double share = 0;  // of all rows
  };
  // A reason for which records that were tried are in the ledger.
  struct Failure {
    std::string table, code, path, message;
    uint64_t count = 0;
  };
  struct Unsupported {
    std::string source, kind;
    uint64_t count = 0;
  };

  std::vector<Source> sources;  // as in the plan
  std::vector<Table> tables;
  uint64_t records = 0;
  std::optional<double> bytes;

  uint64_t tried = 0;
  uint64_t failed = 0;  // of those that were tried
  std::vector<Failure> failures;
  std::vector<Unsupported> unsupported;

  // None when nothing was tried.
  std::optional<double> ms;
  std::optional<uint64_t> records_per_second;
  // Bytes that the store is expected to take.
  std::optional<uint64_t> space;
};

AnswerNumbers CountForAnswer(const Plan& plan,
                             const std::vector<SourceState>& sources,
                             const HostFacts& facts);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_PLAN_ANSWER_NUMBERS_H_
