#include "regex.h"

#include <utility>

#include "code_points.h"

namespace ferrite::internal {

// Longer ones are no patterns that a person wrote.
constexpr size_t kMaxPattern = 20000;

std::shared_ptr<const Regex> Regex::Compile(std::string_view pattern,
                                            std::string* reason) {
  if (pattern.size() > kMaxPattern) {
    *reason = "is longer than 20000 bytes";
    return nullptr;
  }
  ParsedRegex parsed;
  if (!ParseRegex(pattern, &parsed, reason)) return nullptr;
  if (!parsed.unsupported.empty()) {
    *reason = parsed.unsupported + ", which is not supported";
    return nullptr;
  }
  auto regex = std::make_shared<Regex>();
  if (!CompilePrograms(parsed, &regex->programs_, reason)) return nullptr;
  return regex;
}

bool IsRegex(std::string_view pattern) {
  ParsedRegex parsed;
  std::string reason;
  return ParseRegex(pattern, &parsed, &reason);
}

RegexMatcher::RegexMatcher(std::shared_ptr<const Regex> regex)
    : regex_(std::move(regex)) {
  const size_t count = regex_->programs().programs.size();
  looks_around_ = count > 1;
  for (size_t i = 0; i < count; ++i) {
    automata_.emplace_back(&regex_->programs(), i, i);
  }
}

bool RegexMatcher::MatchesAround(std::string_view text) {
  RegexAutomaton& automaton = automata_.back();
  const RegexAlphabet& alphabet = regex_->programs().alphabet;
  uint32_t state = automaton.start();
  classes_.clear();
  for (size_t at = 0; at < text.size();) {
    classes_.push_back(alphabet.ClassOf(NextCodePoint(text, &at)));
  }
  classes_.push_back(automaton.end_class());
  holds_.assign(classes_.size(), 0);
  for (size_t i = 0; i + 1 < automata_.size(); ++i) Look(i);
  for (size_t at = 0; at < classes_.size(); ++at) {
    const RegexAutomaton::Step step =
        automaton.Next(state, classes_[at], holds_[at]);
    if (step.matched) return true;
    state = step.state;
    if (state == RegexAutomaton::kDead) return false;
  }
  return false;
}

// Notes for every position whether the look-around holds there.
void RegexMatcher::Look(size_t index) {
  RegexAutomaton& automaton = automata_[index];
  const bool backward = automaton.program().backward;
  const size_t count = classes_.size() - 1;  // of code points
  const auto bit = static_cast<uint8_t>(1u << index);
  uint32_t state = automaton.start();
  for (size_t done = 0; done <= count; ++done) {
    const size_t at = backward ? count - done : done;
    const uint8_t cls = done == count ? automaton.end_class()
                                      : classes_[backward ? at - 1 : at];
    const auto known = static_cast<uint8_t>(holds_[at] & (bit - 1u));
    const RegexAutomaton::Step step = automaton.Next(state, cls, known);
    if (step.matched) holds_[at] |= bit;
    state = step.state;
  }
}

}  // namespace ferrite::internal
