// JSON Pointer (RFC 6901): "/address/city", with ~0 for ~ and ~1 for /.
#ifndef FERRITE_SRC_JSON_POINTER_H_
#define FERRITE_SRC_JSON_POINTER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferrite::internal {

// Appends "/" and the token, escaped.
void AppendToken(std::string_view token, std::string* pointer);

std::string ToPointer(const std::vector<std::string>& tokens);

// Nothing when the text is no JSON Pointer; then `reason` says why.
std::optional<std::vector<std::string>> ParsePointer(std::string_view text,
                                                     std::string* reason);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_JSON_POINTER_H_
