// What a column's `convert` makes of values: core/doc/plan.md, "Conversions".
#ifndef FERRITE_SRC_CONVERSION_H_
#define FERRITE_SRC_CONVERSION_H_

#include <string>

#include "column_value.h"
#include "ferrite/encoding.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite::internal {

// The cell of a value in the form that `convert` names; for kAuto in any form
// that has one plain meaning. kMismatch when the value is in no such form. The
// bytes of cells that the value does not hold are appended to `scratch`.
ColumnCell ConvertValue(ColumnType type, Convert convert, const Item& head,
                        std::string* scratch);

// Writes the value in the form that `convert`, not kAuto, names. False when the
// cell stands for none.
bool WriteConverted(ColumnType type, Convert convert, const Cell& cell,
                    Writer* out);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_CONVERSION_H_
