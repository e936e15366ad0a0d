#include "unicode_property.h"

#include <cstdint>
#include <span>
#include <vector>

namespace ferrite::internal {
namespace {

#include "unicode_property.inc"

// In the order of the table's numbers; a first letter alone names all that
// begin with it.
struct Category {
  std::string_view name;
  std::string_view long_name;
};
constexpr Category kCategories[] = {
    {"Cn", "Unassigned"},
    {"Lu", "Uppercase_Letter"},
    {"Ll", "Lowercase_Letter"},
    {"Lt", "Titlecase_Letter"},
    {"Lm", "Modifier_Letter"},
    {"Lo", "Other_Letter"},
    {"Mn", "Nonspacing_Mark"},
    {"Mc", "Spacing_Mark"},
    {"Me", "Enclosing_Mark"},
    {"Nd", "Decimal_Number"},
    {"Nl", "Letter_Number"},
    {"No", "Other_Number"},
    {"Pc", "Connector_Punctuation"},
    {"Pd", "Dash_Punctuation"},
    {"Ps", "Open_Punctuation"},
    {"Pe", "Close_Punctuation"},
    {"Pi", "Initial_Punctuation"},
    {"Pf", "Final_Punctuation"},
    {"Po", "Other_Punctuation"},
    {"Sm", "Math_Symbol"},
    {"Sc", "Currency_Symbol"},
    {"Sk", "Modifier_Symbol"},
    {"So", "Other_Symbol"},
    {"Zs", "Space_Separator"},
    {"Zl", "Line_Separator"},
    {"Zp", "Paragraph_Separator"},
    {"Cc", "Control"},
    {"Cf", "Format"},
    {"Cs", "Surrogate"},
    {"Co", "Private_Use"},
};

struct Group {
  std::string_view name;
  std::string_view long_name;
};
constexpr Group kGroups[] = {
    {"L", "Letter"}, {"M", "Mark"},        {"M", "Combining_Mark"},
    {"N", "Number"}, {"P", "Punctuation"}, {"P", "punct"},
    {"S", "Symbol"}, {"Z", "Separator"},   {"C", "Other"},
};

struct Binary {
  std::string_view name;
  std::string_view short_name;
  std::span<const uint32_t> edges;
};
constexpr uint32_t kAny[] = {0, 0x110000};
constexpr uint32_t kAscii[] = {0, 0x80};
constexpr Binary kBinary[] = {
    {"Any", "Any", kAny},
    {"ASCII", "ASCII", kAscii},
    {"Alphabetic", "Alpha", kAlphabetic},
    {"Emoji", "Emoji", kEmoji},
    {"Emoji_Component", "EComp", kEmojiComponent},
    {"Emoji_Modifier", "EMod", kEmojiModifier},
    {"Emoji_Modifier_Base", "EBase", kEmojiModifierBase},
    {"Emoji_Presentation", "EPres", kEmojiPresentation},
    {"Extended_Pictographic", "ExtPict", kExtendedPictographic},
    {"Regional_Indicator", "RI", kRegionalIndicator},
    {"White_Space", "space", kWhiteSpace},
};

// A bit for each category that the name means.
uint32_t CategoriesNamed(std::string_view name) {
  for (const Group& group : kGroups) {
    if (name == group.long_name) name = group.name;
  }
  uint32_t named = 0;
  for (size_t i = 0; i < std::size(kCategories); ++i) {
    const Category& category = kCategories[i];
    const bool cased =
        (name == "LC" || name == "Cased_Letter") && i >= 1 && i <= 3;
    const bool group = name.size() == 1 && category.name.starts_with(name);
    const bool digit = name == "digit" && category.name == "Nd";
    const bool control = name == "cntrl" && category.name == "Cc";
    if (cased || group || digit || control || name == category.name ||
        name == category.long_name) {
      named |= 1u << i;
    }
  }
  return named;
}

}  // namespace

bool UnicodeProperty(std::string_view name, CharSet* out) {
  std::vector<CharSet::Range> ranges;
  bool category_only = false;
  for (const std::string_view prefix : {"General_Category=", "gc="}) {
    if (!name.starts_with(prefix)) continue;
    name.remove_prefix(prefix.size());
    category_only = true;
  }
  if (const uint32_t named = CategoriesNamed(name); named != 0) {
    const size_t count = std::size(kCategoryStarts);
    for (size_t i = 0; i < count; ++i) {
      if ((named >> (kCategoryStarts[i] % 32) & 1) == 0) continue;
      const uint32_t next =
          i + 1 < count ? kCategoryStarts[i + 1] / 32 : kMaxCodePoint + 1;
      ranges.push_back({kCategoryStarts[i] / 32, next - 1});
    }
    *out = CharSet(std::move(ranges));
    return true;
  }
  if (category_only) return false;
  for (const Binary& binary : kBinary) {
    if (name != binary.name && name != binary.short_name) continue;
    for (size_t i = 0; i < binary.edges.size(); i += 2) {
      ranges.push_back({binary.edges[i], binary.edges[i + 1] - 1});
    }
    *out = CharSet(std::move(ranges));
    return true;
  }
  return false;
}

}  // namespace ferrite::internal
