#include "regex_automaton.h"

#include <algorithm>
#include <utility>

#include "code_points.h"

namespace ferrite::internal {
namespace {

using Op = RegexInstruction::Op;

// Entries of the table (512 KB) and of all states' sets.
constexpr size_t kMaxTable = 1 << 17;
constexpr size_t kMaxStates = 4000;

}  // namespace

RegexAutomaton::RegexAutomaton(const RegexPrograms* programs, size_t program,
                               size_t looks)
    : programs_(programs),
      program_(&programs->programs[program]),
      end_class_(static_cast<uint8_t>(programs->alphabet.size())),
      symbols_((end_class_ + 1u) << looks),
      marks_(program_->code.size(), 0) {
  Clear();
}

bool RegexAutomaton::Search(std::string_view text) {
  const RegexAlphabet& alphabet = programs_->alphabet;
  const uint32_t* table = table_.data();
  // As wide as an address, so that a step waits for one load and no more.
  size_t state = start_;
  for (size_t at = 0; at < text.size();) {
    const uint8_t cls = alphabet.ClassOf(NextCodePoint(text, &at));
    uint32_t entry = (table + cls)[state];
    if (entry >= kEnds) {
      if (entry == kUnknown) {
        entry = Build(static_cast<uint32_t>(state), cls, 0);
        table = table_.data();
      }
      if ((entry & kMatched) != 0) return true;
      if ((entry & kState) == kDead) return false;
    }
    state = entry;
  }
  return Next(static_cast<uint32_t>(state), end_class_, 0).matched;
}

void RegexAutomaton::Clear() {
  table_.clear();
  states_.clear();
  index_.clear();
  Intern({{}, kNothing});  // kDead
  start_ = Intern({{program_->start}, kNothing});
}

uint32_t RegexAutomaton::Intern(State state) {
  std::string key(reinterpret_cast<const char*>(state.instructions.data()),
                  state.instructions.size() * sizeof(uint32_t));
  key.push_back(static_cast<char>(state.last));
  const auto [found, is_new] =
      index_.try_emplace(std::move(key), static_cast<uint32_t>(table_.size()));
  if (is_new) {
    states_.push_back(std::move(state));
    table_.resize(table_.size() + symbols_, kUnknown);
  }
  return found->second;
}

uint32_t RegexAutomaton::Build(uint32_t from, uint8_t cls, uint8_t looks) {
  const State state = states_[from / symbols_];
  const bool matched = Close(state, cls, looks);
  State next;
  next.last = kNothing;
  if (cls != end_class_) {
    ++round_;
    const auto add = [&](uint32_t instruction) {
      if (marks_[instruction] == round_) return;
      marks_[instruction] = round_;
      next.instructions.push_back(instruction);
    };
    for (const uint32_t i : closed_) {
      const RegexInstruction& instruction = program_->code[i];
      if (instruction.op == Op::kSet &&
          programs_->alphabet.Contains(instruction.a, cls)) {
        add(instruction.next);
      }
    }
    if (!program_->anchored) add(program_->start);
    std::sort(next.instructions.begin(), next.instructions.end());
    if (program_->looks_around && !next.instructions.empty()) {
      next.last = programs_->alphabet.IsWord(cls) ? kWord : kOther;
    }
  }
  const bool full = table_.size() > kMaxTable || states_.size() > kMaxStates;
  if (full) Clear();
  const uint32_t to =
      next.instructions.empty() ? kDead : Intern(std::move(next));
  uint32_t entry = to;
  if (matched) entry |= kMatched;
  if (matched || to == kDead) entry |= kEnds;
  if (!full) table_[from + looks * (end_class_ + 1u) + cls] = entry;
  return entry;
}

// Fills closed_ with what the state's instructions lead to without reading;
// whether a match is among it.
bool RegexAutomaton::Close(const State& state, uint8_t cls, uint8_t looks) {
  ++round_;
  closed_.clear();
  bool matched = false;
  open_.assign(state.instructions.begin(), state.instructions.end());
  while (!open_.empty()) {
    const uint32_t i = open_.back();
    open_.pop_back();
    if (marks_[i] == round_) continue;
    marks_[i] = round_;
    const RegexInstruction& instruction = program_->code[i];
    switch (instruction.op) {
      case Op::kSet:
        closed_.push_back(i);
        break;
      case Op::kMatch:
        matched = true;
        break;
      case Op::kSplit:
        open_.push_back(instruction.next);
        open_.push_back(instruction.a);
        break;
      default:
        if (Holds(instruction, state.last, cls, looks)) {
          open_.push_back(instruction.next);
        }
    }
  }
  return matched;
}

bool RegexAutomaton::Holds(const RegexInstruction& instruction, Last last,
                           uint8_t cls, uint8_t looks) const {
  const bool at_end = cls == end_class_;
  switch (instruction.op) {
    case Op::kLook:
      return (looks >> instruction.a & 1) != 0;
    case Op::kNotLook:
      return (looks >> instruction.a & 1) == 0;
    case Op::kBegin:
      return program_->backward ? at_end : last == kNothing;
    case Op::kEnd:
      return program_->backward ? last == kNothing : at_end;
    default: {
      const bool word = !at_end && programs_->alphabet.IsWord(cls);
      const bool boundary = word != (last == kWord);
      return boundary == (instruction.op == Op::kWordBoundary);
    }
  }
}

}  // namespace ferrite::internal
