// AllocationFaults: which allocation finds no memory.
//
// Counts, from 1, the allocations that ask Fails() inside of a Watched scope.
// Who replaces an allocator asks it; tests/faults does for operator new and for
// SQLite. One thread.
#ifndef FERRITE_TESTS_SUPPORT_ALLOCATION_FAULTS_H_
#define FERRITE_TESTS_SUPPORT_ALLOCATION_FAULTS_H_

#include <cstdint>
#include <utility>

namespace ferrite::testing {

class AllocationFaults {
 public:
  // How long memory is out.
  enum class Span {
    kOnce,   // for one allocation
    kScope,  // until the Watched scope is left
  };

  static void FailAt(uint64_t number, Span span) {
    count_ = 0;
    failing_ = number;
    span_ = span;
    struck_ = false;
    is_out_ = false;
  }
  static void Clear() { FailAt(0, Span::kOnce); }

  static uint64_t count() { return count_; }
  // Whether an allocation failed.
  static bool struck() { return struck_; }

  static bool Fails() {
    if (!is_watched_) return false;
    ++count_;
    if (count_ == failing_) {
      struck_ = true;
      is_out_ = span_ == Span::kScope;
      return true;
    }
    return is_out_;
  }

  // What is tested runs inside of it.
  class Watched {
   public:
    Watched() : before_(std::exchange(is_watched_, true)) {}
    ~Watched() {
      is_watched_ = before_;
      is_out_ = false;
    }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

   private:
    const bool before_;
  };

  // What the test itself needs, called from inside of a Watched scope.
  class Unwatched {
   public:
    Unwatched() : before_(std::exchange(is_watched_, false)) {}
    ~Unwatched() { is_watched_ = before_; }
    Unwatched(const Unwatched&) = delete;
    Unwatched& operator=(const Unwatched&) = delete;

   private:
    const bool before_;
  };

 private:
  static inline uint64_t count_ = 0;
  static inline uint64_t failing_ = 0;
  static inline Span span_ = Span::kOnce;
  static inline bool is_watched_ = false;
  static inline bool is_out_ = false;
  static inline bool struck_ = false;
};

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_ALLOCATION_FAULTS_H_
