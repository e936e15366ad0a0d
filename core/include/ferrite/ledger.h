// Ledger: the records that could not become rows, with reason and data.
//
// A record is in its table or in the ledger; there is no third place. Entries
// are written in the transaction of the record's batch and stay until they are
// dealt with. A row that referred to no row is here too (code "orphan"): its
// key is then an array of its primary key's cells. Table ferrite_failed,
// core/doc/store.md.
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

  // `sortable_key` is the form that is kept, `key` the encoded one.
  Result<void> Add(const std::string& table, Bytes sortable_key, Bytes key,
                   Bytes value, const Error& reason, int64_t at);

  Result<uint64_t> Count();
  // Whether the table's record with this (sortable) key is here.
  Result<bool> Contains(const std::string& table, Bytes sortable_key);
  // Whether the table's row with this (sortable) key is here as an orphan.
  Result<bool> ContainsRow(const std::string& table, Bytes sortable_key);

  // The first `limit` entries in the order they came, without their values.
  Result<std::vector<FailedRecord>> First(size_t limit);
  // All entries in the order they came, one at a time; false from `visit`
  // stops.
  Result<void> ForEach(const std::function<bool(const FailedRecord&)>& visit);

 private:
  Ledger(Store* store, int64_t migration, Statement add, Statement contains,
         Statement contains_row)
      : store_(store),
        migration_(migration),
        add_(std::move(add)),
        contains_(std::move(contains)),
        contains_row_(std::move(contains_row)) {}

  Result<bool> Contains(Statement* select, const std::string& table,
                        Bytes sortable_key);

  Store* store_;
  int64_t migration_;
  Statement add_;
  Statement contains_;
  Statement contains_row_;
};

}  // namespace ferrite

#endif  // FERRITE_LEDGER_H_
