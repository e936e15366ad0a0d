// RegexCursor: a pattern while it is being parsed.
#ifndef FERRITE_SRC_REGEX_CURSOR_H_
#define FERRITE_SRC_REGEX_CURSOR_H_

#include <string>
#include <string_view>

#include "code_points.h"

namespace ferrite::internal {

class RegexCursor {
 public:
  // `pattern` is UTF-8 and outlives the cursor.
  explicit RegexCursor(std::string_view pattern) : text_(pattern) {}

  bool AtEnd() const { return !Has(0); }
  // Whether there is a byte `ahead` of the next one.
  bool Has(size_t ahead) const { return at_ + ahead < text_.size(); }
  // The byte that is `ahead` of the next one; NUL behind the end.
  char Peek(size_t ahead = 0) const {
    return Has(ahead) ? text_[at_ + ahead] : '\0';
  }
  bool Eat(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  void Pass(size_t bytes) { at_ += bytes; }
  // Not at the end.
  uint32_t NextPoint() { return NextCodePoint(text_, &at_); }

  // Passes over what stands before `end` and `end` itself, and gives the
  // former; false, and nothing passed, when there is none or it is empty.
  bool EatUntil(char end, std::string_view* before) {
    const size_t found = text_.find(end, at_);
    if (found == std::string_view::npos || found == at_) return false;
    *before = text_.substr(at_, found - at_);
    at_ = found + 1;
    return true;
  }

  // Goes back to a place(), as it was before.
  size_t place() const { return at_; }
  void Return(size_t place) { at_ = place; }

  // False. The first reason counts; it completes "The pattern …".
  bool Fail(const char* reason) {
    if (reason_.empty()) {
      reason_ = std::string(reason) + " (at character " +
                std::to_string(CountCodePoints(text_.substr(0, at_)) + 1) + ")";
    }
    return false;
  }
  const std::string& reason() const { return reason_; }

 private:
  std::string_view text_;
  size_t at_ = 0;
  std::string reason_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_REGEX_CURSOR_H_
