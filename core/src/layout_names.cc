#include "layout_names.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "suggest.h"

namespace ferrite::internal {
namespace {

constexpr size_t kMaxNameBytes = 128;

// Cut at a character's border.
std::string Shortened(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  while (bytes > 0 && (static_cast<uint8_t>(text[bytes]) & 0xc0) == 0x80)
    --bytes;
  return std::string(text.substr(0, bytes));
}

}  // namespace

std::string TableNames::Take(const std::string& wish) {
  std::string name = wish.empty() ? "unnamed" : wish;
  std::replace(name.begin(), name.end(), '\0', '_');
  const std::string lower = AsciiLower(name);
  if (lower.starts_with("ferrite_") || lower.starts_with("sqlite_"))
    name = "app_" + name;
  const std::string base = Shortened(name, kMaxNameBytes - 8);
  name = Shortened(name, kMaxNameBytes);
  for (int number = 2; !taken_.insert(AsciiLower(name)).second; ++number)
    name = base + "_" + std::to_string(number);
  return name;
}

}  // namespace ferrite::internal
