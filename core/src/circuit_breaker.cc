#include "ferrite/circuit_breaker.h"

#include <algorithm>

namespace ferrite {

bool CircuitBreaker::Allows(int64_t now_ms) {
  if (state_ == State::kOpen && now_ms >= retry_at_) {
    state_ = State::kHalfOpen;
    return true;
  }
  return state_ == State::kClosed;
}

void CircuitBreaker::Succeeded() {
  state_ = State::kClosed;
  failures_ = 0;
  wait_ms_ = 0;
}

void CircuitBreaker::Failed(int64_t now_ms) {
  ++failures_;
  // One that was on its way when the circuit opened changes nothing.
  if (state_ == State::kOpen) return;
  if (state_ == State::kClosed && failures_ < options_.failures) return;
  wait_ms_ = wait_ms_ == 0 ? options_.wait_ms
                           : std::min(2 * wait_ms_, options_.longest_ms);
  retry_at_ = now_ms + wait_ms_;
  state_ = State::kOpen;
}

}  // namespace ferrite
