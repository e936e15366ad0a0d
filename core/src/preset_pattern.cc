#include "preset_pattern.h"

#include <algorithm>
#include <cstdint>

namespace ferrite::internal {
namespace {

// A pattern of several wildcards against a long key: no layout needs more.
constexpr int kMaxSteps = 200'000;

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_';
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

size_t CharacterBytes(std::string_view text) {
  size_t size = 1;
  while (size < text.size() &&
         (static_cast<uint8_t>(text[size]) & 0xc0) == 0x80) {
    ++size;
  }
  return size;
}

struct Part {
  bool is_name = false;
  bool digits = false;
  std::string text;
};

// Splits at the braces.
std::optional<std::vector<Part>> Split(std::string_view text,
                                       std::string* reason) {
  std::vector<Part> parts;
  std::string plain;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '{') {
      plain += text[at];
      continue;
    }
    if (at + 1 < text.size() && text[at + 1] == '{') {
      plain += '{';
      ++at;
      continue;
    }
    const size_t end = text.find('}', at);
    if (end == std::string_view::npos) {
      *reason = "A { has no }.";
      return std::nullopt;
    }
    std::string_view name = text.substr(at + 1, end - at - 1);
    const bool digits = name.starts_with('#');
    if (digits) name.remove_prefix(1);
    if (name.empty() ||
        !std::all_of(name.begin(), name.end(), IsNameCharacter)) {
      *reason = "Between { and } stands no name.";
      return std::nullopt;
    }
    if (!plain.empty()) parts.push_back({false, false, std::move(plain)});
    plain.clear();
    parts.push_back({true, digits, std::string(name)});
    at = end;
  }
  if (!plain.empty()) parts.push_back({false, false, std::move(plain)});
  return parts;
}

}  // namespace

struct Pattern::Attempt {
  const std::vector<Piece>& pieces;
  Captures captures;
  int steps = 0;

  bool From(size_t piece, std::string_view text) {
    if (++steps > kMaxSteps) return false;
    if (piece == pieces.size()) return text.empty();
    switch (pieces[piece].kind) {
      case Piece::Kind::kText:
        return text.starts_with(pieces[piece].text) &&
               From(piece + 1, text.substr(pieces[piece].text.size()));
      case Piece::Kind::kOne:
        return !text.empty() &&
               From(piece + 1, text.substr(CharacterBytes(text)));
      case Piece::Kind::kAny:
        for (size_t size = 0;; size += CharacterBytes(text.substr(size))) {
          if (From(piece + 1, text.substr(size))) return true;
          if (size >= text.size() || steps > kMaxSteps) return false;
        }
      case Piece::Kind::kCapture:
      case Piece::Kind::kDigits:
        return Capture(piece, text);
    }
    return false;
  }

  bool Capture(size_t piece, std::string_view text) {
    const std::string& name = pieces[piece].text;
    if (const auto known = captures.find(name); known != captures.end()) {
      const std::string value = known->second;
      return text.starts_with(value) &&
             From(piece + 1, text.substr(value.size()));
    }
    for (size_t size = 0; size < text.size() && steps <= kMaxSteps;) {
      if (pieces[piece].kind == Piece::Kind::kDigits && !IsDigit(text[size]))
        return false;
      size += CharacterBytes(text.substr(size));
      captures[name] = text.substr(0, size);
      if (From(piece + 1, text.substr(size))) return true;
      captures.erase(name);
    }
    return false;
  }
};

std::optional<Pattern> Pattern::Parse(std::string_view text,
                                      std::string* reason) {
  const auto parts = Split(text, reason);
  if (!parts) return std::nullopt;
  Pattern pattern;
  std::vector<Piece>& pieces = pattern.pieces_;
  for (const Part& part : *parts) {
    if (part.is_name) {
      pieces.push_back(
          {part.digits ? Piece::Kind::kDigits : Piece::Kind::kCapture,
           part.text});
      continue;
    }
    for (const char c : part.text) {
      if (c == '*' || c == '?') {
        pieces.push_back(
            {c == '*' ? Piece::Kind::kAny : Piece::Kind::kOne, ""});
      } else if (!pieces.empty() && pieces.back().kind == Piece::Kind::kText) {
        pieces.back().text += c;
      } else {
        pieces.push_back({Piece::Kind::kText, std::string(1, c)});
      }
    }
  }
  return pattern;
}

bool Pattern::Match(std::string_view text, Captures* captures) const {
  Attempt attempt{pieces_, *captures};
  if (!attempt.From(0, text)) return false;
  *captures = std::move(attempt.captures);
  return true;
}

std::vector<std::string> Pattern::Names() const {
  std::vector<std::string> names;
  for (const Piece& piece : pieces_) {
    if (piece.kind == Piece::Kind::kCapture ||
        piece.kind == Piece::Kind::kDigits) {
      names.push_back(piece.text);
    }
  }
  return names;
}

bool Pattern::IsExact() const {
  return std::all_of(pieces_.begin(), pieces_.end(), [](const Piece& piece) {
    return piece.kind == Piece::Kind::kText;
  });
}

Pattern::PlanForm Pattern::ToPlan(const Captures& captures) const {
  PlanForm form{"key", ""};
  for (size_t i = 0; i < pieces_.size(); ++i) {
    const Piece& piece = pieces_[i];
    switch (piece.kind) {
      case Piece::Kind::kText:
        form.text += piece.text;
        break;
      case Piece::Kind::kAny:
        if (i + 1 == pieces_.size() && form.member == "key") {
          return {i == 0 ? "" : "prefix", std::move(form.text)};
        }
        form.member = "pattern";
        form.text += '*';
        break;
      case Piece::Kind::kOne:
        form.member = "pattern";
        form.text += '?';
        break;
      case Piece::Kind::kCapture:
      case Piece::Kind::kDigits:
        if (const auto found = captures.find(piece.text);
            found != captures.end()) {
          form.text += found->second;
        }
        break;
    }
  }
  return form;
}

std::string Fill(std::string_view text, const Captures& captures) {
  std::string reason, filled;
  const auto parts = Split(text, &reason);
  if (!parts) return std::string(text);
  for (const Part& part : *parts) {
    if (!part.is_name) {
      filled += part.text;
    } else if (const auto found = captures.find(part.text);
               found != captures.end()) {
      filled += found->second;
    }
  }
  return filled;
}

std::optional<std::vector<std::string>> TemplateNames(std::string_view text,
                                                      std::string* reason) {
  const auto parts = Split(text, reason);
  if (!parts) return std::nullopt;
  std::vector<std::string> names;
  for (const Part& part : *parts) {
    if (part.is_name) names.push_back(part.text);
  }
  return names;
}

}  // namespace ferrite::internal
