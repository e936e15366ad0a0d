// CircuitBreaker: whether a server that does not answer is asked again now.
//
//   closed      requests go out; so many failures in a row open it
//   open        nothing goes out until retry_at()
//   half-open   one request goes out: its success closes the circuit, its
//               failure opens it again, for twice as long
//
// A failure is an answer that did not come; a refusal is an answer. Not
// thread-safe. The clock is the host's: milliseconds from any beginning.
#ifndef FERRITE_CIRCUIT_BREAKER_H_
#define FERRITE_CIRCUIT_BREAKER_H_

#include <cstdint>

namespace ferrite {

class CircuitBreaker {
 public:
  enum class State { kClosed, kOpen, kHalfOpen };

  struct Options {
    int failures = 5;         // in a row open it
    int64_t wait_ms = 30000;  // the first time it is open
    int64_t longest_ms = 5 * 60000;
  };

  explicit CircuitBreaker(const Options& options) : options_(options) {}

  State state() const { return state_; }

  // Whether a request may go out. In kOpen from retry_at() on one may, and the
  // circuit is half-open until it was answered.
  bool Allows(int64_t now_ms);
  void Succeeded();
  void Failed(int64_t now_ms);

  // When a request may go out; only where it is open.
  int64_t retry_at() const { return retry_at_; }

 private:
  const Options options_;
  State state_ = State::kClosed;
  int failures_ = 0;
  int64_t wait_ms_ = 0;  // of the last time it was open; 0: it was not yet
  int64_t retry_at_ = 0;
};

}  // namespace ferrite

#endif  // FERRITE_CIRCUIT_BREAKER_H_
