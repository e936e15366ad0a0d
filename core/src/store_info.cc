#include "store_info.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace ferrite::internal {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxIndexes = 20;

Path ToPath(const std::string& key_path) {
  Path path;
  if (key_path.empty()) return path;
  size_t begin = 0;
  for (;;) {
    const size_t dot = key_path.find('.', begin);
    path.push_back(key_path.substr(begin, dot - begin));
    if (dot == std::string::npos) return path;
    begin = dot + 1;
  }
}

// The paths of a keyPath; none when there is no keyPath, or none of text.
std::vector<Path> ToPaths(const Json& key_path) {
  std::vector<Path> paths;
  if (key_path.is_string()) {
    paths.push_back(ToPath(key_path.get<std::string>()));
  } else if (key_path.is_array()) {
    for (const Json& part : key_path) {
      if (!part.is_string()) return {};
      paths.push_back(ToPath(part.get<std::string>()));
    }
  }
  return paths;
}

// SourceState::info; an empty object when it is none.
Json InfoOf(const SourceState& state) {
  Json info = Json::parse(state.info, nullptr, /*allow_exceptions=*/false);
  return info.is_object() ? info : Json::object();
}

}  // namespace

std::string InfoText(const SourceState& state) {
  return InfoOf(state).empty() ? "{}" : state.info;
}

std::vector<Path> KeyPathsOf(const SourceState& state) {
  const Json info = InfoOf(state);
  const auto found = info.find("keyPath");
  return found == info.end() ? std::vector<Path>() : ToPaths(*found);
}

std::vector<StoreIndex> IndexesOf(const SourceState& state) {
  const Json info = InfoOf(state);
  std::vector<StoreIndex> indexes;
  const auto list = info.find("indexes");
  if (list == info.end() || !list->is_array()) return indexes;
  for (const Json& entry : *list) {
    if (!entry.is_object() || entry.value("multiEntry", Json()) == true) {
      continue;
    }
    StoreIndex index;
    index.paths = ToPaths(entry.value("keyPath", Json()));
    index.unique = entry.value("unique", Json()) == true;
    if (!index.paths.empty()) indexes.push_back(std::move(index));
    if (indexes.size() == kMaxIndexes) break;
  }
  return indexes;
}

}  // namespace ferrite::internal
