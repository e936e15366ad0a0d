// StoreQuestion: requests about a store's history and their answers, both JSON
// as core/doc/history.md has them.
#ifndef FERRITE_NATIVE_CLI_STORE_QUESTION_H_
#define FERRITE_NATIVE_CLI_STORE_QUESTION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ferrite/error.h"
#include "ferrite/store.h"
#include "native/cli/history.h"

namespace ferrite {

// A request, member by member; what is empty is left out.
class HistoryRequest {
 public:
  explicit HistoryRequest(const std::string& action) { Text("do", action); }

  void Text(const char* name, const std::string& text);
  void Texts(const char* name, const std::vector<std::string>& texts);
  void Integer(const char* name, std::optional<int64_t> integer);
  void Json(const char* name, const std::string& json);
  void Page(const PageOptions& options);

  std::string ToJson() const { return "{" + members_ + "}"; }

 private:
  // Milliseconds since the epoch, or else ISO 8601.
  void Moment(const char* name, const std::string& text);

  std::string members_;
};

class StoreQuestion {
 public:
  // The store must be there. To ask, it is only read.
  static Result<StoreQuestion> Open(const std::string& path, bool is_change);

  // In the name of `command`.
  Result<std::string> Ask(const HistoryRequest& request,
                          const std::string& command);

  // Prints the rows of all pages as CSV.
  Result<int> PrintCsv(const HistoryRequest& request, PageOptions page,
                       const std::string& command);

 private:
  explicit StoreQuestion(std::unique_ptr<Store> store)
      : store_(std::move(store)) {}

  std::unique_ptr<Store> store_;
};

// Which rows of how many were shown, when not all of them; nothing otherwise.
void PrintRest(uint64_t shown, uint64_t offset, uint64_t total,
               const std::string& noun, const Console& console);

// `head`, of `indent` columns, and `text` behind it, in lines of at most 80
// bytes that are broken at blanks where there are any.
void PrintWrapped(std::string head, size_t indent, std::string text,
                  const Console& console);

// At most `width` characters of `text`, the last an ellipsis when it is cut.
std::string Cut(const std::string& text, size_t width);
// "2026-11-21 13:20": minutes are enough in a list.
std::string MinuteText(int64_t at);

// Members of an answer; empty and 0 when they are not there.
template <typename Json>
std::string TextOf(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string()
             ? found->template get<std::string>()
             : std::string();
}

template <typename Json>
int64_t NumberOf(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number()
             ? found->template get<int64_t>()
             : 0;
}

template <typename Json>
uint64_t CountOf(const Json& json, const char* name) {
  return static_cast<uint64_t>(NumberOf(json, name));
}

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_STORE_QUESTION_H_
