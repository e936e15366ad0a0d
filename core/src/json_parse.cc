// The way back from JSON text. An item's head says how many items follow, and
// JSON says it only at the end, so the text is read twice: Counts is a quick
// walk that trusts it, Parser a strict one that does not.
#include <cmath>
#include <cstdlib>

#include "json_text.h"
#include "utf8.h"

namespace ferrite::internal {
namespace {

constexpr bool IsSpace(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// Entries of each array and object, in the order in which they open. Of text
// that is no JSON the counts are wrong, which Parser notices.
std::vector<uint64_t> Counts(std::string_view json) {
  std::vector<uint64_t> counts;
  std::vector<size_t> open;
  char last = 0;  // the last sign that is no space
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (IsSpace(c)) continue;
    if (c == '"') {
      for (++i; i < json.size() && json[i] != '"'; ++i) {
        if (json[i] == '\\') ++i;
      }
    } else if (c == '[' || c == '{') {
      open.push_back(counts.size());
      counts.push_back(0);
    } else if (c == ',' && !open.empty()) {
      ++counts[open.back()];
    } else if ((c == ']' || c == '}') && !open.empty()) {
      if (last != '[' && last != '{') ++counts[open.back()];
      open.pop_back();
    }
    last = c;
  }
  return counts;
}

// The code unit of a surrogate that stands at `at` of WTF-8; 0 for none.
uint32_t SurrogateAt(std::string_view text, size_t at) {
  if (at + 2 >= text.size() || static_cast<uint8_t>(text[at]) != 0xed) return 0;
  const uint32_t second = static_cast<uint8_t>(text[at + 1]);
  const uint32_t third = static_cast<uint8_t>(text[at + 2]);
  return second < 0xa0 ? 0 : 0xd000 | (second & 0x3f) << 6 | (third & 0x3f);
}

// WTF-8 in which no high surrogate stands before a low one.
std::string JoinSurrogates(std::string_view text) {
  std::string joined;
  for (size_t i = 0; i < text.size(); ++i) {
    const uint32_t high = SurrogateAt(text, i);
    const uint32_t low = SurrogateAt(text, i + 3);
    if (high >= 0xd800 && high < 0xdc00 && low >= 0xdc00) {
      const uint32_t point = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
      for (const uint32_t byte :
           {0xf0 | point >> 18, 0x80 | (point >> 12 & 0x3f),
            0x80 | (point >> 6 & 0x3f), 0x80 | (point & 0x3f)}) {
        joined.push_back(static_cast<char>(byte));
      }
      i += 5;
    } else {
      joined.push_back(text[i]);
    }
  }
  return joined;
}

class Parser {
 public:
  Parser(std::string_view text, JsonReading reading, Writer* out)
      : text_(text),
        is_lenient_(reading == JsonReading::kLenient),
        counts_(Counts(text)),
        out_(out) {}

  bool Parse() {
    if (!Value(0)) return false;
    Spaces();
    return at_ == text_.size();
  }

 private:
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void Spaces() {
    while (IsSpace(Peek())) ++at_;
  }
  bool Eat(char wanted) {
    if (Peek() != wanted) return false;
    ++at_;
    return true;
  }
  bool EatWord(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  bool Value(int depth) {
    Spaces();
    switch (Peek()) {
      case '{':
      case '[':
        return depth < kMaxDepth && Container(depth + 1);
      case '"':
        return String();
      case 't':
        out_->Bool(true);
        return EatWord("true");
      case 'f':
        out_->Bool(false);
        return EatWord("false");
      case 'n':
        out_->Null();
        return EatWord("null");
      default:
        return Number();
    }
  }

  bool Container(int depth) {
    if (next_count_ == counts_.size()) return false;
    const bool object = text_[at_++] == '{';
    const uint64_t count = counts_[next_count_++];
    if (object) {
      out_->BeginObject(count);
    } else {
      out_->BeginArray(count);
    }
    for (uint64_t i = 0; i < count; ++i) {
      Spaces();
      if (i > 0 && !Eat(',')) return false;
      Spaces();
      if (object) {
        if (Peek() != '"' || !String()) return false;
        Spaces();
        if (!Eat(':')) return false;
      }
      if (!Value(depth)) return false;
    }
    Spaces();
    return Eat(object ? '}' : ']');
  }

  bool String() {
    ++at_;
    size_t end = at_;
    while (end < text_.size() && text_[end] != '"' && text_[end] != '\\' &&
           static_cast<uint8_t>(text_[end]) >= 0x20) {
      ++end;
    }
    if (end < text_.size() && text_[end] == '"') {
      WriteText(text_.substr(at_, end - at_));
      at_ = end + 1;
      return true;
    }
    return EscapedString();
  }

  // Text that is strict JSON is well-formed.
  void WriteText(std::string_view text) {
    if (!is_lenient_ || IsUtf8(AsBytes(text))) return out_->String(text);
    pairs_ = JoinSurrogates(text);
    if (IsUtf8(AsBytes(pairs_))) return out_->String(pairs_);
    out_->Wtf8(AsBytes(pairs_));
  }

  bool EscapedString() {
    string_.clear();
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') {
        WriteText(string_);
        return true;
      }
      if (static_cast<uint8_t>(c) < 0x20) return false;
      if (c != '\\') {
        string_.push_back(c);
      } else if (!Escape()) {
        return false;
      }
    }
    return false;
  }

