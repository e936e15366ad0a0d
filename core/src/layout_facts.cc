#include "layout_facts.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace ferrite::internal {
namespace {

using Json = nlohmann::json;

Error Wrong(std::string path, std::string_view wanted) {
  return {ErrorCode::kInvalidArgument,
          "The facts about the storage are not usable.",
          "Expected " + std::string(wanted) + " there.", std::move(path)};
}

// The member, or an empty array when it is left out.
Result<Json> List(const Json& parent, const char* name,
                  const std::string& path) {
  const auto found = parent.find(name);
  if (found == parent.end() || found->is_null()) return Json(Json::array());
  if (!found->is_array()) return Wrong(path + "/" + name, "an array");
  return Json(*found);
}

Result<std::string> Name(const Json& parent, const std::string& path) {
  if (!parent.is_object()) return Wrong(path, "an object");
  const auto found = parent.find("name");
  if (found == parent.end() || !found->is_string())
    return Wrong(path + "/name", "a name");
  return found->get<std::string>();
}

uint64_t Count(const Json& parent, const char* name) {
  const auto found = parent.find(name);
  return found != parent.end() && found->is_number_unsigned()
             ? found->get<uint64_t>()
             : 0;
}

Result<StoreFacts> ParseStore(const Json& json, const std::string& path) {
  StoreFacts store;
  Result<std::string> name = Name(json, path);
  if (!name.ok()) return name.error();
  store.name = std::move(name).value();
  if (const auto key_path = json.find("keyPath"); key_path != json.end()) {
    if (!key_path->is_null() && !key_path->is_string() && !key_path->is_array())
      return Wrong(path + "/keyPath", "null, a text or an array of texts");
    store.key_path = key_path->dump();
  }
  store.auto_increment = json.value("autoIncrement", Json(false)) == true;
  store.records = Count(json, "records");
  Result<Json> indexes = List(json, "indexes", path);
  if (!indexes.ok()) return indexes.error();
  for (const Json& index : *indexes) {
    Result<std::string> index_name = Name(index, path + "/indexes");
    if (!index_name.ok()) return index_name.error();
    store.indexes.push_back(std::move(index_name).value());
  }
  Result<Json> keys = List(json, "keys", path);
  if (!keys.ok()) return keys.error();
  for (const Json& key : *keys) {
    if (!key.is_string()) return Wrong(path + "/keys", "texts");
    store.keys.push_back(key.get<std::string>());
  }
  return store;
}

Result<DatabaseFacts> ParseDatabase(const Json& json, const std::string& path) {
  DatabaseFacts database;
  Result<std::string> name = Name(json, path);
  if (!name.ok()) return name.error();
  database.name = std::move(name).value();
  database.version = Count(json, "version");
  Result<Json> stores = List(json, "stores", path);
  if (!stores.ok()) return stores.error();
  for (size_t i = 0; i < stores->size(); ++i) {
    Result<StoreFacts> store =
        ParseStore((*stores)[i], path + "/stores/" + std::to_string(i));
    if (!store.ok()) return store.error();
    database.stores.push_back(std::move(store).value());
  }
  return database;
}

Result<std::vector<EntryFacts>> ParseEntries(const Json& root,
                                             const char* area) {
  Result<Json> list = List(root, area, "");
  if (!list.ok()) return list.error();
  std::vector<EntryFacts> entries;
  for (size_t i = 0; i < list->size(); ++i) {
    const Json& entry = (*list)[i];
    if (entry.is_string()) {
      entries.push_back({entry.get<std::string>(), ""});
      continue;
    }
    const Json key = entry.is_object() ? entry.value("key", Json()) : Json();
    const Json value =
        entry.is_object() ? entry.value("value", Json("")) : Json();
    if (!key.is_string() || !value.is_string()) {
      return Wrong("/" + std::string(area) + "/" + std::to_string(i),
                   R"(a key or {"key", "value"})");
    }
    entries.push_back({key.get<std::string>(), value.get<std::string>()});
  }
  return entries;
}

}  // namespace

Result<LayoutFacts> LayoutFacts::Parse(std::string_view json) {
  const Json root = Json::parse(json.begin(), json.end(), nullptr,
                                /*allow_exceptions=*/false);
  if (!root.is_object()) return Wrong("", "a JSON object");
  LayoutFacts facts;
  Result<Json> databases = List(root, "databases", "");
  if (!databases.ok()) return databases.error();
  for (size_t i = 0; i < databases->size(); ++i) {
    Result<DatabaseFacts> database =
        ParseDatabase((*databases)[i], "/databases/" + std::to_string(i));
    if (!database.ok()) return database.error();
    facts.databases.push_back(std::move(database).value());
  }
  auto local = ParseEntries(root, "localStorage");
  if (!local.ok()) return local.error();
  facts.local_storage = std::move(local).value();
  auto session = ParseEntries(root, "sessionStorage");
  if (!session.ok()) return session.error();
  facts.session_storage = std::move(session).value();
  return facts;
}

}  // namespace ferrite::internal
