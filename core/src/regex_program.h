// What a pattern is compiled to: an alphabet and non-deterministic programs.
#ifndef FERRITE_SRC_REGEX_PROGRAM_H_
#define FERRITE_SRC_REGEX_PROGRAM_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "regex_parser.h"

namespace ferrite::internal {

// The code points that no set of a pattern tells apart are one class.
class RegexAlphabet {
 public:
  static constexpr size_t kMaxClasses = 250;

  // False when there are too many classes.
  bool Build(const std::vector<CharSet>& sets);

  uint8_t ClassOf(uint32_t point) const {
    return point < 128 ? ascii_[point] : ClassOfOther(point);
  }
  uint32_t size() const { return size_; }
  bool Contains(uint32_t set, uint8_t cls) const {
    return members_[cls * sets_ + set];
  }
  // Of \b: the set that is behind the pattern's own.
  bool IsWord(uint8_t cls) const { return Contains(sets_ - 1, cls); }

 private:
  uint8_t ClassOfOther(uint32_t point) const;

  std::array<uint8_t, 128> ascii_{};
  std::vector<uint32_t> starts_;  // of intervals, ascending
  std::vector<uint8_t> classes_;  // of those intervals
  std::vector<bool> members_;
  uint32_t size_ = 0;
  uint32_t sets_ = 0;
};

struct RegexInstruction {
  enum class Op : uint8_t {
    kSet,    // takes one code point of set `a`
    kSplit,  // goes on at `next` and at `a`
    kBegin,
    kEnd,
    kWordBoundary,
    kNotWordBoundary,
    kLook,  // look-around `a` holds here
    kNotLook,
    kMatch,
  };
  Op op = Op::kMatch;
  uint32_t next = 0;
  uint32_t a = 0;
};

struct RegexProgram {
  std::vector<RegexInstruction> code;
  uint32_t start = 0;
  bool backward = false;      // reads the text from its end
  bool anchored = false;      // can match from the start only
  bool looks_around = false;  // depends on what is left and right of a position
};

struct RegexPrograms {
  static constexpr size_t kMaxLooks = 6;

  RegexAlphabet alphabet;
  // The look-arounds, each behind those inside it; the pattern's own is last.
  std::vector<RegexProgram> programs;
};

// False when the pattern is too big; `reason` completes "The pattern …".
bool CompilePrograms(const ParsedRegex& parsed, RegexPrograms* out,
                     std::string* reason);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_REGEX_PROGRAM_H_
