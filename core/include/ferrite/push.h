// Push: one numbered piece of a store's content on its way to a server.
//
// core/doc/sync-protocol.md is the format. PushWriter makes a body, PushReader
// walks one forward without copying: names, texts and blobs are views into the
// body, which must outlive what was read from it. A body is not trusted: what
// is wrong with it is kRecordMalformed, or kInvalidArgument for what is well
// formed but not this protocol, with the path inside the push.
//
// Not thread-safe; values otherwise.
#ifndef FERRITE_PUSH_H_
#define FERRITE_PUSH_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/bytes.h"
#include "ferrite/encoding.h"
#include "ferrite/error.h"
#include "ferrite/hash.h"
#include "ferrite/store.h"

namespace ferrite {

// SQLite's column affinities; kAny is the one that converts nothing.
enum class Affinity : uint8_t { kText, kInteger, kReal, kNumeric, kAny };

// The affinity of a declared type, by SQLite's rules.
Affinity AffinityOf(std::string_view declared_type);

struct PushColumn {
  std::string name;
  Affinity affinity = Affinity::kAny;
  bool not_null = false;

  bool operator==(const PushColumn&) const = default;
};

struct PushTable {
  std::string name;
  std::vector<PushColumn> columns;
  std::vector<size_t> key;  // indexes into columns; never empty

  bool operator==(const PushTable&) const = default;
};

struct PushHeader {
  std::string client;     // 32 lower-case hex digits
  std::string epoch;      // 32 lower-case hex digits
  uint64_t sequence = 0;  // from 1
};

// Appends one SQLite value, in its storage class.
void WriteCell(const Cell& cell, Writer* out);
// Reads one; texts and blobs view the reader's buffer.
Result<Cell> ReadCell(Reader* in);

// Reads a table's schema, as PushReader::schema gives it.
Result<PushTable> ReadPushTable(Bytes schema);

class PushWriter {
 public:
  // Begins the next change; rows added after it belong to this table.
  void BeginRows(const PushTable& table);
  void AddRow(std::span<const Cell> cells);

  uint64_t rows() const { return rows_; }
  size_t size() const { return changes_.size() + current_.size(); }
  // The body; the writer is empty after it.
  ByteBuffer Finish(const PushHeader& header);

 private:
  void EndRows();

  Writer changes_;
  Writer current_;  // the rows of the change that is open
  PushTable table_;
  uint64_t change_count_ = 0;
  uint64_t current_rows_ = 0;
  uint64_t rows_ = 0;
};

class PushReader {
 public:
  // Reads as far as the header goes.
  static Result<PushReader> Open(Bytes body);

  const PushHeader& header() const { return header_; }

  // Moves to the next change. False when there is none, and the body ends
  // where it should. The rows of the change before must have been read.
  Result<bool> NextChange();
  const PushTable& table() const { return table_; }
  // table() as it stands in the body: equal bytes are equal schemas.
  Bytes schema() const { return schema_; }
  uint64_t rows_left() const { return rows_left_; }
  // Reads the next row into `cells`, one per column of table().
  Result<void> NextRow(std::span<Cell> cells);

 private:
  friend Result<PushTable> ReadPushTable(Bytes schema);
  explicit PushReader(Bytes body) : body_(body), reader_(body) {}
  Result<void> ReadHeader();
  Result<void> ReadTable();

  Bytes body_;
  Reader reader_;
  PushHeader header_;
  PushTable table_;
  Bytes schema_;
  uint64_t changes_left_ = 0;
  uint64_t change_ = 0;  // changes begun so far
  uint64_t rows_left_ = 0;
  uint64_t row_ = 0;
};

// What a server does with a push, from its ledger. `last` is the ledger's last
// sequence for the push's tenant, client and epoch, 0 when it has none;
// `recorded` is the hash of the push that the ledger keeps under `sequence`.
//
//   sequence | recorded        | decision
//   ---------+-----------------+---------
//   last + 1 | –               | kApply
//   <= last  | equal to `hash` | kRepeat
//   <= last  | other, or none  | kReused
//   > last+1 | –               | kGap
enum class PushDecision { kApply, kRepeat, kReused, kGap };
PushDecision DecidePush(uint64_t last, uint64_t sequence,
                        const std::optional<Hash128>& recorded,
                        const Hash128& hash);

// A server's answer: HTTP status and JSON body (core/doc/sync-protocol.md).
struct PushAnswer {
  int status = 503;
  std::string body;

  static PushAnswer Applied(uint64_t sequence, uint64_t rows);
  static PushAnswer Refused(uint64_t sequence, const Error& error);
  static PushAnswer Gap(uint64_t sequence, uint64_t expected);
  static PushAnswer Reused(uint64_t sequence);
  static PushAnswer Failed(int status, const Error& error);
};

// True for an error that the same push will always meet again: recorded, and
// the ledger advances. False for what may go well later (a full disk).
bool IsPermanentRefusal(ErrorCode code);

}  // namespace ferrite

#endif  // FERRITE_PUSH_H_
