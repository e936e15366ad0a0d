// DifferenceLog: where source and store differ, as a verification finds it.
// Table ferrite_difference.
#ifndef FERRITE_CORE_SRC_DIFFERENCE_H_
#define FERRITE_CORE_SRC_DIFFERENCE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ferrite/store.h"
#include "report.h"

namespace ferrite::internal {

inline constexpr char kMissing[] = "missing";
inline constexpr char kDifferent[] = "different";
inline constexpr char kExtra[] = "extra";

// One column of a row that differs; the values as ValuePreview has them.
struct ColumnDifference {
  std::string column;
  std::string source;
  std::string store;
};

struct Difference {
  std::string table;
  const char* kind = kMissing;
  ByteBuffer key;  // sortable
  std::string key_text;
  std::vector<ColumnDifference> columns;
  // Of the row that the plan makes of the record, and of the store's row.
  std::optional<uint64_t> source_bytes;
  std::optional<uint64_t> store_bytes;
};

class DifferenceLog {
 public:
  // `run` is the verification's (ferrite_verification.id), of which nothing is
  // in the log yet.
  static Result<DifferenceLog> Open(Store* store, int64_t run);

  // Takes back what came behind the first `count` entries: a batch whose
  // commit failed may be in the file all the same, and comes again.
  Result<void> CutTo(uint64_t count);
  // `number` counts from 1.
  Result<void> Add(uint64_t number, const Difference& difference, int64_t at);
  Result<std::vector<Report::Difference>> First(size_t limit);

 private:
  DifferenceLog(Store* store, int64_t run, int64_t base, Statement add,
                Statement cut)
      : store_(store),
        run_(run),
        base_(base),
        add_(std::move(add)),
        cut_(std::move(cut)) {}

  Store* store_;
  int64_t run_;
  int64_t base_;  // the run's ids begin behind it
  Statement add_;
  Statement cut_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_DIFFERENCE_H_
