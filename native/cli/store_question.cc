#include "native/cli/store_question.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "ferrite/history.h"
#include "native/cli/open_store.h"
#include "native/clock.h"

namespace ferrite {
namespace {

std::string Dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void HistoryRequest::Json(const char* name, const std::string& json) {
  if (!members_.empty()) members_ += ',';
  members_ += Dump(name) + ":" + json;
}

void HistoryRequest::Text(const char* name, const std::string& text) {
  if (!text.empty()) Json(name, Dump(text));
}

void HistoryRequest::Texts(const char* name,
                           const std::vector<std::string>& texts) {
  if (!texts.empty()) Json(name, Dump(texts));
}

void HistoryRequest::Integer(const char* name, std::optional<int64_t> integer) {
  if (integer) Json(name, std::to_string(*integer));
}

void HistoryRequest::Moment(const char* name, const std::string& text) {
  const bool is_number =
      text.find_first_not_of("0123456789") == std::string::npos &&
      text.size() < 19;
  if (is_number && !text.empty()) {
    Integer(name, std::stoll(text));
  } else {
    Text(name, text);
  }
}

void HistoryRequest::Page(const PageOptions& options) {
  Moment("from", options.from);
  Moment("to", options.to);
  Text("search", options.search);
  Text("sort", options.sort);
  Integer("offset", options.offset);
  Integer("limit", options.limit);
}

Result<StoreQuestion> StoreQuestion::Open(const std::string& path,
                                          bool is_change) {
  Result<std::unique_ptr<Store>> store =
      OpenStore(path, is_change ? OpenFor::kChanging : OpenFor::kReading);
  if (!store.ok()) return std::move(store).error();
  return StoreQuestion(std::move(store).value());
}

Result<std::string> StoreQuestion::Ask(const HistoryRequest& request,
                                       const std::string& command) {
  return AnswerHistory(store_.get(), request.ToJson(), Now(),
                       CommandActor(command));
}

Result<int> StoreQuestion::PrintCsv(const HistoryRequest& request,
                                    PageOptions page,
                                    const std::string& command) {
  std::string after;
  for (;;) {
    HistoryRequest next = request;
    next.Text("format", "csv");
    if (!page.limit) page.limit = 1000;
    next.Page(page);
    if (!after.empty()) next.Json("after", after);
    Result<std::string> text = Ask(next, command);
    if (!text.ok()) return std::move(text).error();
    const auto answer = nlohmann::json::parse(*text);
    fmt::print("{}", answer["csv"].get<std::string>());
    if (!answer.contains("next")) return 0;
    after = answer["next"].dump();
    page.offset.reset();
  }
}

void PrintRest(uint64_t shown, uint64_t offset, uint64_t total,
               const std::string& noun, const Console& console) {
  if (shown == total || shown == 0) return;
  console.Line();
  console.Line(console.Paint(
      Tone::kDim,
      fmt::format("{} to {} of {}. --limit, --offset and filters show others.",
                  Grouped(offset + 1), Grouped(offset + shown),
                  Counted(total, noun))));
}

void PrintWrapped(std::string head, size_t indent, std::string text,
                  const Console& console) {
  constexpr size_t kScreen = 80;
  const size_t width = kScreen - indent;
  while (text.size() > width) {
    size_t end = text.rfind(' ', width);
    if (end == std::string::npos || end == 0) end = text.find(' ', width);
    if (end == std::string::npos) break;
    console.Line(head + text.substr(0, end));
    head = std::string(indent, ' ');
    text.erase(0, end + 1);
  }
  console.Line(head + text);
}

std::string Cut(const std::string& text, size_t width) {
  size_t count = 0;
  size_t end = 0;  // where the last character that fits begins
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) == 0x80) continue;
    if (++count == width) end = i;
    if (count > width) return text.substr(0, end) + "…";
  }
  return text;
}

std::string MinuteText(int64_t at) { return TimeText(at).substr(0, 16); }

Actor CommandActor(const std::string& command) {
  char host[256] = "";
  if (gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
  const passwd* user = getpwuid(geteuid());
  const std::string name =
      user == nullptr ? std::to_string(geteuid()) : user->pw_name;
  return {"ferrite " + command, name + "@" + host};
}

}  // namespace ferrite
