#include "tests/cases/runner/case_folder.h"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <stdexcept>
#include <utility>

#include "tests/support/json_record.h"
#include "tests/support/temp_dir.h"

namespace ferrite::testing {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string ReadExisting(const std::string& path) {
  if (!fs::exists(path)) throw std::runtime_error(path + " is not there");
  return ReadFile(path);
}

ByteBuffer Encoded(const Json& json) {
  Writer writer;
  Result<void> done = EncodeJson(json, &writer);
  if (!done.ok()) throw std::runtime_error(done.error().message);
  return writer.Take();
}

SourceState StateOf(const Json& json) {
  Json state = json;
  state["records"] = json.at("records").size();
  auto parsed = SourceState::ParseList(Json::array({state}).dump());
  if (!parsed.ok()) throw std::runtime_error(parsed.error().message);
  return std::move(parsed->front());
}

// What an index over the field would have: Dates and Numbers.
void SetTimes(const Json& records, const ChangeTime& time,
              MemorySource* source) {
  for (const Json& record : records) {
    const Json* at = &record.at(1);
    for (const std::string& token : time.path) {
      at = at != nullptr && at->contains(token) ? &at->at(token) : nullptr;
    }
    if (at != nullptr && at->contains("$date")) at = &at->at("$date");
    if (at == nullptr || !at->is_number()) continue;
    source->SetTime(record.at(0).dump(), at->get<int64_t>());
  }
}

MemorySource SourceOf(const Json& json, const Source& wanted) {
  const SourceState state = StateOf(json);
  if (state.source != wanted) {
    throw std::runtime_error("source.json has " + state.source.Label() +
                             " where the plan has " + wanted.Label());
  }
  MemorySource source =
      wanted.kind == SourceKind::kIndexedDb
          ? MemorySource::IndexedDb(wanted.database, wanted.store, state.info)
          : MemorySource::Storage(wanted.kind);
  source.set_status(state.status);
  for (const Json& record : json.at("records")) {
    source.Put(Encoded(record.at(0)), Encoded(record.at(1)));
  }
  if (source.state().records != state.records) {
    throw std::runtime_error("source.json has two records with one key");
  }
  return source;
}

}  // namespace

std::vector<std::string> CaseFolder::Names(const std::string& root) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(root)) {
    if (!fs::exists(entry.path() / "plan.json")) continue;
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

CaseFolder::CaseFolder(const std::string& root, const std::string& name)
    : name_(name), path_(root + "/" + name) {
  expected_file_ = File("expected.json");
  const std::string error_file = File("expected_error.json");
  if (fs::exists(error_file)) {
    if (fs::exists(expected_file_)) {
      throw std::runtime_error("expected.json and expected_error.json");
    }
    expected_file_ = error_file;
  }
  expected_ = Json::parse(ReadExisting(expected_file_));
}

std::string CaseFolder::PlanText() const {
  return ReadExisting(File("plan.json"));
}

std::optional<std::string> CaseFolder::FirstPlanText() const {
  if (!fs::exists(File("first_plan.json"))) return std::nullopt;
  return ReadFile(File("first_plan.json"));
}

std::vector<CaseFolder::Correction> CaseFolder::Corrections() const {
  std::vector<Correction> corrections;
  if (!fs::exists(File("corrections.json"))) return corrections;
  for (const Json& each : Json::parse(ReadFile(File("corrections.json")))) {
    corrections.push_back(
        {each.at("table"), each.at("key"), Encoded(each.at("value"))});
  }
  return corrections;
}

MemoryHost CaseFolder::Host(const Plan& plan) const {
  return HostOf(File("source.json"), plan);
}

std::optional<MemoryHost> CaseFolder::LaterHost(const Plan& plan) const {
  if (!fs::exists(File("later_source.json"))) return std::nullopt;
  return HostOf(File("later_source.json"), plan);
}

MemoryHost CaseFolder::HostOf(const std::string& file, const Plan& plan) const {
  const Json json = Json::parse(ReadExisting(file));
  const Json& sources = json.at("sources");
  if (sources.size() != plan.sources.size()) {
    throw std::runtime_error(file +
                             " has another number of sources than the plan");
  }
  MemoryHost host;
  for (size_t i = 0; i < sources.size(); ++i) {
    host.sources.push_back(SourceOf(sources[i], plan.sources[i]));
  }
  for (const ChangeTime& time : plan.changed) {
    SetTimes(sources[time.source].at("records"), time,
             &host.sources[time.source]);
  }
  return host;
}

void CaseFolder::AdoptTotals(const Json& found) {
  if (!expected_.contains("tables") || !found.contains("tables")) return;
  for (const auto& [name, table] : found["tables"].items()) {
    if (!expected_["tables"].contains(name)) continue;
    expected_["tables"][name]["rows"] = table["rows"];
    expected_["tables"][name]["hash"] = table["hash"];
  }
}

bool CaseFolder::Save() const {
  const std::string before = ReadExisting(expected_file_);
  if (Json::parse(before) == expected_) return false;
  // Printing the JSON anew would lose its layout, one row to a line.
  static const std::regex kTotals(
      R"re("rows": *[0-9]+, *"hash": *"[0-9a-f]*")re");
  std::string after;
  auto rest = before.cbegin();
  std::smatch match;
  for (const Json& table : expected_.at("tables")) {
    if (!std::regex_search(rest, before.cend(), match, kTotals)) break;
    after.append(rest, match[0].first);
    after += "\"rows\": " + table["rows"].dump() +
             ", \"hash\": " + table["hash"].dump();
    rest = match[0].second;
  }
  after.append(rest, before.cend());
  if (Json::parse(after) != expected_) {
    throw std::runtime_error(
        "expected.json is not laid out as `\"rows\": 0, "
        "\"hash\": \"\"`; it was not updated");
  }
  WriteFile(expected_file_, after);
  return true;
}

}  // namespace ferrite::testing
