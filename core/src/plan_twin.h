// The other spelling of a name: created_at for createdAt and back.
#ifndef FERRITE_SRC_PLAN_TWIN_H_
#define FERRITE_SRC_PLAN_TWIN_H_

#include <string>
#include <string_view>
#include <vector>

#include "ferrite/plan.h"

namespace ferrite::internal {

// Empty for a name in neither snake_case nor camelCase, and for one word.
std::string TwinOf(std::string_view name);

// Gives columns the path to their twin, where `implicit` says that they have
// no path of their own, unless another column has that name or path.
void AddTwins(const std::vector<bool>& implicit, std::vector<Column>* columns);

// Whether the column's second path is its name's twin, as AddTwins adds it.
bool HasTwinPath(const Column& column);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_TWIN_H_
