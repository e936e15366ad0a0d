#include "regex_parser.h"

#include <algorithm>
#include <map>
#include <utility>

#include "regex_class.h"
#include "regex_cursor.h"

namespace ferrite::internal {
namespace {

using Kind = RegexNode::Kind;

constexpr int kMaxGroups = 200;  // within each other: parsing recurses

class Parser {
 public:
  Parser(std::string_view pattern, ParsedRegex* out)
      : cursor_(pattern), out_(out) {}

  bool Parse() {
    if (!Alternatives(0, &out_->root)) return false;
    return cursor_.AtEnd() || cursor_.Fail("closes a group that is not open");
  }
  const std::string& reason() const { return cursor_.reason(); }

 private:
  bool Fail(const char* reason) { return cursor_.Fail(reason); }
  char Peek() const { return cursor_.Peek(); }
  bool Eat(std::string_view token) { return cursor_.Eat(token); }

  bool Alternatives(int depth, RegexNode* out) {
    if (depth > kMaxGroups) return Fail("nests groups too deep");
    std::vector<RegexNode> branches(1);
    while (true) {
      if (!Sequence(depth, &branches.back())) return false;
      if (!Eat("|")) break;
      branches.emplace_back();
    }
    if (branches.size() == 1) {
      *out = std::move(branches[0]);
    } else {
      out->kind = Kind::kAlternate;
      out->children = std::move(branches);
    }
    return true;
  }

  bool Sequence(int depth, RegexNode* out) {
    while (!cursor_.AtEnd() && Peek() != '|' && Peek() != ')') {
      RegexNode term;
      if (!Term(depth, &term) || !Quantifier(&term)) return false;
      out->children.push_back(std::move(term));
    }
    return true;
  }

  bool Term(int depth, RegexNode* out) {
    switch (Peek()) {
      case '^':
        cursor_.Pass(1);
        out->kind = Kind::kBegin;
        return true;
      case '$':
        cursor_.Pass(1);
        out->kind = Kind::kEnd;
        return true;
      case '.':
        cursor_.Pass(1);
        return Set(LineEndSet().Negated(), out);
      case '(':
        return Group(depth, out);
      case '[': {
        CharSet set;
        return ReadClass(&cursor_, &set, &out_->unsupported) && Set(set, out);
      }
      case '*':
      case '+':
      case '?':
        return Fail("repeats nothing");
      case '{': {
        uint32_t least, most;
        const size_t start = cursor_.place();
        const bool repeats = Counts(&least, &most);
        cursor_.Return(start);
        if (repeats) return Fail("repeats nothing");
        cursor_.Pass(1);
        return Set({{'{', '{'}}, out);
      }
      case '\\':
        return Escape(out);
      default: {
        const uint32_t point = cursor_.NextPoint();
        return Set({{point, point}}, out);
      }
    }
  }

  bool Group(int depth, RegexNode* out) {
    cursor_.Pass(1);
    RegexNode look;
    look.kind = Kind::kLook;
    bool is_look = true;
    if (Eat("?=")) {
    } else if (Eat("?!")) {
      look.negated = true;
    } else if (Eat("?<=")) {
      look.behind = true;
    } else if (Eat("?<!")) {
      look.behind = look.negated = true;
    } else {
      is_look = false;
      if (!Eat("?:") && Eat("?") && !GroupName()) return false;
    }
    RegexNode inside;
    if (!Alternatives(depth + 1, &inside)) return false;
    if (!Eat(")")) return Fail("does not close a group");
    if (is_look) {
      look.children.push_back(std::move(inside));
      *out = std::move(look);
    } else {
      *out = std::move(inside);
    }
    return true;
  }

  bool GroupName() {
    std::string_view name;
    return (Eat("<") && cursor_.EatUntil('>', &name)) ||
           Fail("has an unknown kind of group");
  }

  bool Quantifier(RegexNode* term) {
    uint32_t least = 0, most = RegexNode::kNoLimit;
    if (Eat("*")) {
    } else if (Eat("+")) {
      least = 1;
    } else if (Eat("?")) {
      most = 1;
    } else {
      const size_t start = cursor_.place();
      if (Peek() != '{' || !Counts(&least, &most)) {
        cursor_.Return(start);
        return true;
      }
    }
    if (term->kind == Kind::kLook || term->kind == Kind::kBegin ||
        term->kind == Kind::kEnd || term->kind == Kind::kWordBoundary ||
        term->kind == Kind::kNotWordBoundary) {
      return Fail("repeats what has no length");
    }
    if (least > most) return Fail("has a repetition whose limits are swapped");
    Eat("?");  // whether it is lazy does not change whether there is a match
    RegexNode repeat;
    repeat.kind = Kind::kRepeat;
    repeat.least = least;
    repeat.most = most;
    repeat.children.push_back(std::move(*term));
    *term = std::move(repeat);
    return true;
  }

  // {n}, {n,} or {n,m}.
  bool Counts(uint32_t* least, uint32_t* most) {
    cursor_.Pass(1);
    if (!Count(least)) return false;
    *most = *least;
    if (Eat(",")) {
      *most = RegexNode::kNoLimit;
      if (Peek() != '}' && !Count(most)) return false;
    }
    return Eat("}");
  }

  bool Count(uint32_t* count) {
    const size_t start = cursor_.place();
    uint64_t value = 0;
    for (; Peek() >= '0' && Peek() <= '9'; cursor_.Pass(1)) {
      value =
          std::min<uint64_t>(value * 10 + static_cast<uint64_t>(Peek() - '0'),
                             RegexNode::kNoLimit - 1);
    }
    *count = static_cast<uint32_t>(value);
    return cursor_.place() > start;
  }

  bool Set(const CharSet& set, RegexNode* out) {
    const auto [found, is_new] =
        set_index_.try_emplace(set, static_cast<uint32_t>(out_->sets.size()));
    if (is_new) out_->sets.push_back(set);
    out->kind = Kind::kSet;
    out->set = found->second;
    return true;
  }

  bool Escape(RegexNode* out) {
    const char name = cursor_.Peek(1);
    if (name == 'b' || name == 'B') {
      cursor_.Pass(2);
      out->kind = name == 'b' ? Kind::kWordBoundary : Kind::kNotWordBoundary;
      return true;
    }
    if ((name >= '1' && name <= '9') || name == 'k') {
      cursor_.Pass(2);
      while (Peek() >= '0' && Peek() <= '9') cursor_.Pass(1);
      if (name == 'k' && !GroupName()) return false;
      out_->unsupported = "refers back to a group";
      return true;
    }
    CharSet set;
    return ReadEscape(&cursor_, &set, &out_->unsupported) && Set(set, out);
  }

  RegexCursor cursor_;
  ParsedRegex* out_;
  std::map<CharSet, uint32_t> set_index_;
};

}  // namespace

bool ParseRegex(std::string_view pattern, ParsedRegex* out,
                std::string* reason) {
  Parser parser(pattern, out);
  if (parser.Parse()) return true;
  *reason = parser.reason();
  return false;
}

}  // namespace ferrite::internal
