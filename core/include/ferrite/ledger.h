// Ledger: the records that could not become rows, with reason and data.
//
// A record is in its table or in the ledger; there is no third place. Entries
// are written in the transaction of the record's batch and stay until a retry
// (ferrite/retry.h) moves them into their table, or somebody discards them. A
// row that referred to no row is here too (code "orphan"): it has no source,
// and its key is an array of its primary key's cells. Tables ferrite_failed and
// ferrite_correction, core/doc/store.md.
//
// What people decide about an entry, and what then holds:
//
//   call    | until the next retry       | afterwards
//   --------+----------------------------+------------------------------------
//   Correct | the entry stays, with both | the row is made of the corrected
//           | values                     | record; the original stays in
//           |                            | ferrite_correction
//   Discard | the entry is gone; the record stays in ferrite_correction, and a
//           | verification counts it as discarded
//
// Not thread-safe. The Store must outlive the Ledger.
#ifndef FERRITE_LEDGER_H_
#define FERRITE_LEDGER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ferrite/audit.h"
#include "ferrite/bytes.h"
#include "ferrite/encoding.h"
#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite {

struct FailedRecord {
  int64_t id = 0;  // as long as it is in the ledger
  std::string table;
  int64_t source = 0;    // index into Plan::sources, or Ledger::kRow
  std::string key_text;  // as KeyText gives it
  std::string code;      // as ErrorText gives it
  std::string message;
  std::string path;  // JSON Pointer into the record, or empty
  ByteBuffer key;    // sortable form
  ByteBuffer value;  // the encoded record, as it came
  ByteBuffer row;    // of a row: its cells, for Ferrite alone
  bool is_corrected = false;
  ByteBuffer corrected;  // what the next retry takes it for
  int64_t at = 0;        // milliseconds since the epoch
};

// Entries that are meant; what is empty means all.
struct LedgerFilter {
  std::vector<int64_t> ids;
  std::string table;
  std::string code;
  std::string search;  // a part of the key's text or of the message
};

struct LedgerPage {
  uint64_t total = 0;  // entries that the filter means
  std::vector<FailedRecord> records;
};

class Ledger {
 public:
  // The entries of one migration (ferrite_migration.id).
  static Result<Ledger> Open(Store* store, int64_t migration);
  // Those of the latest one. kState when there is none.
  static Result<Ledger> OpenLatest(Store* store);

  // Stands for the source of what came to be a row first.
  static constexpr int64_t kRow = -1;

  // `source` is an index into Plan::sources, or kRow. `sortable_key` is the
  // form that is kept, `key` the encoded one, `row` the cells of a row. A value
  // beyond what SQLite holds in one is kept in parts.
  Result<void> Add(const std::string& table, int64_t source, Bytes sortable_key,
                   Bytes key, Bytes value, const Error& reason, int64_t at,
                   Bytes row = {});

  Result<uint64_t> Count();
  // Whether the table's record (or row) with this (sortable) key is here.
  Result<bool> Contains(const std::string& table, int64_t source,
                        Bytes sortable_key);

  // The first `limit` entries in the order they came, without their values.
  Result<std::vector<FailedRecord>> First(size_t limit);
  // All entries in the order they came, one at a time; false from `visit`
  // stops.
  Result<void> ForEach(const std::function<bool(const FailedRecord&)>& visit);
  // Those that `filter` means, in that order; `limit` bounds the memory.
  Result<LedgerPage> List(const LedgerFilter& filter, uint64_t offset,
                          uint64_t limit);
  // kInvalidArgument when there is no such entry.
  Result<FailedRecord> Get(int64_t id);

  // What the next retry takes the record for: one encoded item. The same call
  // again replaces it. kRecordMalformed when it is none; kState for a row,
  // whose record is in its table's source: discard it, or mend what it refers
  // to; kTooLarge for an entry in parts; kInvalidArgument as Get.
  Result<void> Correct(int64_t id, Bytes value, int64_t now,
                       const Actor& actor = {});
  // Takes the entry out. Errors as Correct, but rows may go.
  Result<void> Discard(int64_t id, int64_t now, const Actor& actor = {});

  // For a retry, in its transaction: takes an entry out that became rows, or
  // says why it stays.
  Result<void> Remove(int64_t id);
  Result<void> SetReason(int64_t id, const Error& reason);

  // For a record that its source has changed or has no more, in the batch's
  // transaction: takes its entry out, if there is one, and with `decided` what
  // people decided about it. True when there was an entry.
  Result<bool> Forget(const std::string& table, int64_t source,
                      Bytes sortable_key, bool decided);

 private:
  Ledger(Store* store, int64_t migration, Statement add, Statement contains)
      : store_(store),
        migration_(migration),
        add_(std::move(add)),
        contains_(std::move(contains)) {}

  Result<void> AddParts(int64_t id, Bytes rest, size_t part);
  Result<void> Decide(const FailedRecord& entry, const char* kind, Bytes value,
                      int64_t now, const Actor& actor);

  Store* store_;
  int64_t migration_;
  Statement add_;
  Statement contains_;
};

// A page as hosts hand it on, one encoded object:
//   {total, records: [{id, table, key, code, message, path, at, corrected,
//    kind: "record" or "row", value: the bytes of the encoded record (as
//    corrected, when it was), original: likewise, only when it was}]}
void WritePage(const LedgerPage& page, Writer* out);

}  // namespace ferrite

#endif  // FERRITE_LEDGER_H_
