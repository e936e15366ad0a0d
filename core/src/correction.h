// Corrections: what people decided about records of the ledger. Table
// ferrite_correction, core/doc/store.md.
#ifndef FERRITE_CORE_SRC_CORRECTION_H_
#define FERRITE_CORE_SRC_CORRECTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "ferrite/bytes.h"
#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite::internal {

struct Correction {
  bool is_discarded = false;
  ByteBuffer value;     // what the record is taken for; empty when discarded
  ByteBuffer original;  // as it came from the source
};

class Corrections {
 public:
  static Result<Corrections> Open(Store* store, int64_t migration);

  // Whether there are any.
  Result<bool> Any();
  // For the record with this sortable key.
  Result<std::optional<Correction>> Find(const std::string& table,
                                         int64_t source, Bytes sortable_key);

 private:
  Corrections(int64_t migration, Statement any, Statement find)
      : migration_(migration), any_(std::move(any)), find_(std::move(find)) {}

  int64_t migration_;
  Statement any_;
  Statement find_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_CORRECTION_H_
