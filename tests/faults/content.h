// Content: what a migration leaves in a store, to be compared row by row.
//
// The rows of every table, Ferrite's own included: ledger, conflicts, totals,
// checkpoints, plans, the migration itself; and the schema. Left out is what
// differs between two runs of the same: times, attempts, ids chosen by chance,
// log and audit.
#ifndef FERRITE_TESTS_FAULTS_CONTENT_H_
#define FERRITE_TESTS_FAULTS_CONTENT_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ferrite/pass.h"
#include "ferrite/store.h"

namespace ferrite::testing {

// Rows that should be there and are not, and the other way round. A row with
// another content is both.
struct Discrepancy {
  uint64_t lost = 0;
  uint64_t doubled = 0;
  std::string table;  // one of those concerned

  bool is_none() const { return lost == 0 && doubled == 0; }
};

class Content {
 public:
  static Result<Content> Read(Store* store);

  Discrepancy From(const Content& expected) const;
  size_t rows(const std::string& table) const;

 private:
  using RowHash = std::pair<uint64_t, uint64_t>;
  std::map<std::string, std::vector<RowHash>> tables_;  // rows in order
};

// Tables, ledger, sources and status of the pass's report.
std::string ReportOf(const Pass& pass);

// "ok", or what SQLite finds wrong with the file.
std::string Integrity(Store* store);

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_FAULTS_CONTENT_H_
