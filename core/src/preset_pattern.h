// Patterns and templates of presets: names with captured parts.
//
// In a pattern * stands for any text, ? for one character, {name} for one
// character or more, {#name} for one digit or more; {{ is a brace. A captured
// part has as few characters as possible, and the same text wherever it comes
// again. A template is a text in which {name} is what was captured.
#ifndef FERRITE_SRC_PRESET_PATTERN_H_
#define FERRITE_SRC_PRESET_PATTERN_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferrite::internal {

using Captures = std::map<std::string, std::string, std::less<>>;

class Pattern {
 public:
  // Nothing when a brace is not closed or a name is not of letters, digits and
  // _; then `reason` says why.
  static std::optional<Pattern> Parse(std::string_view text,
                                      std::string* reason);

  // Whether all of `text` fits; then what it captured is added. Gives up on
  // patterns that would try too many ways.
  bool Match(std::string_view text, Captures* captures) const;

  bool operator==(const Pattern&) const = default;

  // The names that it captures.
  std::vector<std::string> Names() const;
  // Has no *, ? or {name}.
  bool IsExact() const;

  // What plans say for keys that fit, with the captured parts filled in:
  // {"key": …}, {"prefix": …} or {"pattern": …}, or no text for all keys.
  struct PlanForm {
    std::string_view member;  // empty: all
    std::string text;
  };
  PlanForm ToPlan(const Captures& captures) const;

 private:
  struct Piece {
    enum class Kind { kText, kAny, kOne, kCapture, kDigits };
    Kind kind = Kind::kText;
    std::string text;  // kText: it; captures: their name

    bool operator==(const Piece&) const = default;
  };
  struct Attempt;

  std::vector<Piece> pieces_;
};

// The template filled in; a name that was not captured gives nothing.
std::string Fill(std::string_view text, const Captures& captures);

// The names in a template; `reason` as in Pattern::Parse.
std::optional<std::vector<std::string>> TemplateNames(std::string_view text,
                                                      std::string* reason);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PRESET_PATTERN_H_