  bool Escape() {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kSigns = "\"\\/\b\f\n\r\t";
    const char name = Peek();
    ++at_;
    if (name != 'u') {
      const size_t found = name == 0 ? kNames.npos : kNames.find(name);
      if (found == kNames.npos) return false;
      string_.push_back(kSigns[found]);
      return true;
    }
    uint32_t point, low;
    if (!Unit(&point)) return false;
    if (is_lenient_) {
      AppendUtf8(point);  // WriteText joins pairs
      return true;
    }
    if (point >= 0xd800 && point < 0xdc00) {
      if (!EatWord("\\u") || !Unit(&low) || low < 0xdc00 || low > 0xdfff) {
        return false;
      }
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
    } else if (point >= 0xdc00 && point < 0xe000) {
      return false;
    }
    AppendUtf8(point);
    return true;
  }

  bool Unit(uint32_t* unit) {
    *unit = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = Peek();
      ++at_;
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return false;
      *unit = *unit << 4 | static_cast<uint32_t>(digit);
    }
    return true;
  }

  void AppendUtf8(uint32_t point) {
    const auto add = [this](uint32_t byte) {
      string_.push_back(static_cast<char>(byte));
    };
    if (point < 0x80) return add(point);
    if (point < 0x800) {
      add(0xc0 | point >> 6);
    } else {
      if (point < 0x10000) {
        add(0xe0 | point >> 12);
      } else {
        add(0xf0 | point >> 18);
        add(0x80 | ((point >> 12) & 0x3f));
      }
      add(0x80 | ((point >> 6) & 0x3f));
    }
    add(0x80 | (point & 0x3f));
  }

  bool Digits() {
    const size_t begin = at_;
    while (Peek() >= '0' && Peek() <= '9') ++at_;
    return at_ > begin;
  }

  bool Number() {
    const size_t begin = at_;
    const bool negative = Eat('-');
    const size_t first_digit = at_;
    if (!Digits() || (text_[first_digit] == '0' && at_ > first_digit + 1)) {
      return false;
    }
    bool integer = at_ - first_digit <= 15;
    if (Eat('.')) {
      integer = false;
      if (!Digits()) return false;
    }
    if (Peek() == 'e' || Peek() == 'E') {
      integer = false;
      ++at_;
      if (!Eat('+')) Eat('-');
      if (!Digits()) return false;
    }
    number_.assign(text_, begin, at_ - begin);
    if (integer) {
      const int64_t value = std::atoll(number_.c_str());
      if (value == 0 && negative) {
        out_->Double(-0.0);
      } else {
        out_->Integer(value);
      }
      return true;
    }
    const double value = std::strtod(number_.c_str(), nullptr);
    out_->Double(value);
    return is_lenient_ || std::isfinite(value);
  }

  std::string_view text_;
  bool is_lenient_;
  std::vector<uint64_t> counts_;
  Writer* out_;
  size_t at_ = 0;
  size_t next_count_ = 0;
  std::string string_, number_, pairs_;
};

}  // namespace

bool ParseJsonText(std::string_view json, JsonReading reading, Writer* out) {
  return Parser(json, reading, out).Parse();
}

}  // namespace ferrite::internal
