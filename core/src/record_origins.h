// RecordOrigins: what a Copy looks up and notes of its records, when its
// migration keeps where the rows came from.
#ifndef FERRITE_CORE_SRC_RECORD_ORIGINS_H_
#define FERRITE_CORE_SRC_RECORD_ORIGINS_H_

#include <memory>
#include <utility>

#include "ferrite/encoding.h"
#include "ferrite/store.h"
#include "origin_entry.h"
#include "origin_run.h"
#include "origin_table.h"
#include "orphan_book.h"

namespace ferrite::internal {

class RecordOrigins {
 public:
  static Result<std::unique_ptr<RecordOrigins>> Open(Store* store,
                                                     const OriginRun& run);

  // Whether the run brings an earlier one up to date.
  bool is_update() const { return run_.since.has_value(); }
  // Whether relations changed or took out rows, when it began.
  bool has_orphans() const { return has_orphans_; }
  // Whether records were in the ledger or decided about, likewise.
  bool has_failed() const { return has_failed_; }

  void Begin(size_t source, Bytes after) {
    if (is_update()) walk_.Begin(source, after);
  }
  OriginWalk& walk() { return walk_; }
  OriginTable& table() { return table_; }
  OriginEntry& entry() { return entry_; }
  // The key of a record of which only this form is known. Valid until the next
  // call.
  Result<Bytes> Encoded(Bytes sortable_key);

 private:
  RecordOrigins(const OriginRun& run, OriginTable table, OriginWalk walk)
      : run_(run), table_(std::move(table)), walk_(std::move(walk)) {}

  const OriginRun run_;
  OriginTable table_;
  OriginWalk walk_;
  OriginEntry entry_;
  Writer key_;
  bool has_orphans_ = false;
  bool has_failed_ = false;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_RECORD_ORIGINS_H_
