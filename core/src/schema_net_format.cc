#include "schema_net_format.h"

#include "ascii_kind.h"

namespace ferrite::internal {
namespace {

bool IsDigit(char c) { return IsKind(c, kDigitKind); }
bool IsLetter(char c) { return IsKind(c, kLetterKind); }
bool IsHex(char c) { return IsKind(c, kHexKind); }
bool IsOneOf(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

// Behind the characters of a URI's part that begin at `at`: unreserved, %xx,
// sub-delims and those of `more`.
size_t EndOfUriPart(std::string_view text, size_t at, AsciiKinds more) {
  const AsciiKinds kinds =
      kAlphanumericKind | kUriMarkKind | kSubDelimKind | more;
  for (;;) {
    at = EndOfKinds(text, at, kinds);
    if (at + 2 >= text.size() || text[at] != '%' || !IsHex(text[at + 1]) ||
        !IsHex(text[at + 2])) {
      return at;
    }
    at += 3;
  }
}

bool IsUriPart(std::string_view text, AsciiKinds more) {
  return EndOfUriPart(text, 0, more) == text.size();
}

// An address in brackets.
bool IsIpLiteral(std::string_view address) {
  const bool future =
      address.size() > 3 && (address[0] == 'v' || address[0] == 'V') &&
      IsHex(address[1]) && address.find('.') != std::string_view::npos &&
      IsUriPart(address, kColonKind);
  return future || IsIpv6Format(address);
}

bool IsAuthority(std::string_view authority, AsciiKinds more) {
  size_t host = EndOfUriPart(authority, 0, kColonKind | more);
  host = host < authority.size() && authority[host] == '@' ? host + 1 : 0;
  authority.remove_prefix(host);
  size_t end;
  if (authority.starts_with('[')) {
    end = authority.find(']');
    if (end == std::string_view::npos ||
        !IsIpLiteral(authority.substr(1, end - 1))) {
      return false;
    }
    ++end;
  } else {
    end = EndOfUriPart(authority, 0, more);
  }
  if (end == authority.size()) return true;
  return authority[end] == ':' &&
         EndOfKinds(authority, end + 1, kDigitKind) == authority.size();
}

// `more` are kinds that an IRI has and a URI has not.
bool IsReference(std::string_view text, bool absolute, AsciiKinds more) {
  const AsciiKinds path = kColonKind | kAtKind | kSlashKind | more;
  const AsciiKinds rest = path | kQuestionKind;
  size_t at = 0;
  if (!text.empty() && IsLetter(text[0])) {
    at = EndOfKinds(text, 1, kAlphanumericKind | kPlusDotDashKind);
  }
  if (at > 0 && at < text.size() && text[at] == ':') {
    ++at;
  } else if (absolute) {
    return false;
  } else {
    // A first segment with a colon would be a scheme.
    at = EndOfUriPart(text, 0, kAtKind | more);
    if (at < text.size() && text[at] == ':') return false;
    at = 0;
  }
  if (text.substr(at).starts_with("//")) {
    at += 2;
    size_t end = at;
    while (end < text.size() &&
           !IsKind(text[end], kSlashKind | kQuestionKind | kHashKind)) {
      ++end;
    }
    if (!IsAuthority(text.substr(at, end - at), more)) return false;
    at = end;
  }
  at = EndOfUriPart(text, at, path);
  if (at < text.size() && text[at] == '?') {
    at = EndOfUriPart(text, at + 1, rest);
  }
  if (at < text.size() && text[at] == '#') {
    at = EndOfUriPart(text, at + 1, rest);
  }
  return at == text.size();
}

bool IsDotAtom(std::string_view text, bool idn) {
  AsciiKinds kinds = kAlphanumericKind | kAtomMarkKind;
  if (idn) kinds |= kBeyondAsciiKind;
  for (size_t at = 0;; ++at) {
    const size_t begin = at;
    at = EndOfKinds(text, at, kinds);
    if (at == begin) return false;
    if (at == text.size()) return true;
    if (text[at] != '.') return false;
  }
}

bool IsQuotedString(std::string_view text, bool idn) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') {
    return false;
  }
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && ++i + 1 == text.size()) return false;
    const bool sign = (text[i] >= ' ' && text[i] <= '~') ||
                      (idn && IsKind(text[i], kBeyondAsciiKind));
    if (!sign || (text[i] == '"' && text[i - 1] != '\\')) return false;
  }
  return true;
}

