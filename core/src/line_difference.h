#ifndef FERRITE_SRC_LINE_DIFFERENCE_H_
#define FERRITE_SRC_LINE_DIFFERENCE_H_

#include <string>
#include <string_view>

namespace ferrite::internal {

// The lines of both texts, each behind "-" (in `before` alone), "+" (in `after`
// alone) or a space, with as many in common as there can be. Of long texts only
// the lines at both ends are taken for common.
std::string LineDifference(std::string_view before, std::string_view after);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_LINE_DIFFERENCE_H_
