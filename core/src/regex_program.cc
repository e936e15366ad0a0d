#include "regex_program.h"

#include <algorithm>
#include <map>
#include <utility>

namespace ferrite::internal {
namespace {

using Kind = RegexNode::Kind;
using Op = RegexInstruction::Op;

constexpr size_t kMaxInstructions = 5000;
constexpr size_t kMaxSets = 500;

// Whether every match of the node begins at the text's start.
bool BeginsAtStart(const RegexNode& node) {
  switch (node.kind) {
    case Kind::kBegin:
      return true;
    case Kind::kConcat:
      return !node.children.empty() && BeginsAtStart(node.children[0]);
    case Kind::kAlternate:
      return std::all_of(node.children.begin(), node.children.end(),
                         BeginsAtStart);
    case Kind::kRepeat:
      return node.least > 0 && BeginsAtStart(node.children[0]);
    default:
      return false;
  }
}

// Emits each part in front of what follows it, so that nothing is patched but
// loops.
class Compiler {
 public:
  explicit Compiler(RegexPrograms* out) : out_(out) {}

  bool Compile(const RegexNode& node, bool backward) {
    RegexProgram program;
    program.backward = backward;
    program.anchored = !backward && BeginsAtStart(node);
    const uint32_t match = Add(&program, {Op::kMatch, 0, 0});
    program.start = Emit(node, match, &program);
    if (reason_ != nullptr) return false;
    out_->programs.push_back(std::move(program));
    return true;
  }
  const char* reason() const { return reason_; }

 private:
  uint32_t Add(RegexProgram* program, RegexInstruction instruction) {
    if (program->code.size() == kMaxInstructions) {
      reason_ = "is too big when its repetitions are written out";
      return 0;
    }
    program->code.push_back(instruction);
    return static_cast<uint32_t>(program->code.size() - 1);
  }

  // Where `node` begins, when what follows it begins at `next`.
  uint32_t Emit(const RegexNode& node, uint32_t next, RegexProgram* program) {
    if (reason_ != nullptr) return next;
    switch (node.kind) {
      case Kind::kConcat:
        return Concat(node, next, program);
      case Kind::kAlternate: {
        uint32_t start = Emit(node.children.back(), next, program);
        for (size_t i = node.children.size() - 1; i-- > 0;) {
          const uint32_t branch = Emit(node.children[i], next, program);
          start = Add(program, {Op::kSplit, branch, start});
        }
        return start;
      }
      case Kind::kSet:
        return Add(program, {Op::kSet, next, node.set});
      case Kind::kRepeat:
        return Repeat(node, next, program);
      case Kind::kBegin:
        return Around(Op::kBegin, next, program);
      case Kind::kEnd:
        return Around(Op::kEnd, next, program);
      case Kind::kWordBoundary:
        return Around(Op::kWordBoundary, next, program);
      case Kind::kNotWordBoundary:
        return Around(Op::kNotWordBoundary, next, program);
      case Kind::kLook:
        return Look(node, next, program);
    }
    return next;
  }

  uint32_t Concat(const RegexNode& node, uint32_t next, RegexProgram* program) {
    const size_t count = node.children.size();
    for (size_t i = 0; i < count; ++i) {
      const size_t child = program->backward ? i : count - 1 - i;
      next = Emit(node.children[child], next, program);
    }
    return next;
  }

  uint32_t Repeat(const RegexNode& node, uint32_t next, RegexProgram* program) {
    const RegexNode& child = node.children[0];
    uint32_t start = next;
    if (node.most == RegexNode::kNoLimit) {
      start = Add(program, {Op::kSplit, next, next});
      const uint32_t inside = Emit(child, start, program);
      if (reason_ == nullptr) program->code[start].a = inside;
    } else {
      for (uint32_t i = node.least; i < node.most && reason_ == nullptr; ++i) {
        const uint32_t inside = Emit(child, start, program);
        if (inside == start) break;  // it takes nothing, however often
        start = Add(program, {Op::kSplit, next, inside});
      }
    }
    for (uint32_t i = 0; i < node.least && reason_ == nullptr; ++i) {
      const uint32_t inside = Emit(child, start, program);
      if (inside == start) break;
      start = inside;
    }
    return start;
  }

  uint32_t Around(Op op, uint32_t next, RegexProgram* program) {
    program->looks_around = true;
    return Add(program, {op, next, 0});
  }

  uint32_t Look(const RegexNode& node, uint32_t next, RegexProgram* program) {
    // A repetition writes out what it repeats; the look-around is one.
    const auto [found, is_new] = looks_.try_emplace(&node, 0);
    if (is_new) {
      if (!Compile(node.children[0], !node.behind)) return next;
      found->second = static_cast<uint32_t>(out_->programs.size() - 1);
      if (out_->programs.size() > RegexPrograms::kMaxLooks) {
        reason_ = "has more than 6 look-arounds";
      }
    }
    return Add(program,
               {node.negated ? Op::kNotLook : Op::kLook, next, found->second});
  }

  RegexPrograms* out_;
  const char* reason_ = nullptr;
  std::map<const RegexNode*, uint32_t> looks_;
};

}  // namespace

bool RegexAlphabet::Build(const std::vector<CharSet>& own) {
  std::vector<CharSet> sets = own;
  sets.push_back(WordSet());
  sets_ = static_cast<uint32_t>(sets.size());
  struct Edge {
    uint32_t point;
    uint32_t set;
  };
  std::vector<Edge> edges;
  for (uint32_t set = 0; set < sets_; ++set) {
    for (const CharSet::Range& range : sets[set].ranges()) {
      edges.push_back({range.first, set});
      edges.push_back({range.last + 1, set});
    }
  }
  std::sort(edges.begin(), edges.end(),
            [](const Edge& a, const Edge& b) { return a.point < b.point; });
  std::map<std::vector<bool>, uint8_t> classes;
  std::vector<bool> member(sets_);
  for (size_t edge = 0, point = 0; point <= kMaxCodePoint;) {
    for (; edge < edges.size() && edges[edge].point == point; ++edge) {
      member[edges[edge].set].flip();
    }
    const auto [found, is_new] =
        classes.try_emplace(member, static_cast<uint8_t>(classes.size()));
    if (classes.size() > kMaxClasses) return false;
    if (is_new) members_.insert(members_.end(), member.begin(), member.end());
    starts_.push_back(static_cast<uint32_t>(point));
    classes_.push_back(found->second);
    point = edge < edges.size() ? edges[edge].point : kMaxCodePoint + 1;
  }
  size_ = static_cast<uint32_t>(classes.size());
  for (uint32_t point = 0; point < 128; ++point) {
    ascii_[point] = ClassOfOther(point);
  }
  return true;
}

uint8_t RegexAlphabet::ClassOfOther(uint32_t point) const {
  const auto behind = std::upper_bound(starts_.begin(), starts_.end(), point);
  return classes_[static_cast<size_t>(behind - starts_.begin()) - 1];
}

bool CompilePrograms(const ParsedRegex& parsed, RegexPrograms* out,
                     std::string* reason) {
  if (parsed.sets.size() > kMaxSets || !out->alphabet.Build(parsed.sets)) {
    *reason = "tells too many classes of characters apart";
    return false;
  }
  Compiler compiler(out);
  if (compiler.Compile(parsed.root, false)) return true;
  *reason = compiler.reason();
  return false;
}

}  // namespace ferrite::internal
