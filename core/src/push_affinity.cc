#include <algorithm>

#include "ferrite/push.h"

namespace ferrite {
namespace {

bool Contains(std::string_view upper, std::string_view part) {
  return upper.find(part) != std::string_view::npos;
}

}  // namespace

// https://www.sqlite.org/datatype3.html, section 3.1: the first rule that fits.
Affinity AffinityOf(std::string_view declared_type) {
  std::string upper(declared_type);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  if (Contains(upper, "INT")) return Affinity::kInteger;
  if (Contains(upper, "CHAR") || Contains(upper, "CLOB") ||
      Contains(upper, "TEXT")) {
    return Affinity::kText;
  }
  if (Contains(upper, "BLOB") || upper.empty()) return Affinity::kAny;
  if (Contains(upper, "REAL") || Contains(upper, "FLOA") ||
      Contains(upper, "DOUB")) {
    return Affinity::kReal;
  }
  return Affinity::kNumeric;
}

}  // namespace ferrite
