// ReadAhead: has batches read and prepared before the pass asks for them.
//
// Threads read batches in their order, one at a time, and prepare them, several
// at a time; the pass's own thread does the same while it waits for the batch
// that it needs. It alone calls into the pass and writes.
//
//   read    a  b  c  d                  one thread at a time
//   prepare    a  b  c  d               each on the thread that read it
//   apply         a  b  c  d            the pass's thread
//
// No thread is started for what is over within kAlone bytes. Beyond that at
// most kMemory of batches are held, of kBatch at most, and what was prepared of
// them, which takes about twice as much.
//
// What was read ahead is used when it is what the pass's step asks for. Else it
// is dropped, and reading begins anew at the step. An error or an exception of
// a read comes when its batch's turn does, as if it had been read then.
#ifndef FERRITE_NATIVE_DRIVE_READ_AHEAD_H_
#define FERRITE_NATIVE_DRIVE_READ_AHEAD_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "ferrite/bundle.h"
#include "ferrite/encoding.h"
#include "ferrite/error.h"
#include "ferrite/pass.h"

namespace ferrite {

// Reads what a step asks for, as BundleReader::Read: the batch, whether it is
// its source's last, and the key of its last record (encoded), which is not
// looked at where there is none. Called by one thread at a time.
using ReadBatch = std::function<Result<void>(const Step& step, Writer* batch,
                                             bool* last, ByteBuffer* last_key)>;

class ReadAhead final : public BatchFeed {
 public:
  static constexpr size_t kAlone = 1 << 20;
  static constexpr size_t kMemory = 5 << 18;
  static constexpr uint32_t kBatch = 1 << 19;
  static constexpr size_t kSpare = 1;

  // `threads` in all, with the pass's own. The pass must outlive it.
  ReadAhead(ReadBatch read, const Pass* pass, size_t threads);
  // Waits for what the threads are at, which is one batch each.
  ~ReadAhead() override;

  Result<Batch> Next(const Step& step) override;

 private:
  // What a batch was read for.
  struct Place {
    size_t source = 0;
    ByteBuffer after;
    bool operator==(const Place&) const = default;
  };
  // A batch on its way, as it goes to the pass when it is ready.
  struct Slot;
  using Lock = std::unique_lock<std::mutex>;

  void Start();
  void Work(Preparer* preparer);
  bool MayRead() const;
  uint32_t BatchBytes() const;
  // Reads and prepares the next batch; false when there is none for now. The
  // mutex is held before and behind it.
  bool HandleOne(Lock* lock, Preparer* preparer);
  void Fill(const Step& step, Slot* slot);
  void MoveBehind(Slot* slot);
  void Restart(Lock* lock, Place place);
  void Put(std::unique_ptr<Slot> slot);

  const ReadBatch read_;
  const Pass* const pass_;
  const size_t threads_;

  // All of this belongs to whoever holds the mutex; but what is in a slot that
  // is not ready, to the thread that fills it.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Slot>> ahead_;  // in order
  std::unique_ptr<Slot> taken_;              // the pass has it
  std::vector<std::unique_ptr<Slot>> spare_;
  Step limits_;               // the last step, without what it views
  std::vector<size_t> then_;  // its source, and those behind it
  Place place_;               // of what is read next
  bool has_place_ = false;
  bool is_reading_ = false;
  bool is_held_ = false;  // nobody is to read
  bool is_over_ = false;  // nor ever again
  bool is_started_ = false;
  size_t held_ = 0;    // bytes of batches, as far as it is known
  size_t handed_ = 0;  // bytes that went to the pass
  // Of each thread, the pass's own first; none when the pass has no use for it.
  std::vector<std::unique_ptr<Preparer>> preparers_;
  std::vector<std::thread> pool_;
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_DRIVE_READ_AHEAD_H_
