// Regex: a pattern of ECMA-262 (as flag u reads it) that says yes or no.
//
// Every pattern is matched in time linear in the text: by a deterministic
// automaton that is built state by state while it runs. Look-around is decided
// beforehand for every position, one run over the text for each, ahead
// backwards and behind forwards (A. Barrière, C. Pit-Claudel: Linear Matching
// of JavaScript Regexes, 2024). References back to groups cannot be had so.
#ifndef FERRITE_SRC_REGEX_H_
#define FERRITE_SRC_REGEX_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "regex_automaton.h"
#include "regex_program.h"

namespace ferrite::internal {

// Immutable: share it between threads.
class Regex {
 public:
  // Null when the pattern cannot be used; `reason` completes "The pattern …".
  static std::shared_ptr<const Regex> Compile(std::string_view pattern,
                                              std::string* reason);

  const RegexPrograms& programs() const { return programs_; }

 private:
  RegexPrograms programs_;
};

// Whether ECMA-262 takes the pattern, also one that Regex cannot match.
bool IsRegex(std::string_view pattern);

// One thread's matcher; it keeps the automaton's states.
class RegexMatcher {
 public:
  explicit RegexMatcher(std::shared_ptr<const Regex> regex);

  // Whether the pattern matches anywhere in `text`, well-formed UTF-8.
  bool Matches(std::string_view text) {
    return looks_around_ ? MatchesAround(text) : automata_.back().Search(text);
  }

 private:
  bool MatchesAround(std::string_view text);
  void Look(size_t index);

  std::shared_ptr<const Regex> regex_;
  std::vector<RegexAutomaton> automata_;
  bool looks_around_;
  // With look-around: per code point its class, and per position a bit for
  // each look-around that holds there.
  std::vector<uint8_t> classes_;
  std::vector<uint8_t> holds_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_REGEX_H_
