#include "schema_net_format.h"

#include <algorithm>

namespace ferrite::internal {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'z';
}
bool IsHex(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return IsDigit(c) || (lower >= 'a' && lower <= 'f');
}
bool IsOther(char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; }
bool IsOneOf(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}
bool IsUnreserved(char c) {
  return IsLetter(c) || IsDigit(c) || IsOneOf(c, "-._~");
}

// Characters of a URI's part: unreserved, %xx, sub-delims and `more`; with
// `iri` also those beyond ASCII.
bool IsUriPart(std::string_view part, std::string_view more, bool iri) {
  for (size_t i = 0; i < part.size(); ++i) {
    const char c = part[i];
    if (c == '%') {
      if (i + 2 >= part.size() || !IsHex(part[i + 1]) || !IsHex(part[i + 2])) {
        return false;
      }
      i += 2;
    } else if (!IsUnreserved(c) && !IsOneOf(c, "!$&'()*+,;=") &&
               !IsOneOf(c, more) && !(iri && IsOther(c))) {
      return false;
    }
  }
  return true;
}

bool IsAuthority(std::string_view authority, bool iri) {
  if (const size_t at = authority.find('@'); at != std::string_view::npos) {
    if (!IsUriPart(authority.substr(0, at), ":", iri)) return false;
    authority.remove_prefix(at + 1);
  }
  size_t end = authority.rfind(':');
  if (authority.starts_with('[')) {
    const size_t close = authority.find(']');
    if (close == std::string_view::npos) return false;
    const std::string_view address = authority.substr(1, close - 1);
    const bool future =
        address.size() > 3 && (address[0] == 'v' || address[0] == 'V') &&
        IsHex(address[1]) && address.find('.') != std::string_view::npos &&
        IsUriPart(address, ":", false);
    if (!future && !IsIpv6Format(address)) return false;
    authority.remove_prefix(close + 1);
    if (authority.empty()) return true;
    if (authority[0] != ':') return false;
    end = 0;
  } else if (!IsUriPart(authority.substr(0, end), "", iri)) {
    return false;
  }
  if (end == std::string_view::npos) return true;
  const std::string_view port = authority.substr(end + 1);
  return std::all_of(port.begin(), port.end(), IsDigit);
}

bool IsReference(std::string_view text, bool absolute, bool iri) {
  if (const size_t at = text.find('#'); at != std::string_view::npos) {
    if (!IsUriPart(text.substr(at + 1), ":@/?", iri)) return false;
    text = text.substr(0, at);
  }
  if (const size_t at = text.find('?'); at != std::string_view::npos) {
    if (!IsUriPart(text.substr(at + 1), ":@/?", iri)) return false;
    text = text.substr(0, at);
  }
  const size_t colon = text.find(':');
  const bool scheme =
      colon != std::string_view::npos && colon > 0 && IsLetter(text[0]) &&
      std::all_of(text.begin(), text.begin() + static_cast<long>(colon),
                  [](char c) {
                    return IsLetter(c) || IsDigit(c) || IsOneOf(c, "+-.");
                  });
  if (scheme) {
    text.remove_prefix(colon + 1);
  } else if (absolute || colon < text.find('/')) {
    return false;  // a first segment with a colon would be a scheme
  }
  if (text.starts_with("//")) {
    const size_t end = text.find('/', 2);
    const std::string_view authority = text.substr(0, end).substr(2);
    if (!IsAuthority(authority, iri)) return false;
    text = end == std::string_view::npos ? "" : text.substr(end);
  }
  return IsUriPart(text, ":@/", iri);
}

bool IsAtomSign(char c, bool idn) {
  return IsLetter(c) || IsDigit(c) || IsOneOf(c, "!#$%&'*+-/=?^_`{|}~") ||
         (idn && IsOther(c));
}

bool IsDotAtom(std::string_view text, bool idn) {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.' ? text[i - 1] == '.' : !IsAtomSign(text[i], idn)) {
      return false;
    }
  }
  return true;
}

bool IsQuotedString(std::string_view text, bool idn) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') {
    return false;
  }
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && ++i + 1 == text.size()) return false;
    const bool sign =
        (text[i] >= ' ' && text[i] <= '~') || (idn && IsOther(text[i]));
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
         std::all_of(domain.begin(), domain.end(), [](char c) {
           return IsLetter(c) || IsDigit(c) || c == '-' || c == '.' ||
                  IsOther(c);
         });
}

}  // namespace

bool IsEmailFormat(std::string_view text) { return IsEmail(text, false); }
bool IsIdnEmailFormat(std::string_view text) { return IsEmail(text, true); }

bool IsHostnameFormat(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != '.') {
      if (!IsLetter(text[i]) && !IsDigit(text[i]) && text[i] != '-') {
        return false;
      }
      continue;
    }
    if (i == begin || i - begin > 63 || text[begin] == '-' ||
        text[i - 1] == '-') {
      return false;
    }
    begin = i + 1;
  }
  return true;
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

bool IsUriFormat(std::string_view text) {
  return IsReference(text, true, false);
}
bool IsUriReferenceFormat(std::string_view text) {
  return IsReference(text, false, false);
}
bool IsIriFormat(std::string_view text) {
  return IsReference(text, true, true);
}
bool IsIriReferenceFormat(std::string_view text) {
  return IsReference(text, false, true);
}

bool IsUriTemplateFormat(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '{') {
      const size_t end = text.find('}', i);
      if (end == std::string_view::npos || end == i + 1) return false;
      const std::string_view inside = text.substr(i + 1, end - i - 1);
      for (size_t k = 0; k < inside.size(); ++k) {
        const bool sign = IsLetter(inside[k]) || IsDigit(inside[k]) ||
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
