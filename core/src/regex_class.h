// Classes of characters and escapes of a pattern, as sets of code points.
#ifndef FERRITE_SRC_REGEX_CLASS_H_
#define FERRITE_SRC_REGEX_CLASS_H_

#include <string>

#include "char_set.h"
#include "regex_cursor.h"

namespace ferrite::internal {

// Both give false with the cursor's reason when there is none. A Unicode
// property that is not known goes to `unsupported`, when that is empty.

// What stands behind a backslash, at which the cursor is: \d, \p{…}, \n, \u….
bool ReadEscape(RegexCursor* cursor, CharSet* set, std::string* unsupported);

// A class in brackets, at which the cursor is.
bool ReadClass(RegexCursor* cursor, CharSet* set, std::string* unsupported);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_REGEX_CLASS_H_
