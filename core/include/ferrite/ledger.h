// Ledger: the records that could not become rows, with reason and data.
//
// A record is in its table or in the ledger; there is no third place. Entries
// are written in the transaction of the record's batch and stay until they are
// dealt with. A row that referred to no row is here too (code "orphan"): it has
// no source, and its key is an array of its primary key's cells. Table
// ferrite_failed, core/doc/store.md.
//
// Not thread-safe. The Store must outlive the Ledger.
#ifndef FERRITE_LEDGER_H_
#define FERRITE_LEDGER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ferrite/bytes.h"
#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite {

struct FailedRecord {
  std::string table;
  std::string key_text;  // as KeyText gives it
  std::string code;      // as ErrorText gives it
  std::string message;
  std::string path;  // JSON Pointer into the record, or empty
  ByteBuffer key;    // sortable form
  ByteBuffer value;  // the encoded record
  int64_t at = 0;    // milliseconds since the epoch
};

class Ledger {
 public:
  // The entries of one migration (ferrite_migration.id).
  static Result<Ledger> Open(Store* store, int64_t migration);

  // Stands for the source of what came to be a row first.
  static constexpr int64_t kRow = -1;

  // `source` is an index into Plan::sources, or kRow. `sortable_key` is the
  // form that is kept, `key` the encoded one.
  Result<void> Add(const std::string& table, int64_t source, Bytes sortable_key,
                   Bytes key, Bytes value, const Error& reason, int64_t at);

  Result<uint64_t> Count();
  // Whether the table's record (or row) with this (sortable) key is here.
  Result<bool> Contains(const std::string& table, int64_t source,
                        Bytes sortable_key);

  // The first `limit` entries in the order they came, without their values.
  Result<std::vector<FailedRecord>> First(size_t limit);
  // All entries in the order they came, one at a time; false from `visit`
  // stops.
  Result<void> ForEach(const std::function<bool(const FailedRecord&)>& visit);

 private:
  Ledger(Store* store, int64_t migration, Statement add, Statement contains)
      : store_(store),
        migration_(migration),
        add_(std::move(add)),
        contains_(std::move(contains)) {}

  Store* store_;
  int64_t migration_;
  Statement add_;
  Statement contains_;
};

}  // namespace ferrite

#endif  // FERRITE_LEDGER_H_
