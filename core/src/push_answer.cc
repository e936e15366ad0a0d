// What a server decides and answers.
#include <nlohmann/json.hpp>

#include "ferrite/push.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void AddError(const Error& error, Json* json) {
  (*json)["code"] = ErrorText(error.code);
  (*json)["message"] = error.message;
  if (!error.hint.empty()) (*json)["hint"] = error.hint;
  if (!error.path.empty()) (*json)["path"] = error.path;
}

}  // namespace

PushDecision DecidePush(uint64_t last, uint64_t sequence,
                        const std::optional<Hash128>& recorded,
                        const Hash128& hash) {
  if (sequence > last) {
    return sequence - last == 1 ? PushDecision::kApply : PushDecision::kGap;
  }
  return recorded == hash ? PushDecision::kRepeat : PushDecision::kReused;
}

bool IsPermanentRefusal(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kRecordMalformed:
    case ErrorCode::kRecordUnsupported:
    case ErrorCode::kTypeMismatch:
    case ErrorCode::kNotNull:
    case ErrorCode::kNotUnique:
    case ErrorCode::kConstraint:
    case ErrorCode::kSchemaMismatch:
    case ErrorCode::kTableExists:
    // What SQLite will not take today it will not take tomorrow: a table with
    // two columns of one name, a value over its limits.
    case ErrorCode::kSql:
    case ErrorCode::kTooLarge:
      return true;
    default:
      return false;
  }
}

PushAnswer PushAnswer::Applied(uint64_t sequence, uint64_t rows) {
  return {
      200,
      Dump({{"outcome", "applied"}, {"sequence", sequence}, {"rows", rows}})};
}

PushAnswer PushAnswer::Refused(uint64_t sequence, const Error& error) {
  Json json = {{"outcome", "refused"}, {"sequence", sequence}};
  AddError(error, &json);
  return {422, Dump(json)};
}

PushAnswer PushAnswer::Gap(uint64_t sequence, uint64_t expected) {
  Json json = {{"expected", expected}};
  AddError({ErrorCode::kSequenceGap,
            "Push " + std::to_string(sequence) + " is ahead of push " +
                std::to_string(expected) + ", which the server waits for.",
            "The server lost pushes, or belongs to another store. A new epoch "
            "pushes every row again: ferrite sync push --restart.",
            ""},
           &json);
  return {409, Dump(json)};
}

PushAnswer PushAnswer::Reused(uint64_t sequence) {
  Json json = Json::object();
  AddError({ErrorCode::kSequenceReused,
            "The server has another push under sequence " +
                std::to_string(sequence) + ".",
            "The store's file was copied or restored. A new epoch pushes every "
            "row again: ferrite sync push --restart.",
            ""},
           &json);
  return {422, Dump(json)};
}

PushAnswer PushAnswer::Failed(int status, const Error& error) {
  Json json = Json::object();
  AddError(error, &json);
  return {status, Dump(json)};
}

}  // namespace ferrite
