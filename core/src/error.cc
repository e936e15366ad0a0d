#include "ferrite/error.h"

#include <new>
#include <nlohmann/json.hpp>

namespace ferrite {
namespace {

struct Entry {
  std::string_view text;
  int exit_status;
  ErrorNature nature;
  std::string_view sentence;
};

// Indexed by ErrorCode: both come from the same list.
constexpr Entry kEntries[] = {
#define FERRITE_ERROR(name, text, exit, nature, sentence) \
  {text, exit, ErrorNature::nature, sentence},
#include "ferrite/error_codes.inc"
#undef FERRITE_ERROR
};

const Entry& EntryOf(ErrorCode code) {
  return kEntries[static_cast<size_t>(code)];
}

}  // namespace

std::string_view ErrorText(ErrorCode code) { return EntryOf(code).text; }

std::string_view ErrorSentence(ErrorCode code) {
  return EntryOf(code).sentence;
}

int ErrorExitStatus(ErrorCode code) { return EntryOf(code).exit_status; }

ErrorNature NatureOf(ErrorCode code) { return EntryOf(code).nature; }

std::string_view NatureText(ErrorNature nature) {
  switch (nature) {
    case ErrorNature::kRecord:
      return "record";
    case ErrorNature::kPassing:
      return "passing";
    case ErrorNature::kStore:
      return "store";
    case ErrorNature::kCall:
      break;
  }
  return "call";
}

Error OutOfMemory() noexcept {
  try {
    return {ErrorCode::kOutOfMemory, "There is not enough memory.",
            "Close other programs or tabs, or use smaller batches.", ""};
  } catch (const std::bad_alloc&) {
    Error error;
    error.code = ErrorCode::kOutOfMemory;
    return error;
  }
}

std::string Error::ToJson() const {
  nlohmann::ordered_json json;
  json["code"] = ErrorText(code);
  if (!message.empty()) json["message"] = message;
  if (!hint.empty()) json["hint"] = hint;
  if (!path.empty()) json["path"] = path;
  // A message may quote a record, and a record may hold any bytes.
  return json.dump(-1, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace ferrite
