// BatchReader: walks the records of a batch and holds them to the key order.
#ifndef FERRITE_CORE_SRC_BATCH_READER_H_
#define FERRITE_CORE_SRC_BATCH_READER_H_

#include "ferrite/bytes.h"
#include "ferrite/encoding.h"
#include "ferrite/error.h"

namespace ferrite::internal {

// Views into the batch, and into the BatchReader until the next Next.
struct Record {
  Bytes key;        // encoded
  Bytes value;      // encoded; empty: its key stands alone
  Bytes sortable;   // the key in sortable form
  size_t size = 0;  // of all its bytes in the batch
};

// Strictly ascending keys are what exactly-once rests on: a record that comes
// twice, or before the checkpoint, would be handled twice.
class BatchReader {
 public:
  // The first key must be behind `after` (sortable; empty: the beginning).
  // `takes_keys`: an array of one item is a record whose key stands alone.
  void Begin(Bytes batch, Bytes after, bool takes_keys = false);

  // False at the end. kRecordMalformed when the batch is no sequence of
  // records in key order, kSourceChanged when it does not begin behind `after`.
  Result<bool> Next(Record* record);

  // After kRecordMalformed from Next: whether the record's key is known all the
  // same, and only where its value ends is not. `record` has the key then, and
  // all that is left of the batch for its value.
  bool is_open_ended() const { return is_open_ended_; }

  // The last key that was read, sortable; `after` before that.
  Bytes last() const { return last_; }

 private:
  Result<void> ReadKey(Bytes key);

  Bytes batch_;
  Reader reader_{Bytes()};
  ByteBuffer last_;
  ByteBuffer current_;
  bool takes_keys_ = false;
  bool at_begin_ = true;
  bool is_open_ended_ = false;
};

// The bytes of the first half of a batch's records; 0 when there are less than
// two that can be told apart.
size_t FirstHalf(Bytes batch);

// kInvalidArgument: an empty batch that is not the last brings nothing, and
// its host would go on for ever.
Error EmptyBatch();

// As memcmp, the shorter first when one begins with the other.
bool ComesBefore(Bytes a, Bytes b);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_BATCH_READER_H_
