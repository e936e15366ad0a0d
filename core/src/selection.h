// Which records a plan's selection means, by their keys.
#ifndef FERRITE_SRC_SELECTION_H_
#define FERRITE_SRC_SELECTION_H_

#include <string_view>

#include "ferrite/bytes.h"
#include "ferrite/plan.h"

namespace ferrite::internal {

// Whether the selection has the record with this (encoded) key of its source.
bool Selects(const Selection& selection, Bytes key);

// Whether the pattern fits all of a text, both UTF-8 or WTF-8: * is any text, ?
// one code point. At most text × pattern steps, whatever they are.
bool MatchesPattern(std::string_view text, std::string_view pattern);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SELECTION_H_
