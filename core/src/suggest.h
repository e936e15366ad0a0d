// "Did you mean": the known name nearest to one that is not known.
#ifndef FERRITE_SRC_SUGGEST_H_
#define FERRITE_SRC_SUGGEST_H_

#include <span>
#include <string>
#include <string_view>

namespace ferrite::internal {

// The nearest of `known` by edits without regard to ASCII case; empty when
// none is near enough to be meant.
std::string_view Nearest(std::string_view name,
                         std::span<const std::string_view> known);

// `Did you mean "columns"? Allowed: name, from, columns.`, or the last
// sentence alone.
std::string SuggestHint(std::string_view name,
                        std::span<const std::string_view> known);

// `text` in quotes, cut to some 60 bytes at a character's border.
std::string Quoted(std::string_view text);

std::string AsciiLower(std::string_view text);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SUGGEST_H_
