// How values that are no text are shown as text.
#ifndef FERRITE_SRC_TEXT_FORMS_H_
#define FERRITE_SRC_TEXT_FORMS_H_

#include <optional>
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

// A finite number as JavaScript's String() writes it; the digits are those of
// AppendDouble.
void AppendNumber(double value, std::string* out);

// Decimal text as JSON has it, leading zeros allowed. Nothing for any other
// text and for what is beyond every number.
std::optional<double> ParseNumber(std::string_view text);

// Base64 and base64url, with padding or without, nothing else. `canonical`
// says whether AppendBase64 gives the text back. False, and nothing appended,
// when it is neither.
bool DecodeBase64(std::string_view text, std::string* out, bool* canonical);

// The bytes of a data: URL. False, and nothing appended, when it is none.
bool DecodeDataUrl(std::string_view text, std::string* out);

void AppendInteger(int64_t value, std::string* out);

// WTF-8 with U+FFFD for each lone surrogate.
std::string WellFormed(std::string_view wtf8);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_TEXT_FORMS_H_
