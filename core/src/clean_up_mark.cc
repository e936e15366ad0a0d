#include "clean_up_mark.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace ferrite::internal {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kKey[] = "clean_up";

}  // namespace

std::string CleanUpMark::ToJson() const {
  Json json = {{"id", id},
               {"row", row},
               {"migration", migration},
               {"status", status},
               {"startedAt", started_at}};
  if (finished_at) json["finishedAt"] = *finished_at;
  json["sources"] = Json::parse(sources, nullptr, /*allow_exceptions=*/false);
  if (!newer.empty()) {
    json["newer"] = Json::parse(newer, nullptr, /*allow_exceptions=*/false);
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::optional<CleanUpMark>> FindMark(Store* store) {
  Result<std::optional<std::string>> text = store->Meta(kKey);
  if (!text.ok()) return std::move(text).error();
  const Json json = Json::parse(text->value_or(""), nullptr,
                                /*allow_exceptions=*/false);
  if (!json.is_object()) return std::optional<CleanUpMark>();
  CleanUpMark mark;
  mark.id = json.value("id", "");
  mark.row = json.value("row", int64_t{0});
  mark.migration = json.value("migration", int64_t{0});
  mark.status = json.value("status", "");
  mark.started_at = json.value("startedAt", int64_t{0});
  if (json.contains("finishedAt")) {
    mark.finished_at = json.value("finishedAt", int64_t{0});
  }
  mark.sources = json.value("sources", Json::array()).dump();
  if (json.contains("newer")) mark.newer = json["newer"].dump();
  return std::optional<CleanUpMark>(std::move(mark));
}

Result<void> SetMark(Store* store, const CleanUpMark& mark) {
  return store->SetMeta(kKey, mark.ToJson());
}

Result<void> RemoveMark(Store* store) {
  return store->Execute("DELETE FROM ferrite_meta WHERE key='clean_up'");
}

Result<void> KeepMark(Store* live, Store* restored, bool is_same_store) {
  Result<std::optional<CleanUpMark>> mark =
      FindMark(is_same_store ? live : restored);
  if (!mark.ok()) return std::move(mark).error();
  if (!mark->has_value()) return RemoveMark(restored);
  if ((*mark)->status == kMarkRestoring) (*mark)->status = kMarkRestored;
  return SetMark(restored, **mark);
}

}  // namespace ferrite::internal
