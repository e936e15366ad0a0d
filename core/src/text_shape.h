// TextShape: what a text looks like, to find dates, UUIDs and numbers that lie
// hidden in texts.
#ifndef FERRITE_SRC_TEXT_SHAPE_H_
#define FERRITE_SRC_TEXT_SHAPE_H_

#include <string_view>

namespace ferrite::internal {

enum class TextShape {
  kPlain,
  kUuid,
  kIsoExact,  // as Date.prototype.toISOString() writes it, years 0000 to 9999
  kIsoZoned,  // ISO 8601 with date, time and zone in another form
  kIsoLocal,  // ISO 8601: a date alone, or a time without zone
  kNumber,    // a decimal number
};

TextShape TextShapeOf(std::string_view text);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_TEXT_SHAPE_H_
