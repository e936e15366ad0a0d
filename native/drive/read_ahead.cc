#include "native/drive/read_ahead.h"

#include <signal.h>

#include <algorithm>
#include <exception>
#include <new>
#include <system_error>
#include <utility>

namespace ferrite {
namespace {

// Signals go to the thread that started these.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

}  // namespace

struct ReadAhead::Slot {
  Place place;
  Writer batch;
  bool last = false;
  bool is_skipping = false;
  ByteBuffer last_key;
  PreparedBatch prepared;
  bool is_prepared = false;
  Result<void> read;
  std::exception_ptr exception;
  size_t held = 0;
  bool is_ready = false;
};

ReadAhead::ReadAhead(ReadBatch read, const Pass* pass, size_t threads)
    : read_(std::move(read)), pass_(pass), threads_(threads) {}

ReadAhead::~ReadAhead() {
  {
    const Lock lock(mutex_);
    is_over_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : pool_) thread.join();
}

Result<BatchFeed::Batch> ReadAhead::Next(const Step& step) {
  Lock lock(mutex_);
  if (taken_) Put(std::move(taken_));
  limits_ = step;
  limits_.after = {};
  limits_.since = {};
  limits_.then = {};
  then_.assign(1, step.source);
  then_.insert(then_.end(), step.then.begin(), step.then.end());
  Place place{step.source, ByteBuffer(step.after.begin(), step.after.end())};
  if (ahead_.empty() || step.skip != 0 || ahead_.front()->place != place) {
    Restart(&lock, std::move(place));
  }
  if (!is_started_ && handed_ >= kAlone) Start();
  changed_.notify_all();
  while (ahead_.empty() || !ahead_.front()->is_ready) {
    // What is to be applied at once is not worth preparing.
    Preparer* preparer = ahead_.empty() || preparers_.empty()
                             ? nullptr
                             : preparers_.front().get();
    if (!HandleOne(&lock, preparer)) changed_.wait(lock);
  }
  taken_ = std::move(ahead_.front());
  ahead_.pop_front();
  if (taken_->exception) std::rethrow_exception(taken_->exception);
  if (!taken_->read.ok()) return taken_->read.error();
  handed_ += taken_->batch.size();
  return Batch{taken_->batch.bytes(), taken_->last,
               taken_->is_prepared ? &taken_->prepared : nullptr};
}

void ReadAhead::Start() {
  is_started_ = true;
  for (size_t i = 0; i < threads_; ++i) {
    std::unique_ptr<Preparer> preparer = pass_->MakePreparer();
    if (preparer == nullptr) break;
    preparers_.push_back(std::move(preparer));
  }
  // Batches that nobody prepares are read by one.
  const size_t others = preparers_.empty() ? std::min<size_t>(threads_ - 1, 1)
                                           : preparers_.size() - 1;
  pool_.reserve(others);
  const SignalsHeld held;
  try {
    for (size_t i = 1; i <= others; ++i) {
      Preparer* preparer = preparers_.empty() ? nullptr : preparers_[i].get();
      pool_.emplace_back([this, preparer] { Work(preparer); });
    }
  } catch (const std::system_error&) {
    // Those that could be started do, and without any the pass's own.
  }
}

void ReadAhead::Work(Preparer* preparer) {
  Lock lock(mutex_);
  try {
    while (!is_over_) {
      if (!HandleOne(&lock, preparer)) changed_.wait(lock);
    }
  } catch (const std::bad_alloc&) {
    // There was no room to begin anything, and the others go on.
  }
}

bool ReadAhead::MayRead() const {
  if (!has_place_ || is_reading_ || is_held_ || is_over_) return false;
  if (ahead_.empty() && !taken_) return true;
  return held_ + BatchBytes() <= kMemory;
}

uint32_t ReadAhead::BatchBytes() const {
  return std::min(limits_.max_bytes, kBatch);
}

bool ReadAhead::HandleOne(Lock* lock, Preparer* preparer) {
  if (!MayRead()) return false;
  std::unique_ptr<Slot> slot;
  if (spare_.empty()) {
    slot = std::make_unique<Slot>();
  } else {
    slot = std::move(spare_.back());
    spare_.pop_back();
  }
  ahead_.push_back(std::move(slot));
  Slot* mine = ahead_.back().get();
  mine->place = std::move(place_);
  has_place_ = false;
  Step step = limits_;
  step.source = mine->place.source;
  step.after = mine->place.after;
  mine->is_skipping = step.skip != 0;
  step.max_bytes = BatchBytes();
  held_ += mine->held = step.max_bytes;
  is_reading_ = true;

  lock->unlock();
  Fill(step, mine);
  const bool is_read = mine->read.ok() && !mine->exception;
  lock->lock();
  is_reading_ = false;
  held_ -= mine->held;
  held_ += mine->held = mine->batch.size();
  if (is_read) MoveBehind(mine);
  changed_.notify_all();

  // Of a record that large there had better be no second copy.
  if (is_read && preparer != nullptr && mine->held <= kMemory) {
    lock->unlock();
    preparer->Prepare(mine->place.source, mine->batch.bytes(), &mine->prepared);
    mine->is_prepared = true;
    lock->lock();
  }
  mine->is_ready = true;
  changed_.notify_all();
  return true;
}

void ReadAhead::Fill(const Step& step, Slot* slot) {
  try {
    slot->read = read_(step, &slot->batch, &slot->last, &slot->last_key);
  } catch (...) {
    slot->exception = std::current_exception();
  }
}

// Takes no memory: what is on its way must come to its end.
void ReadAhead::MoveBehind(Slot* slot) {
  if (slot->is_skipping) return;
  if (!slot->last) {
    place_ = {slot->place.source, std::move(slot->last_key)};
    has_place_ = true;
    return;
  }
  const auto here = std::find(then_.begin(), then_.end(), slot->place.source);
  if (here == then_.end() || here + 1 == then_.end()) return;
  place_ = {*(here + 1), {}};
  has_place_ = true;
}

// Drops what was read ahead.
void ReadAhead::Restart(Lock* lock, Place place) {
  is_held_ = true;
  changed_.wait(*lock, [&] {
    return std::all_of(ahead_.begin(), ahead_.end(),
                       [](const auto& slot) { return slot->is_ready; });
  });
  is_held_ = false;
  for (std::unique_ptr<Slot>& slot : ahead_) Put(std::move(slot));
  ahead_.clear();
  place_ = std::move(place);
  has_place_ = true;
}

// A slot that nobody needs any more is used again.
void ReadAhead::Put(std::unique_ptr<Slot> slot) {
  held_ -= slot->held;
  // One large record is no reason to keep so much, nor is a time of small
  // batches one to let as many slots grow with them.
  if (slot->batch.size() > kMemory || spare_.size() >= kSpare) return;
  slot->batch.Clear();
  slot->last = slot->is_prepared = slot->is_ready = false;
  slot->read = {};
  slot->exception = nullptr;
  slot->held = 0;
  spare_.push_back(std::move(slot));
}

}  // namespace ferrite
