#include "tests/cases/runner/case.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "tests/support/json_record.h"
#include "tests/support/temp_dir.h"

namespace ferrite::testing {
namespace {

using Json = nlohmann::ordered_json;

SourceState::Status Status(const std::string& text) {
  if (text == "ready") return SourceState::Status::kReady;
  if (text == "empty") return SourceState::Status::kEmpty;
  if (text == "absent") return SourceState::Status::kAbsent;
  if (text == "blocked") return SourceState::Status::kBlocked;
  if (text == "unreadable") return SourceState::Status::kUnreadable;
  throw std::runtime_error("source.json: unknown status " + text);
}

ByteBuffer Encoded(const Json& json) {
  Writer out;
  Result<void> done = EncodeJson(json, &out);
  if (!done.ok()) throw std::runtime_error("source.json: " + json.dump());
  return out.Take();
}

MemorySource LoadSource(const Json& json) {
  const Json& place = json.at("source");
  MemorySource source =
      place.contains("localStorage")
          ? MemorySource::LocalStorage()
          : MemorySource::IndexedDb(place.at("indexedDB"), place.at("store"),
                                    json.at("info").dump());
  source.set_status(Status(json.at("status")));
  if (!json.contains("records")) return source;
  for (const Json& record : json.at("records")) {
    source.Put(Encoded(record.at(0)), Encoded(record.at(1)));
  }
  return source;
}

}  // namespace

std::vector<std::string> FindCases(const std::string& root) {
  namespace fs = std::filesystem;
  if (fs::exists(root + "/plan.json")) return {root};
  std::vector<std::string> folders;
  for (const fs::directory_entry& entry : fs::directory_iterator(root)) {
    if (fs::exists(entry.path() / "plan.json")) {
      folders.push_back(entry.path().string());
    }
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

Case LoadCase(const std::string& folder) {
  namespace fs = std::filesystem;
  Case loaded;
  loaded.folder = folder;
  loaded.name = fs::path(folder).filename().string();
  loaded.plan = ReadFile(folder + "/plan.json");
  try {
    const Json sources = Json::parse(ReadFile(folder + "/source.json"));
    for (const Json& source : sources.at("sources")) {
      loaded.host.sources.push_back(LoadSource(source));
    }
    loaded.expects_error = fs::exists(folder + "/expected_error.json");
    loaded.expected = Json::parse(
        ReadFile(folder + (loaded.expects_error ? "/expected_error.json"
                                                : "/expected.json")));
    if (loaded.expects_error) loaded.expected.emplace("path", "");
  } catch (const Json::exception& error) {
    throw std::runtime_error(error.what());
  }
  return loaded;
}

void UpdateExpected(const Case& each, const Json& tables) {
  const std::string path = each.folder + "/expected.json";
  std::string text = ReadFile(path);
  size_t from = 0;
  for (const Json& table : tables) {
    const std::string head = table.at("name").dump() + ": {";
    const size_t begin = text.find(head, from);
    const size_t cells =
        begin == std::string::npos ? begin : text.find("\"cells\"", begin);
    if (cells == std::string::npos) {
      throw std::runtime_error("expected.json: no table " + head);
    }
    const std::string totals = "\"rows\": " + table.at("rows").dump() +
                               ", \"hash\": " + table.at("hash").dump() + ", ";
    text.replace(begin + head.size(), cells - begin - head.size(), totals);
    from = begin + head.size() + totals.size();
  }
  WriteFile(path, text);
}

}  // namespace ferrite::testing
