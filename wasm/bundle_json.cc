#include "bundle_json.h"

#include <nlohmann/json.hpp>

namespace ferrite {

std::string BundleJson(const BundleReader& bundle) {
  using Json = nlohmann::json;
  Json sources = Json::array();
  for (const SourceState& state : bundle.sources()) {
    const bool is_there = state.status == SourceState::Status::kReady ||
                          state.status == SourceState::Status::kEmpty;
    sources.push_back({{"source", Json::parse(state.source.ToJson())},
                       {"status", is_there ? "ready" : "absent"},
                       {"records", state.records}});
  }
  return Json{{"identity", bundle.identity()},
              {"sources", std::move(sources)},
              {"structure", bundle.structure()}}
      .dump();
}

}  // namespace ferrite
