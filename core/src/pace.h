// Pace: how large the next batch should be, so that one takes about as long as
// its host wants to be without an answer to anything else.
//
// A batch is a transaction, and a transaction has a price of its own (journal,
// flushes): larger batches are faster, smaller ones let a cancellation in
// sooner. The budget follows the median of the last kRemembered batches' time
// per byte, so that one slow batch changes nothing, and at most doubles or
// halves with a batch. Where the price of the transaction alone is beyond the
// target, the budget goes down to the least and stays there.
//
// Batches under half of the budget (the rest of a source, or what a limit of
// records leaves) say little of the time per byte and are not counted.
#ifndef FERRITE_CORE_SRC_PACE_H_
#define FERRITE_CORE_SRC_PACE_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace ferrite::internal {

class Pace {
 public:
  static constexpr uint32_t kLeast = 64 << 10;
  static constexpr uint32_t kFirst = 512 << 10;
  static constexpr size_t kRemembered = 5;

  // `target_ms` 0: every batch has `most` bytes. `most` under kLeast is taken
  // as it is.
  Pace(double target_ms, uint32_t most);

  // Encoded bytes that the next batch should have.
  uint32_t bytes() const { return budget_; }

  // A batch of so many bytes was applied, or failed and was undone; a failed
  // one halves the budget at once.
  void Applied(size_t bytes, bool is_ok);

  // How long that took its host. Without an Applied before it, and of a batch
  // that failed, it says nothing.
  void Took(double ms);

 private:
  void Limit(double wanted);
  // Milliseconds per byte.
  double MedianCost() const;

  const double target_ms_;
  const uint32_t most_;
  const uint32_t least_;
  uint32_t budget_;
  size_t applied_ = 0;  // bytes whose time is not known yet
  std::array<double, kRemembered> costs_{};
  size_t count_ = 0;  // of all costs so far; the ring holds the last ones
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_PACE_H_
