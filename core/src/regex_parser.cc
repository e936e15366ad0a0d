#include "regex_parser.h"

#include <algorithm>
#include <map>
#include <utility>

#include "code_points.h"
#include "unicode_property.h"

namespace ferrite::internal {
namespace {

using Kind = RegexNode::Kind;

constexpr int kMaxGroups = 200;  // within each other: parsing recurses
constexpr uint32_t kNone = UINT32_MAX;

class Parser {
 public:
  Parser(std::string_view pattern, ParsedRegex* out)
      : text_(pattern), out_(out) {}

  bool Parse() {
    if (!Alternatives(0, &out_->root)) return false;
    return at_ == text_.size() || Fail("closes a group that is not open");
  }
  const std::string& reason() const { return reason_; }

 private:
  bool Fail(const char* reason) {
    if (reason_.empty()) {
      reason_ = std::string(reason) + " (at character " +
                std::to_string(CountCodePoints(text_.substr(0, at_)) + 1) + ")";
    }
    return false;
  }
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool AtEnd() const { return at_ == text_.size(); }
  bool Eat(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

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
    while (!AtEnd() && Peek() != '|' && Peek() != ')') {
      RegexNode term;
      if (!Term(depth, &term) || !Quantifier(&term)) return false;
      out->children.push_back(std::move(term));
    }
    return true;
  }

  bool Term(int depth, RegexNode* out) {
    switch (Peek()) {
      case '^':
        ++at_;
        out->kind = Kind::kBegin;
        return true;
      case '$':
        ++at_;
        out->kind = Kind::kEnd;
        return true;
      case '.':
        ++at_;
        return Set(LineEndSet().Negated(), out);
      case '(':
        return Group(depth, out);
      case '[':
        return Class(out);
      case '*':
      case '+':
      case '?':
        return Fail("repeats nothing");
      case '{': {
        uint32_t least, most;
        const size_t start = at_;
        if (Counts(&least, &most)) {
          at_ = start;
          return Fail("repeats nothing");
        }
        at_ = start + 1;
        return Set({{'{', '{'}}, out);
      }
      case '\\':
        return Escape(out);
      default: {
        const uint32_t point = NextCodePoint(text_, &at_);
        return Set({{point, point}}, out);
      }
    }
  }

  bool Group(int depth, RegexNode* out) {
    ++at_;
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
    const size_t end = text_.find('>', at_);
    if (!Eat("<") || end == std::string_view::npos || end == at_) {
      return Fail("has an unknown kind of group");
    }
    at_ = end + 1;
    return true;
  }

