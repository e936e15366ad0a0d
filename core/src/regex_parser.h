// The syntax of ECMA-262 patterns, as their flag u reads them.
#ifndef FERRITE_SRC_REGEX_PARSER_H_
#define FERRITE_SRC_REGEX_PARSER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "char_set.h"

namespace ferrite::internal {

struct RegexNode {
  enum class Kind {
    kConcat,     // children in order; none: matches the empty text
    kAlternate,  // one of the children
    kSet,        // one code point of sets[set]
    kRepeat,     // the child, `least` to `most` times
    kBegin,
    kEnd,
    kWordBoundary,
    kNotWordBoundary,
    kLook,  // the child matches ahead or behind, or, negated, does not
  };
  static constexpr uint32_t kNoLimit = UINT32_MAX;

  Kind kind = Kind::kConcat;
  std::vector<RegexNode> children;
  uint32_t set = 0;
  uint32_t least = 0;
  uint32_t most = 0;
  bool behind = false;
  bool negated = false;
};

struct ParsedRegex {
  RegexNode root;
  std::vector<CharSet> sets;  // each once
  // What the pattern uses that is no error but cannot be matched: a sentence's
  // end ("refers back to a group"). Empty when there is none.
  std::string unsupported;
};

// False when the pattern is none; `reason` completes "The pattern …".
// `pattern` is UTF-8.
bool ParseRegex(std::string_view pattern, ParsedRegex* out,
                std::string* reason);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_REGEX_PARSER_H_
