// Writes a bundle of the records in a JSON file:
//
//   bundle_from_json FILE SOURCES
//
// SOURCES is {"sources": [{"source", "info", "records": [[key, value], …]}]}
// with keys and values as in json_record.h.
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "ferrite/bundle.h"
#include "tests/support/json_record.h"
#include "tests/support/memory_host.h"

namespace ferrite::testing {
namespace {

using Json = nlohmann::ordered_json;

MemorySource ReadSource(const Json& json) {
  const Json& name = json.at("source");
  MemorySource source =
      name.contains("localStorage")
          ? MemorySource::LocalStorage()
          : MemorySource::IndexedDb(name.at("indexedDB"), name.at("store"),
                                    json.at("info").dump());
  for (const Json& record : json.at("records")) {
    Writer key;
    Writer value;
    if (!EncodeJson(record[0], &key).ok() ||
        !EncodeJson(record[1], &value).ok()) {
      throw std::runtime_error("no record: " + record.dump());
    }
    source.Put(key.bytes(), value.bytes());
  }
  return source;
}

int Run(const std::string& path, const std::string& sources) {
  MemoryHost host;
  std::ifstream file(sources);
  const Json json = Json::parse(file);
  for (const Json& source : json.at("sources")) {
    host.sources.push_back(ReadSource(source));
  }
  auto pass = BeginBundle(path, {}, host.States(), {}, host.now);
  const Result<void> done =
      pass.ok() ? host.Drive(pass->get()) : Result<void>(pass.error());
  if (done.ok()) return 0;
  std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return 1;
}

}  // namespace
}  // namespace ferrite::testing

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "bundle_from_json FILE SOURCES\n");
    return 2;
  }
  return ferrite::testing::Run(argv[1], argv[2]);
}
