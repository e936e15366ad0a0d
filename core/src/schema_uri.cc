#include "schema_uri.h"

namespace ferrite::internal {
namespace {

struct Parts {
  std::string_view scheme;     // with ":"
  std::string_view authority;  // with "//"
  std::string_view path;
  std::string_view query;  // with "?"
};

Parts Split(std::string_view uri) {
  Parts parts;
  if (const size_t end = uri.find_first_of(":/?#");
      end != std::string_view::npos && end > 0 && uri[end] == ':') {
    parts.scheme = uri.substr(0, end + 1);
    uri.remove_prefix(end + 1);
  }
  if (uri.starts_with("//")) {
    parts.authority = uri.substr(0, uri.find_first_of("/?", 2));
    uri.remove_prefix(parts.authority.size());
  }
  parts.path = uri.substr(0, uri.find('?'));
  parts.query = uri.substr(parts.path.size());
  return parts;
}

std::string WithoutDots(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const size_t end = path.find('/', 1);
    const std::string_view segment = path.substr(0, end);
    const bool last = end == std::string_view::npos;
    path.remove_prefix(segment.size());
    if (segment == "/." || segment == "/..") {
      if (segment == "/..")
        out.resize(out.rfind('/') + 1 > 0 ? out.rfind('/') : 0);
      if (last) out += '/';
    } else {
      out += segment;
    }
  }
  return out;
}

int HexDigit(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return c >= '0' && c <= '9'           ? c - '0'
         : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10
                                        : -1;
}

}  // namespace

std::string ResolveUri(std::string_view base, std::string_view reference) {
  reference = reference.substr(0, reference.find('#'));
  if (reference.empty()) return std::string(base);
  const Parts to = Split(reference);
  if (!to.scheme.empty()) return std::string(reference);
  const Parts from = Split(base);
  std::string uri(from.scheme);
  if (!to.authority.empty()) return uri.append(reference);
  uri += from.authority;
  if (to.path.empty()) return uri.append(from.path).append(to.query);
  std::string path;
  if (!to.path.starts_with('/')) {
    path = from.path.substr(0, from.path.rfind('/') + 1);
    if (path.empty() && !from.authority.empty()) path = "/";
  }
  path += to.path;
  return uri.append(WithoutDots(path)).append(to.query);
}

std::string UriFragment(std::string_view reference) {
  const size_t begin = reference.find('#');
  std::string fragment;
  if (begin == std::string_view::npos) return fragment;
  for (size_t i = begin + 1; i < reference.size(); ++i) {
    const bool escaped = reference[i] == '%' && i + 2 < reference.size() &&
                         HexDigit(reference[i + 1]) >= 0 &&
                         HexDigit(reference[i + 2]) >= 0;
    if (escaped) {
      fragment.push_back(static_cast<char>(HexDigit(reference[i + 1]) << 4 |
                                           HexDigit(reference[i + 2])));
      i += 2;
    } else {
      fragment.push_back(reference[i]);
    }
  }
  return fragment;
}

}  // namespace ferrite::internal
