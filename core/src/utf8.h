// Well-formedness of text: UTF-8, and WTF-8 for text with lone surrogates.
#ifndef FERRITE_SRC_UTF8_H_
#define FERRITE_SRC_UTF8_H_

#include "ferrite/bytes.h"

namespace ferrite::internal {

bool IsUtf8(Bytes text);

// WTF-8 with at least one lone surrogate: text that UTF-8 can hold is no Wtf8,
// so that every string has one encoding only.
bool IsWtf8(Bytes text);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_UTF8_H_
