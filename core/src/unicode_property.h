// What \p{…} of a pattern means.
#ifndef FERRITE_SRC_UNICODE_PROPERTY_H_
#define FERRITE_SRC_UNICODE_PROPERTY_H_

#include <string_view>

#include "char_set.h"

namespace ferrite::internal {

// The code points with a property: a general category (L, Letter, gc=Lu,
// General_Category=Uppercase_Letter …), Any, ASCII, or one of the binary
// properties Alphabetic, Emoji, Emoji_Component, Emoji_Modifier,
// Emoji_Modifier_Base, Emoji_Presentation, Extended_Pictographic,
// Regional_Indicator, White_Space. False for any other: scripts are left out
// for their size.
bool UnicodeProperty(std::string_view name, CharSet* out);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_UNICODE_PROPERTY_H_
