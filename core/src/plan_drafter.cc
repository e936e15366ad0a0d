#include "plan_drafter.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "column_choice.h"
#include "left_out.h"

namespace ferrite::internal {
namespace {

constexpr size_t kMaxTables = 1000;
constexpr size_t kMaxColumns = 8000;

bool IsStorage(const Source& source) {
  return source.kind != SourceKind::kIndexedDb;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

// SQL: the key is not one of those.
std::string NotSelected(Match match, const std::string& text) {
  switch (match) {
    case Match::kAll:
      return "0";
    case Match::kKey:
      return "key <> " + Quoted(text);
    case Match::kPrefix: {
      const auto characters = std::count_if(
          text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; });
      return "substr(key, 1, " + std::to_string(characters) + ") <> " +
             Quoted(text);
    }
    case Match::kPattern:
      break;
  }
  // Of GLOB's special characters a pattern has not got the bracket.
  std::string glob;
  for (const char c : text) glob += c == '[' ? "[[]" : std::string(1, c);
  return "key NOT GLOB " + Quoted(glob);
}

// All of them, as a balanced tree: SQLite bounds how deep an expression is.
std::string AllOf(std::span<const std::string> conditions) {
  if (conditions.empty()) return "";
  if (conditions.size() == 1) return conditions.front();
  const size_t half = conditions.size() / 2;
  return "(" + AllOf(conditions.first(half)) + " AND " +
         AllOf(conditions.subspan(half)) + ")";
}

}  // namespace

PlanDrafter::PlanDrafter(const std::vector<SourceState>& sources,
                         const LayoutGuide& guide)
    : sources_(sources), guide_(guide), groups_(sources.size()) {}

// The database's name in front where two databases have such a store.
std::string PlanDrafter::StoreName(const Source& source) const {
  for (const SourceState& other : sources_) {
    if (!(other.source == source) && other.source.store == source.store &&
        !IsStorage(other.source)) {
      return source.database + "_" + source.store;
    }
  }
  return source.store;
}

void PlanDrafter::Draft(size_t source, SourceSample* sample) {
  const SourceState& state = sources_[source];
  Release(source);
  if (IsStorage(state.source)) {
    DraftStorage(source, sample);
    return;
  }
  SampledRecords sampled;
  sampled.state = &state;
  sampled.records = &sample->records;
  sampled.keys = &sample->keys;
  DraftGroup(source, sampled, StoreName(state.source));
}

void PlanDrafter::DraftStorage(size_t source, SourceSample* sample) {
  const SourceState& state = sources_[source];
  const std::vector<StorageGroup> groups = sample->groups.End();
  std::vector<std::string> others;
  const auto except = [&](Match match, const std::string& text) {
    others.push_back(NotSelected(match, text));
  };
  is_drafted_.resize(guide_.tables().size());
  for (size_t i = 0; i < guide_.tables().size(); ++i) {
    const LayoutTable& table = guide_.tables()[i];
    if (table.source != source) continue;
    const Selection& from = table.plan->tables.front().from.front();
    except(from.match, from.text);
    const auto found = sample->layouts.find(i);
    if (!table.infers || found == sample->layouts.end() ||
        !found->second.are_objects) {
      continue;
    }
    LayoutSample& layout = found->second;
    layout.keys.End(true, true, layout.entries);
    SampledRecords sampled;
    sampled.state = &state;
    sampled.records = &layout.records;
    sampled.keys = &layout.keys;
    sampled.match = from.match;
    sampled.match_text = from.text;
    sampled.form = table.plan->tables.front().form;
    DraftGroup(source, sampled, table.name);
    is_drafted_[i] = true;
  }
  for (const StorageGroup& group : groups) {
    SampledRecords sampled;
    sampled.state = &state;
    sampled.records = group.records.get();
    sampled.keys = &group.keys;
    sampled.match = Match::kPrefix;
    sampled.match_text = group.prefix;
    sampled.form = RecordForm::kJson;
    DraftGroup(source, sampled, group.prefix);
    except(Match::kPrefix, group.prefix);
  }
  SampledRecords sampled;
  sampled.state = &state;
  sampled.records = &sample->records;
  sampled.keys = &sample->keys;
  DraftGroup(source, sampled,
             state.source.kind == SourceKind::kLocalStorage
                 ? "local_storage"
                 : "session_storage");
  std::vector<TableDraft>& tables = groups_[source].back().tables;
  if (!tables.empty()) tables.front().when_sql = AllOf(others);
}

void PlanDrafter::DraftGroup(size_t source, const SampledRecords& sampled,
                             std::string_view name) {
  const size_t left =
      kMaxColumns > used_columns_ ? kMaxColumns - used_columns_ : 2;
  Group group;
  group.tables = DraftTables(sampled, name, left, &names_);
  for (const TableDraft& table : group.tables) {
    used_columns_ += table.columns.size();
  }
  if (!sampled.keys->has_all()) {
    group.note = Spaced(sampled.records->records()) + " of " +
                 Spaced(sampled.keys->records()) +
                 " records were looked at; what others hold besides stays in "
                 "_unmapped.";
  }
  groups_[source].push_back(std::move(group));
}

void PlanDrafter::Release(size_t source) {
  for (const Group& group : groups_[source]) {
    for (const TableDraft& table : group.tables) {
      names_.Release(table.name);
      used_columns_ -= table.columns.size();
    }
  }
  groups_[source].clear();
}

void PlanDrafter::Rename(size_t source, const LayoutTable& table) {
  TableDraft& draft = groups_[source].front().tables.front();
  names_.Release(draft.name);
  draft.name = names_.Take(table.name, "records");
}

void PlanDrafter::Add(Group group, size_t max_tables, PlanDraft* draft) const {
  const size_t first = draft->tables.size();
  for (TableDraft& table : group.tables) {
    if (draft->tables.size() >= max_tables) {
      draft->notes.push_back({"", "A plan has at most 1000 tables; " +
                                      table.name + " is left out."});
      continue;
    }
    if (table.parent) table.parent = first;
    draft->tables.push_back(std::move(table));
  }
  if (!group.note.empty() && first < draft->tables.size()) {
    draft->notes.push_back({"/tables/" + std::to_string(first), group.note});
  }
}

void PlanDrafter::Finish(PlanDraft* draft) {
  is_drafted_.resize(guide_.tables().size());
  std::vector<bool> keeps_own(sources_.size(), true);
  for (size_t i = 0; i < sources_.size(); ++i) {
    if (IsStorage(sources_[i].source) || !guide_.Knows(i)) continue;
    keeps_own[i] = false;
    for (size_t j = 0; j < guide_.tables().size(); ++j) {
      const LayoutTable& table = guide_.tables()[j];
      if (table.source != i || !table.infers || keeps_own[i]) continue;
      is_drafted_[j] = keeps_own[i] = true;
      Rename(i, table);
    }
    if (!keeps_own[i]) Release(i);
  }
  for (size_t j = 0; j < guide_.tables().size(); ++j) {
    if (is_drafted_[j]) continue;
    auto json = nlohmann::ordered_json::parse(guide_.tables()[j].json);
    json["name"] = names_.Take(guide_.tables()[j].name, "records");
    draft->layout_tables.push_back(json.dump());
  }
  for (const LayoutExclusion& exclusion : guide_.exclusions()) {
    draft->excluded.push_back(exclusion.json);
  }
  for (const SourceState& state : sources_) {
    for (const LeftOut& each : state.left_out) {
      std::string json = ExclusionJson(state.source, each);
      if (std::count(draft->excluded.begin(), draft->excluded.end(), json)) {
        continue;
      }
      draft->excluded.push_back(std::move(json));
    }
  }
  draft->layouts = guide_.layouts();
  for (const std::string& note : guide_.notes()) {
    draft->notes.push_back({"", note});
  }
  const size_t room =
      kMaxTables - std::min(kMaxTables, draft->layout_tables.size());
  for (std::vector<Group>& groups : groups_) {
    for (Group& group : groups) Add(std::move(group), room, draft);
  }
  groups_.clear();
}

}  // namespace ferrite::internal
