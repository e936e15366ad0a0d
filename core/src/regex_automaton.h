// RegexAutomaton: a program made deterministic, state by state as texts need
// it.
#ifndef FERRITE_SRC_REGEX_AUTOMATON_H_
#define FERRITE_SRC_REGEX_AUTOMATON_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "regex_program.h"

namespace ferrite::internal {

// A state is the set of instructions that may come next, and what kind of
// character was read last. A symbol is what is read: a class of characters or
// the text's end, with a bit for each look-around that holds in front of it.
class RegexAutomaton {
 public:
  static constexpr uint32_t kDead = 0;  // no more matches from here on
  struct Step {
    uint32_t state;
    bool matched;  // in front of the symbol
  };

  // `programs` outlives the automaton; `looks` is the number of look-arounds
  // that the program may ask for.
  RegexAutomaton(const RegexPrograms* programs, size_t program, size_t looks);

  const RegexProgram& program() const { return *program_; }
  uint32_t start() const { return start_; }
  uint8_t end_class() const { return end_class_; }

  // `state` was given since the last step that came with another: states are
  // thrown away when they take too much memory.
  Step Next(uint32_t state, uint8_t cls, uint8_t looks) {
    uint32_t entry = table_[state + looks * (end_class_ + 1u) + cls];
    if (entry == kUnknown) entry = Build(state, cls, looks);
    return {entry & kState, (entry & kMatched) != 0};
  }

  // Whether the program, which asks for no look-around, matches in the text.
  bool Search(std::string_view text);

 private:
  enum Last : uint8_t { kNothing, kOther, kWord };
  struct State {
    std::vector<uint32_t> instructions;
    Last last;
  };
  // An entry of the table: the next state, kMatched when there was a match, and
  // kEnds when a search ends with it, which one test tells.
  static constexpr uint32_t kEnds = 1u << 31;
  static constexpr uint32_t kMatched = 1u << 30;
  static constexpr uint32_t kState = kMatched - 1;
  static constexpr uint32_t kUnknown = UINT32_MAX;

  void Clear();
  uint32_t Build(uint32_t state, uint8_t cls, uint8_t looks);
  bool Close(const State& state, uint8_t cls, uint8_t looks);
  bool Holds(const RegexInstruction& instruction, Last last, uint8_t cls,
             uint8_t looks) const;
  uint32_t Intern(State state);

  const RegexPrograms* programs_;
  const RegexProgram* program_;
  uint8_t end_class_;
  uint32_t symbols_;
  uint32_t start_ = 0;
  // A row for each state, whose name is where its row begins.
  std::vector<uint32_t> table_;
  std::vector<State> states_;
  std::unordered_map<std::string, uint32_t> index_;
  std::vector<uint32_t> closed_, open_;
  std::vector<uint32_t> marks_;  // per instruction: the round that saw it
  uint32_t round_ = 0;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_REGEX_AUTOMATON_H_
