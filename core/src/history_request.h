// What the parts of AnswerHistory share: looking into a request.
#ifndef FERRITE_CORE_SRC_HISTORY_REQUEST_H_
#define FERRITE_CORE_SRC_HISTORY_REQUEST_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "ferrite/error.h"
#include "suggest.h"

namespace ferrite::internal {

inline Error WrongRequest(std::string path, std::string message,
                          std::string hint = "") {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint),
          std::move(path)};
}

// Every member of the object at `path` must be one of `known`.
template <typename Json>
Result<void> CheckMembers(const Json& json, const std::string& path,
                          std::span<const std::string_view> known) {
  if (!json.is_object()) return WrongRequest(path, "This is no JSON object.");
  for (const auto& [name, value] : json.items()) {
    bool is_known = false;
    for (const std::string_view candidate : known) {
      is_known = is_known || candidate == name;
    }
    if (is_known) continue;
    return WrongRequest(path + "/" + name,
                        "There is no member " + Quoted(name) + ".",
                        SuggestHint(name, known));
  }
  return {};
}

// The member `name`, an integer from `least` to `most`; `otherwise` when it is
// left out or null.
template <typename Json>
Result<int64_t> IntegerMember(const Json& json, const std::string& path,
                              const char* name, int64_t least, int64_t most,
                              int64_t otherwise) {
  const auto found = json.find(name);
  if (found == json.end() || found->is_null()) return otherwise;
  const bool is_integer =
      found->is_number_unsigned()
          ? found->template get<uint64_t>() <= uint64_t{INT64_MAX}
          : found->is_number_integer();
  const int64_t value = is_integer ? found->template get<int64_t>() : 0;
  if (is_integer && value >= least && value <= most) return value;
  return WrongRequest(path + "/" + name, Quoted(name) + " is no integer from " +
                                             std::to_string(least) + " to " +
                                             std::to_string(most) + ".");
}

// The member `name`, one of `allowed`; `otherwise` when it is left out or null.
template <typename Json>
Result<std::string> ChoiceMember(const Json& json, const std::string& path,
                                 const char* name,
                                 std::span<const std::string_view> allowed,
                                 std::string_view otherwise) {
  const auto found = json.find(name);
  if (found == json.end() || found->is_null()) return std::string(otherwise);
  std::string text =
      found->is_string() ? found->template get<std::string>() : "";
  for (const std::string_view candidate : allowed) {
    if (candidate == text) return text;
  }
  return WrongRequest(
      path + "/" + name,
      Quoted(name) + " cannot be " +
          (found->is_string() ? Quoted(text) : std::string("this")) + ".",
      SuggestHint(text, allowed));
}

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_HISTORY_REQUEST_H_