bool IsEmail(std::string_view text, bool idn) {
  const size_t at = text.rfind('@');
  if (at == std::string_view::npos || at > 64) return false;
  const std::string_view local = text.substr(0, at);
  if (!IsDotAtom(local, idn) && !IsQuotedString(local, idn)) return false;
  std::string_view domain = text.substr(at + 1);
  if (domain.starts_with('[') && domain.ends_with(']')) {
    domain = domain.substr(1, domain.size() - 2);
    return domain.starts_with("IPv6:") ? IsIpv6Format(domain.substr(5))
                                       : IsIpv4Format(domain);
  }
  if (!idn) return IsHostnameFormat(domain);
  return IsDotAtom(domain, true) &&
         AreKinds(domain, kAlphanumericKind | kHyphenKind | kDotKind |
                              kBeyondAsciiKind);
}

}  // namespace

bool IsEmailFormat(std::string_view text) { return IsEmail(text, false); }
bool IsIdnEmailFormat(std::string_view text) { return IsEmail(text, true); }

bool IsHostnameFormat(std::string_view text) {
  if (text.size() > 253) return false;
  for (size_t at = 0;; ++at) {
    const size_t begin = at;
    at = EndOfKinds(text, at, kAlphanumericKind | kHyphenKind);
    if (at == begin || at - begin > 63 || text[begin] == '-' ||
        text[at - 1] == '-') {
      return false;
    }
    if (at == text.size()) return true;
    if (text[at] != '.') return false;
  }
}

bool IsIpv4Format(std::string_view text) {
  int parts = 0;
  for (size_t at = 0; at <= text.size(); ++at, ++parts) {
    const size_t begin = at;
    int value = 0;
    for (; at < text.size() && IsDigit(text[at]) && at - begin < 3; ++at) {
      value = value * 10 + (text[at] - '0');
    }
    const bool zeros = at - begin > 1 && text[begin] == '0';
    if (at == begin || value > 255 || zeros) return false;
    if (at < text.size() && text[at] != '.') return false;
  }
  return parts == 4;
}

bool IsIpv6Format(std::string_view text) {
  int groups = 0;
  bool gap = false;
  size_t at = 0;
  if (text.starts_with("::")) {
    gap = true;
    at = 2;
    if (at == text.size()) return true;
  }
  while (true) {
    const size_t begin = at;
    while (at < text.size() && IsHex(text[at])) ++at;
    if (at < text.size() && text[at] == '.') {
      groups += 2;
      if (!IsIpv4Format(text.substr(begin))) return false;
      break;
    }
    if (at == begin || at - begin > 4) return false;
    ++groups;
    if (at == text.size()) break;
    if (text[at++] != ':') return false;
    if (at < text.size() && text[at] == ':') {
      if (gap) return false;
      gap = true;
      if (++at == text.size()) break;
    }
  }
  return gap ? groups < 8 : groups == 8;
}

bool IsUriFormat(std::string_view text) { return IsReference(text, true, 0); }
bool IsUriReferenceFormat(std::string_view text) {
  return IsReference(text, false, 0);
}
bool IsIriFormat(std::string_view text) {
  return IsReference(text, true, kBeyondAsciiKind);
}
bool IsIriReferenceFormat(std::string_view text) {
  return IsReference(text, false, kBeyondAsciiKind);
}

bool IsUriTemplateFormat(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '{') {
      const size_t end = text.find('}', i);
      if (end == std::string_view::npos || end == i + 1) return false;
      const std::string_view inside = text.substr(i + 1, end - i - 1);
      for (size_t k = 0; k < inside.size(); ++k) {
        const bool sign = IsKind(inside[k], kAlphanumericKind) ||
                          IsOneOf(inside[k], "_.,%:*") ||
                          (k == 0 && IsOneOf(inside[k], "+#./;?&=,!@|"));
        if (!sign) return false;
      }
      i = end;
    } else if (c == '}' || c == '"' || c == '<' || c == '>' || c == '\\' ||
               c == '^' || c == '`' || c == '|' || c == '\'' ||
               (c >= 0 && c <= ' ') || c == 0x7f) {
      return false;
    } else if (c == '%' && (i + 2 >= text.size() || !IsHex(text[i + 1]) ||
                            !IsHex(text[i + 2]))) {
      return false;
    }
  }
  return true;
}

}  // namespace ferrite::internal
