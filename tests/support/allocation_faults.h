// AllocationFaults: which allocation finds no memory.
//
// Counts, from 1, the allocations that ask Fails() inside of a Watched scope.
// Who replaces an allocator asks it; tests/faults does for operator new and for
// SQLite. One thread.
//
// operator new fails only where no JSON is handled: nlohmann/json allocates in
// its destructors, which ends the program when there is no memory.
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

  static bool Fails(bool is_sqlites) {
    if (watched_ == What::kNothing) return false;
    if (watched_ == What::kSqlite && !is_sqlites) return false;
    ++count_;
    if (count_ == failing_) {
      struck_ = true;
      is_out_ = span_ == Span::kScope;
      return true;
    }
    return is_out_;
  }

  enum class What { kNothing, kSqlite, kAll };

  // What is tested runs inside of it.
  class Watched {
   public:
    explicit Watched(What what) : before_(std::exchange(watched_, what)) {}
    ~Watched() {
      watched_ = before_;
      is_out_ = false;
    }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

   private:
    const What before_;
  };

  // What the test itself needs, called from inside of a Watched scope.
  class Unwatched {
   public:
    Unwatched() : before_(std::exchange(watched_, What::kNothing)) {}
    ~Unwatched() { watched_ = before_; }
    Unwatched(const Unwatched&) = delete;
    Unwatched& operator=(const Unwatched&) = delete;

   private:
    const What before_;
  };

 private:
  static inline uint64_t count_ = 0;
  static inline uint64_t failing_ = 0;
  static inline Span span_ = Span::kOnce;
  static inline What watched_ = What::kNothing;
  static inline bool is_out_ = false;
  static inline bool struck_ = false;
};

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_ALLOCATION_FAULTS_H_
