#include "json_pointer.h"

namespace ferrite::internal {

void AppendToken(std::string_view token, std::string* pointer) {
  pointer->push_back('/');
  for (const char c : token) {
    if (c == '~') {
      *pointer += "~0";
    } else if (c == '/') {
      *pointer += "~1";
    } else {
      pointer->push_back(c);
    }
  }
}

std::string ToPointer(const std::vector<std::string>& tokens) {
  std::string pointer;
  for (const std::string& token : tokens) AppendToken(token, &pointer);
  return pointer;
}

std::optional<std::vector<std::string>> ParsePointer(std::string_view text,
                                                     std::string* reason) {
  std::vector<std::string> tokens;
  if (text.empty()) return tokens;
  if (text[0] != '/') {
    *reason = "it does not begin with \"/\"";
    return std::nullopt;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '/') {
      tokens.emplace_back();
    } else if (text[i] != '~') {
      tokens.back().push_back(text[i]);
    } else if (i + 1 < text.size() &&
               (text[i + 1] == '0' || text[i + 1] == '1')) {
      tokens.back().push_back(text[++i] == '0' ? '~' : '/');
    } else {
      *reason = "\"~\" is followed by neither 0 nor 1";
      return std::nullopt;
    }
  }
  return tokens;
}

}  // namespace ferrite::internal