  bool Quantifier(RegexNode* term) {
    uint32_t least = 0, most = RegexNode::kNoLimit;
    if (Eat("*")) {
    } else if (Eat("+")) {
      least = 1;
    } else if (Eat("?")) {
      most = 1;
    } else {
      const size_t start = at_;
      if (Peek() != '{' || !Counts(&least, &most)) {
        at_ = start;
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
    ++at_;
    if (!Count(least)) return false;
    *most = *least;
    if (Eat(",")) {
      *most = RegexNode::kNoLimit;
      if (Peek() != '}' && !Count(most)) return false;
    }
    return Eat("}");
  }

  bool Count(uint32_t* count) {
    const size_t start = at_;
    uint64_t value = 0;
    for (; Peek() >= '0' && Peek() <= '9'; ++at_) {
      value = std::min<uint64_t>(
          value * 10 + static_cast<uint64_t>(Peek() - '0'), kNone - 1);
    }
    *count = static_cast<uint32_t>(value);
    return at_ > start;
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
    const char name = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (name == 'b' || name == 'B') {
      at_ += 2;
      out->kind = name == 'b' ? Kind::kWordBoundary : Kind::kNotWordBoundary;
      return true;
    }
    if ((name >= '1' && name <= '9') || name == 'k') {
      at_ += 2;
      while (Peek() >= '0' && Peek() <= '9') ++at_;
      if (name == 'k' && !GroupName()) return false;
      out_->unsupported = "refers back to a group";
      return true;
    }
    CharSet set;
    return EscapedSet(&set) && Set(set, out);
  }

  // A class of characters or one character, behind a backslash.
  bool EscapedSet(CharSet* set) {
    const size_t start = at_++;
    switch (Peek()) {
      case 'd':
        *set = DigitSet();
        break;
      case 'D':
        *set = DigitSet().Negated();
        break;
      case 'w':
        *set = WordSet();
        break;
      case 'W':
        *set = WordSet().Negated();
        break;
      case 's':
        *set = SpaceSet();
        break;
      case 'S':
        *set = SpaceSet().Negated();
        break;
      case 'p':
      case 'P':
        return Property(set);
      default: {
        at_ = start;
        uint32_t point;
        if (!EscapedPoint(&point)) return false;
        *set = CharSet{{point, point}};
        return true;
      }
    }
    ++at_;
    return true;
  }

  bool Property(CharSet* set) {
    const bool negated = Peek() == 'P';
    ++at_;
    const size_t end = text_.find('}', at_);
    if (!Eat("{") || end == std::string_view::npos || end == at_) {
      return Fail("has \\p without a property in braces");
    }
    const std::string_view name = text_.substr(at_, end - at_);
    if (!UnicodeProperty(name, set) && out_->unsupported.empty()) {
      out_->unsupported =
          "asks for the Unicode property \"" + std::string(name) + "\"";
    }
    at_ = end + 1;
    if (negated) *set = set->Negated();
    return true;
  }

  bool EscapedPoint(uint32_t* point) {
    ++at_;
    if (AtEnd()) return Fail("ends with a backslash");
    const char name = Peek();
    constexpr std::string_view kNames = "tnvfr0";
    constexpr std::string_view kPoints("\t\n\v\f\r\0", 6);
    if (const size_t i = kNames.find(name); i != std::string_view::npos) {
      ++at_;
      *point = static_cast<uint8_t>(kPoints[i]);
      return name != '0' || Peek() < '0' || Peek() > '9' ||
             Fail("has an octal escape");
    }
    if (name == 'c') {
      const char letter = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
      const char lower = static_cast<char>(letter | 0x20);
      if (lower < 'a' || lower > 'z') return Fail("has \\c without a letter");
      *point = static_cast<uint32_t>(letter & 0x1f);
      at_ += 2;
      return true;
    }
    if (name == 'x') {
      ++at_;
      return Hex(2, point) || Fail("has \\x without two hexadecimal digits");
    }
    if (name == 'u') return UnicodePoint(point);
    const bool letter = (name >= 'a' && name <= 'z') ||
                        (name >= 'A' && name <= 'Z') ||
                        (name >= '0' && name <= '9') || name == '_';
    if (letter) return Fail("has an unknown escape");
    *point = NextCodePoint(text_, &at_);
    return true;
  }

  bool UnicodePoint(uint32_t* point) {
    ++at_;
    if (Eat("{")) {
      const size_t start = at_;
      uint32_t digit;
      for (*point = 0; *point <= kMaxCodePoint && Hex(1, &digit);) {
        *point = *point << 4 | digit;
      }
      return (*point <= kMaxCodePoint && at_ > start && Eat("}")) ||
             Fail("has \\u{…} that is no code point");
    }
    if (!Hex(4, point)) return Fail("has \\u without four hexadecimal digits");
    const size_t behind = at_;
    uint32_t low;
    if (*point >= 0xd800 && *point < 0xdc00 && Eat("\\u") && Hex(4, &low) &&
        low >= 0xdc00 && low < 0xe000) {
      *point = 0x10000 + ((*point - 0xd800) << 10) + (low - 0xdc00);
    } else {
      at_ = behind;
    }
    return true;
  }

  bool Hex(int digits, uint32_t* value) {
    const size_t start = at_;
    *value = 0;
    for (int i = 0; i < digits; ++i, ++at_) {
      const char c = Peek();
      const char lower = static_cast<char>(c | 0x20);
      if (c >= '0' && c <= '9') {
        *value = *value << 4 | static_cast<uint32_t>(c - '0');
      } else if (lower >= 'a' && lower <= 'f') {
        *value = *value << 4 | static_cast<uint32_t>(lower - 'a' + 10);
      } else {
        at_ = start;
        return false;
      }
    }
    return true;
  }

  bool Class(RegexNode* out) {
    ++at_;
    const bool negated = Eat("^");
    std::vector<CharSet::Range> ranges;
    while (!Eat("]")) {
      if (AtEnd()) return Fail("does not close a class");
      CharSet first;
      uint32_t from, to;
      if (!ClassAtom(&first, &from)) return false;
      const bool range =
          Peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']';
      if (!range) {
        ranges.insert(ranges.end(), first.ranges().begin(),
                      first.ranges().end());
        continue;
      }
      ++at_;
      CharSet second;
      if (!ClassAtom(&second, &to)) return false;
      if (from == kNone || to == kNone) {
        return Fail("has a range whose end is a class");
      }
      if (from > to) return Fail("has a range whose ends are swapped");
      ranges.push_back({from, to});
    }
    const CharSet set(std::move(ranges));
    return Set(negated ? set.Negated() : set, out);
  }

  // `point` is kNone when the atom is a class like \d.
  bool ClassAtom(CharSet* set, uint32_t* point) {
    if (AtEnd()) return Fail("does not close a class");
    if (Peek() != '\\') {
      *point = NextCodePoint(text_, &at_);
    } else if (Eat("\\b")) {
      *point = '\b';
    } else {
      const std::string_view name = text_.substr(at_ + 1, 1);
      const bool is_class =
          !name.empty() &&
          std::string_view("dDwWsSpP").find(name) != std::string_view::npos;
      if (is_class) {
        *point = kNone;
        return EscapedSet(set);
      }
      if (!EscapedPoint(point)) return false;
    }
    *set = CharSet{{*point, *point}};
    return true;
  }

  std::string_view text_;
  ParsedRegex* out_;
  size_t at_ = 0;
  std::string reason_;
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
