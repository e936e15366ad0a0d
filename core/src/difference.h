// DifferenceLog: where source and store differ. Table ferrite_difference.
#ifndef FERRITE_CORE_SRC_DIFFERENCE_H_
#define FERRITE_CORE_SRC_DIFFERENCE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ferrite/store.h"
#include "report.h"

namespace ferrite::internal {

inline constexpr char kMissing[] = "missing";
inline constexpr char kDifferent[] = "different";
inline constexpr char kExtra[] = "extra";

class DifferenceLog {
 public:
  static Result<DifferenceLog> Open(Store* store);

  // Takes back what came behind the first `count` entries: a batch whose
  // commit failed may be in the file all the same, and comes again.
  Result<void> CutTo(uint64_t count);
  // `number` counts from 1.
  Result<void> Add(uint64_t number, const std::string& table, const char* kind,
                   const std::string& key_text,
                   const std::vector<std::string>& columns, int64_t at);
  Result<std::vector<Report::Difference>> First(size_t limit);

 private:
  DifferenceLog(Store* store, Statement add, Statement cut)
      : store_(store), add_(std::move(add)), cut_(std::move(cut)) {}

  Store* store_;
  Statement add_;
  Statement cut_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_DIFFERENCE_H_
