// Conflict: a record's row meets a row of the same primary key that says
// something else.
//
// The row in the store may be the app's, an earlier migration's, or another
// record's of this one. A row of equal content (by row hash) is never a
// conflict. Table::on_conflict says what becomes of one:
//
//   row in store      | strategy     | time column           | what happens
//   ------------------+--------------+-----------------------+--------------
//   none              | every one    |                       | inserted
//   equal content     | every one *  |                       | equal
//   other content     | ledger       |                       | the ledger
//   other content     | skip         |                       | kept
//   other content     | overwrite    |                       | overwritten
//   other content     | keepNewest   | source newer          | overwritten
//                     |              | source older          | kept
//                     |              | the same moment       | kept
//                     |              | missing in the source | kept
//                     |              | missing in the store  | overwritten
//                     |              | missing in both       | kept
//   other content     | keepOldest   | source newer          | kept
//                     |              | source older          | overwritten
//                     |              | the same moment       | kept
//                     |              | missing in the source | kept
//                     |              | missing in the store  | overwritten
//                     |              | missing in both       | kept
//   other content     | merge        | column by column: see | merged, or
//                     |              | MergeRule             | kept when the
//                     |              |                       | store's row is
//                     |              |                       | what comes out
//   other content     | ask          |                       | undecided
//
//   * With ledger a second row of a key goes to the ledger, equal or not: the
//     table is a new one, and two records claim one row of it.
//
// Each word is what the report counts. A time is missing when it is NULL, or
// text that names no moment (ISO 8601 with a zone, or a date).
//
// Nothing is lost: what is not in the table afterwards is in ferrite_conflict
// (core/doc/store.md), written in the transaction of the batch. The record's
// row is there when it was kept out (kept, merged, undecided), the store's row
// when it was changed (overwritten, merged) or may be (undecided).
//
// A row that breaks another UNIQUE than the primary key, also when it would be
// overwritten or merged, sends its record to the ledger (kNotUnique).
#ifndef FERRITE_CONFLICT_H_
#define FERRITE_CONFLICT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ferrite/audit.h"
#include "ferrite/error.h"

namespace ferrite {

class Store;
struct Plan;

enum class Strategy {
  kLedger,      // the record goes to the ledger, kNotUnique
  kSkip,        // the store's row stays
  kOverwrite,   // the record's row replaces it
  kKeepNewest,  // the one with the later time
  kKeepOldest,  // the one with the earlier time
  kMerge,       // one row of both, column by column
  kAsk,         // the store's row stays until somebody decides
};

// Which side gives a merged row's cell. NULL never wins over a value. Where
// newest and oldest cannot tell, they do as keepNewest and keepOldest: kept is
// the store's cell, overwritten the source's.
enum class MergeRule {
  kSource,
  kStore,
  kNewest,  // the side with the later time
  kOldest,  // the side with the earlier time
  kMin,     // the smaller cell, in SQLite's order
  kMax,     // the larger one
};

struct ConflictPolicy {
  Strategy strategy = Strategy::kLedger;
  std::optional<size_t> time;  // the column that holds the time
  // For columns without a rule of their own, and for _unmapped; not kMin, kMax.
  MergeRule rest = MergeRule::kSource;
  std::vector<std::pair<size_t, MergeRule>> columns;  // ascending

  bool operator==(const ConflictPolicy&) const = default;
};

// Which conflicts a list is of.
struct ConflictFilter {
  bool undecided_only = true;
  std::string table;  // empty: all
  int64_t after = 0;  // behind the conflict of this id
  uint32_t limit = 100;
};

// The store's conflicts in the order they came, as JSON:
//   {"conflicts":[{"id":1,"migration":1,"table":"t","key":"7",
//     "decision":"undecided","columns":["city"],"source":{…},"store":{…},
//     "at":0}], "total":12, "latest":1, "next":100}
// `columns` are those that differ; `source` and `store` are the two rows, as
// far as they are kept (see above), as the column type json shows values; also
// of sensitive columns, since this is the data and no report of it.
// `total` counts what the filter takes, on all pages; `latest` is the latest
// migration; `next` is the next page's `after`, left out on the last.
Result<std::string> ListConflicts(Store* store, const ConflictFilter& filter);

// Decides conflicts that are undecided, all or none, in one transaction.
// `decisions` is JSON: an array of
//   {"id":1, "decision": …} or {"table":"t", "key":"7", "decision": …}
// with the key as ListConflicts gives it, for all undecided ones of the row;
// "source" replaces the row that is there now, which ferrite_conflict keeps
// then; "store" leaves it as it is; an object of column names and values (as
// constants of a plan are written) sets these in it.
//
// A conflict that was decided before is passed over, so a list may be given
// again after a crash. The migration's totals go with the rows; its report
// stays what it was at its end. Gives {"decided":3,"passed":0} as JSON.
//
// Errors, with nothing changed and the path of the decision ("/3/id"):
// kInvalidArgument, kPlanChanged (the conflict is of another plan's migration),
// kNotUnique, kNotNull, kConstraint (the table refuses the row), kState (a
// transaction is open).
Result<std::string> ResolveConflicts(Store* store, const Plan& plan,
                                     std::string_view decisions, int64_t now,
                                     const Actor& actor = {});

}  // namespace ferrite

#endif  // FERRITE_CONFLICT_H_
