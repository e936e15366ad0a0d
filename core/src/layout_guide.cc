#include "layout_guide.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "ferrite/layout.h"
#include "selection.h"
#include "store_info.h"
#include "utf8.h"

namespace ferrite::internal {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxStoreKeys = 100;
constexpr size_t kMaxEntries = 10'000;
// Bytes of either end of a value: the 128 characters RecognizeLayouts asks for.
constexpr size_t kValueEnd = 4 * 128;
// A storage whose keys give more tables than that is inferred instead.
constexpr size_t kMaxStorageTables = 100;
constexpr size_t kMaxTriedKeys = 100'000;

bool IsStorage(const Source& source) {
  return source.kind != SourceKind::kIndexedDb;
}

// The text of an encoded string that is Unicode.
std::optional<std::string> TextOf(Bytes encoded) {
  Item item;
  Reader reader(encoded);
  if (!reader.Next(&item) || item.kind != Kind::kString) return std::nullopt;
  if (!IsUtf8(item.bytes)) return std::nullopt;
  return std::string(AsText(item.bytes));
}

// From the first byte of a character on.
size_t CharacterAt(const std::string& text, size_t at) {
  while (at > 0 && (static_cast<uint8_t>(text[at]) & 0xc0) == 0x80) --at;
  return at;
}

std::string Shortened(const std::string& text) {
  if (text.size() <= 2 * kValueEnd) return text;
  return text.substr(0, CharacterAt(text, kValueEnd)) + "…" +
         text.substr(CharacterAt(text, text.size() - kValueEnd));
}

bool IsText(const std::string& text) {
  return IsUtf8(
      Bytes(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

}  // namespace

LayoutGuide::LayoutGuide(const std::vector<SourceState>& sources)
    : sources_(sources), entries_(sources.size()) {}

void LayoutGuide::Note(size_t source, Bytes key, Bytes value) {
  const bool is_storage = IsStorage(sources_[source].source);
  std::vector<Entry>& entries = entries_[source];
  if (entries.size() >= (is_storage ? kMaxEntries : kMaxStoreKeys)) return;
  std::optional<std::string> text = TextOf(key);
  if (!text) return;
  Entry entry{*std::move(text), ""};
  if (is_storage) {
    if (const auto content = TextOf(value)) entry.value = Shortened(*content);
  }
  entries.push_back(std::move(entry));
}

std::string LayoutGuide::Facts() const {
  Json facts = {{"databases", Json::array()},
                {"localStorage", Json::array()},
                {"sessionStorage", Json::array()}};
  for (size_t i = 0; i < sources_.size(); ++i) {
    const SourceState& state = sources_[i];
    if (IsStorage(state.source)) {
      const char* area = state.source.kind == SourceKind::kLocalStorage
                             ? "localStorage"
                             : "sessionStorage";
      for (const Entry& entry : entries_[i]) {
        facts[area].push_back({{"key", entry.key}, {"value", entry.value}});
      }
      continue;
    }
    const bool is_there = state.status == SourceState::Status::kReady ||
                          state.status == SourceState::Status::kEmpty;
    if (!is_there || !IsText(state.source.database) ||
        !IsText(state.source.store)) {
      continue;
    }
    const nlohmann::json info = nlohmann::json::parse(InfoText(state));
    Json& databases = facts["databases"];
    auto database = std::find_if(
        databases.begin(), databases.end(),
        [&](const Json& one) { return one["name"] == state.source.database; });
    if (database == databases.end()) {
      databases.push_back({{"name", state.source.database},
                           {"version", info.value("version", Json())},
                           {"stores", Json::array()}});
      database = databases.end() - 1;
    }
    Json store = {{"name", state.source.store}, {"records", state.records}};
    const auto key_path = info.find("keyPath");
    if (key_path != info.end() &&
        (key_path->is_null() || key_path->is_string() ||
         key_path->is_array())) {
      store["keyPath"] = *key_path;
    }
    store["autoIncrement"] =
        info.value("autoIncrement", nlohmann::json(false)) == true;
    store["indexes"] = Json::array();
    const auto indexes = info.find("indexes");
    if (indexes != info.end() && indexes->is_array()) {
      for (const auto& index : *indexes) {
        if (index.is_object() && index.contains("name") &&
            index["name"].is_string()) {
          store["indexes"].push_back({{"name", index["name"]}});
        }
      }
    }
    store["keys"] = Json::array();
    for (const Entry& entry : entries_[i]) store["keys"].push_back(entry.key);
    (*database)["stores"].push_back(std::move(store));
  }
  return facts.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void LayoutGuide::Recognize() {
  const Result<std::string> recognized = RecognizeLayouts(Facts());
  entries_.clear();
  entries_.resize(sources_.size());
  if (!recognized.ok()) {
    notes_.push_back("No layout was looked for: " + recognized.error().message);
    return;
  }
  answer_ = LayoutAnswer::Read(*recognized, sources_);
  notes_ = answer_.notes;
  std::map<size_t, std::string> failures;
  std::vector<size_t> counts(sources_.size());
  for (size_t i = 0; i < answer_.tables.size(); ++i) {
    const LayoutTable& table = answer_.tables[i];
    if (table.plan == nullptr) {
      failures[i] = table.why_not;
    } else if (IsStorage(sources_[table.source].source) &&
               ++counts[table.source] > kMaxStorageTables) {
      failures[i] = "There are too many tables of this kind.";
    }
  }
  GiveUp(failures);
}

bool LayoutGuide::Tries(size_t source) const {
  return std::any_of(answer_.tables.begin(), answer_.tables.end(),
                     [&](const LayoutTable& table) {
                       return table.source == source && IsTried(table);
                     });
}

// What statistics write for a whole store suits it anyway.
bool LayoutGuide::IsTried(const LayoutTable& table) const {
  return !table.infers || IsStorage(sources_[table.source].source);
}

void LayoutGuide::Try(size_t source, Bytes key, Bytes value) {
  size_t place = 0;
  if (Find(source, key, &place) != Place::kTable) return;
  trials_.resize(answer_.tables.size());
  for (size_t i = 0; i < trials_.size(); ++i) {
    LayoutTable& table = answer_.tables[i];
    if (table.source != source || !trials_[i].failure.empty()) continue;
    trials_[i].failure = TryOn(&table, &trials_[i], key, value);
  }
}

std::string LayoutGuide::TryOn(LayoutTable* table, Trial* trial, Bytes key,
                               Bytes value) {
  if (trial->mapper == nullptr) {
    trial->mapper = std::make_unique<Mapper>(*table->plan, 0);
  }
  Mapper& mapper = *trial->mapper;
  if (!mapper.Takes(0, key)) return "";
  if (auto begun = mapper.Begin(0, key, value); !begun.ok()) {
    return begun.error().message;
  }
  for (;;) {
    std::span<const Cell> row;
    const Result<bool> more = mapper.Next(&row);
    if (!more.ok()) return more.error().message;
    if (!*more) return "";
    if (trial->keys.size() >= kMaxTriedKeys) continue;
    std::vector<Cell> cells;
    for (const size_t column : table->plan->tables.front().primary_key) {
      cells.push_back(row[column]);
    }
    if (!trial->keys.insert(mapper.HashRow(cells).ToHex()).second) {
      return "Two rows have one primary key.";
    }
  }
}

void LayoutGuide::EndTrial() {
  std::map<size_t, std::string> failures;
  for (size_t i = 0; i < trials_.size(); ++i) {
    if (!trials_[i].failure.empty()) failures[i] = trials_[i].failure;
  }
  trials_.clear();
  GiveUp(failures);
}

// A store is given up as a whole: its tables belong together. A storage's
// tables have a key each.
void LayoutGuide::GiveUp(const std::map<size_t, std::string>& failures) {
  std::set<size_t> stores;
  for (const auto& [at, why] : failures) {
    const LayoutTable& table = answer_.tables[at];
    const Source& source = sources_[table.source].source;
    if (!IsStorage(source)) stores.insert(table.source);
    notes_.push_back("The table " + table.name + " that " + table.library +
                     " has for " + source.Label() +
                     " does not suit; it was inferred without it. " + why);
  }
  std::vector<LayoutTable> left;
  for (size_t i = 0; i < answer_.tables.size(); ++i) {
    if (!failures.contains(i) && !stores.contains(answer_.tables[i].source)) {
      left.push_back(std::move(answer_.tables[i]));
    }
  }
  answer_.tables = std::move(left);
}

bool LayoutGuide::Knows(size_t source) const {
  const auto is_its = [&](const auto& part) { return part.source == source; };
  return std::any_of(answer_.tables.begin(), answer_.tables.end(), is_its) ||
         std::any_of(answer_.exclusions.begin(), answer_.exclusions.end(),
                     is_its);
}

LayoutGuide::Place LayoutGuide::Find(size_t source, Bytes key,
                                     size_t* table) const {
  for (const LayoutExclusion& exclusion : answer_.exclusions) {
    if (exclusion.source == source && Selects(exclusion.records, key)) {
      return Place::kExcluded;
    }
  }
  for (size_t i = 0; i < answer_.tables.size(); ++i) {
    const LayoutTable& one = answer_.tables[i];
    if (one.source == source &&
        Selects(one.plan->tables.front().from.front(), key)) {
      *table = i;
      return Place::kTable;
    }
  }
  return Place::kNone;
}

}  // namespace ferrite::internal
