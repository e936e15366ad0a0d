// Report: what a pass did, as core/doc/report.md has it.
#ifndef FERRITE_CORE_SRC_REPORT_H_
#define FERRITE_CORE_SRC_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "change_counts.h"
#include "ferrite/ledger.h"
#include "ferrite/pass.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "throughput.h"
#include "total.h"

namespace ferrite::internal {

// How many failed records and differences a report lists.
inline constexpr size_t kListed = 50;

struct Report {
  struct Source {
    std::string json;
    std::string label;
    std::string status;
    uint64_t expected = 0;
    uint64_t records = 0;
    uint64_t bytes = 0;
    uint64_t failed = 0;
    uint64_t unclaimed = 0;
    uint64_t filtered = 0;
    // Before anything is read: what is known to be left out, as the host says
    // it or because all of the source is.
    uint64_t excluded = 0;
    bool is_read = true;   // false: nothing is wanted of it, or it is not there
    ChangeCounts changes;  // of an incremental run
  };

  // What a verification counts.
  struct Comparison {
    uint64_t matched = 0;
    uint64_t missing = 0;
    uint64_t different = 0;
    uint64_t extra = 0;
    uint64_t failed = 0;
    uint64_t size_different = 0;  // of different, those of another size
    uint64_t source_bytes = 0;    // of the rows that the plan makes
    uint64_t store_bytes = 0;     // of the store's rows
    uint64_t store_only = 0;      // rows that may be there without a record

    uint64_t differences() const { return missing + different + extra; }
  };

  struct Table {
    std::string name;
    std::optional<Total> found;  // once the table was scanned
    Total expected;
    std::optional<Comparison> comparison;
    uint64_t failed = 0;  // records in the ledger
    OrphanCounts orphans;
    // Records that people corrected or discarded, and that are in the ledger no
    // more.
    uint64_t corrected = 0;
    uint64_t discarded = 0;
    bool is_left_out = false;  // the pass was not asked to look at it
    // Of tables whose conflicts do not go to the ledger.
    std::optional<ConflictCounts> conflicts;
  };

  // What a retry did with the ledger.
  struct Retry {
    uint64_t tried = 0;
    uint64_t moved = 0;  // by how many entries it became shorter
    uint64_t left = 0;
  };

  struct Difference {
    std::string table;
    std::string kind;
    std::string key_text;
    std::string columns;  // a JSON array of names
  };

  std::string kind;
  std::string plan_name;
  std::string plan_hash;
  std::string status;
  std::string stage;
  int64_t started_at = 0;
  std::optional<int64_t> finished_at;
  int64_t busy_ms = 0;
  int64_t attempts = 1;
  std::string code;     // why it failed or was cancelled; empty: it was not
  std::string message;  // with `code`
  bool is_sampled = false;
  std::string summary;  // a sentence, when the pass has ended
  Throughput throughput;
  std::optional<Retry> retry;
  std::optional<int64_t> since;  // the migration that it brings up to date
  std::vector<Source> sources;
  std::vector<Table> tables;
  std::vector<FailedRecord> failed;
  std::vector<Difference> differences;
  std::vector<std::string> warnings;
  std::string client;
  std::string epoch;

  // The sources as their states say.
  void SetSources(const std::vector<SourceState>& states);
  // The plan's tables and name, and which of the sources it reads.
  void SetPlan(const Plan& plan, const std::vector<SourceState>& states);
  // Client and epoch; those that cannot be read are left out.
  void SetStore(Store* store);

  // Of all sources.
  ChangeCounts Changes() const;

  // Of a migration that read its sources to their end, with the tables as they
  // should be or not: what was not read was not compared.
  const char* EndStatus(bool is_equal) const;

  // Warns of what a person should know about the sources and the tables.
  void Warn();

  // Anew, of the tables alone.
  void WarnOfTables();

  std::string ToJson() const;
  // The sources, tables, warnings and plan of a report that was stored; what
  // is not there stays empty.
  static Report FromJson(std::string_view json);

 private:
  void WarnOf(const Source& source);
  void WarnOf(const Table& table);
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_REPORT_H_
