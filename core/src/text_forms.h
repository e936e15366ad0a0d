// How values that are no text are shown as text.
#ifndef FERRITE_SRC_TEXT_FORMS_H_
#define FERRITE_SRC_TEXT_FORMS_H_

#include <string>
#include <string_view>

#include "ferrite/encoding.h"

namespace ferrite::internal {

// RFC 4648, with padding.
void AppendBase64(Bytes bytes, std::string* out);

// A kBigInt in decimal; one of more than 4096 bytes in hexadecimal ("0x…"),
// since decimal costs the square of the length.
void AppendBigInt(const Item& item, std::string* out);

// The fewest digits, or nearly so, that give a finite number back; valid JSON,
// and the same in both twins.
void AppendDouble(double value, std::string* out);

void AppendInteger(int64_t value, std::string* out);

// WTF-8 with U+FFFD for each lone surrogate.
std::string WellFormed(std::string_view wtf8);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_TEXT_FORMS_H_
