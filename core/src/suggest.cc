#include "suggest.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace ferrite::internal {
namespace {

// Names longer than this are no typing errors of ours, and the distance costs
// the product of both lengths.
constexpr size_t kLongestName = 64;
// A list longer than this helps nobody.
constexpr size_t kLongestList = 20;

// Insertions, deletions, replacements and swaps of neighbours.
size_t Edits(std::string_view a, std::string_view b) {
  std::vector<size_t> before, last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped =
          i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

std::string AsciiLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string_view Nearest(std::string_view name,
                         std::span<const std::string_view> known) {
  if (name.empty() || name.size() > kLongestName) return {};
  const std::string wanted = AsciiLower(name);
  size_t best = std::clamp<size_t>(name.size() / 3, 1, 3) + 1;
  std::string_view nearest;
  for (const std::string_view candidate : known) {
    if (candidate.size() > kLongestName) continue;
    const size_t edits = Edits(wanted, AsciiLower(candidate));
    if (edits < best) {
      best = edits;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string SuggestHint(std::string_view name,
                        std::span<const std::string_view> known) {
  std::string hint;
  if (const std::string_view nearest = Nearest(name, known); !nearest.empty()) {
    hint = "Did you mean " + Quoted(nearest) + "? ";
  }
  hint += "Allowed: ";
  for (size_t i = 0; i < std::min(known.size(), kLongestList); ++i) {
    if (i > 0) hint += ", ";
    hint += known[i];
  }
  return hint + (known.size() > kLongestList ? ", …" : ".");
}

std::string Quoted(std::string_view text) {
  size_t size = text.size();
  if (size > 60) {
    size = 57;
    while (size > 0 && (static_cast<uint8_t>(text[size]) & 0xc0) == 0x80)
      --size;
  }
  std::string quoted = "\"";
  quoted += text.substr(0, size);
  return quoted + (size < text.size() ? "…\"" : "\"");
}

}  // namespace ferrite::internal
