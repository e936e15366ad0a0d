#include "storage_groups.h"

#include <iterator>
#include <utility>

#include "column_choice.h"
#include "json_text.h"

namespace ferrite::internal {
namespace {

constexpr std::string_view kDelimiters = ":./_-|#@";
constexpr size_t kMaxOpen = 4;
constexpr size_t kMaxGroups = 50;
// A text that is parsed to see whether it is JSON.
constexpr size_t kMaxText = 1 << 20;
constexpr uint64_t kLeastEntries = 2;

std::vector<std::string> Prefixes(std::string_view key) {
  std::vector<std::string> prefixes;
  for (size_t i = 0; i + 1 < key.size() && prefixes.size() < kMaxOpen; ++i) {
    const bool is_end =
        kDelimiters.find(key[i]) != std::string_view::npos &&
        kDelimiters.find(key[i + 1]) == std::string_view::npos && i > 0;
    if (is_end && i < kMaxName) prefixes.emplace_back(key.substr(0, i + 1));
  }
  return prefixes;
}

// All entries are objects, and most of them have the same properties.
bool HasShape(const StorageGroup& group) {
  const FieldStatistics& root = group.records->root();
  if (group.entries < kLeastEntries || root.fields.empty()) return false;
  if (root.count(Seen::kObject) != group.entries || IsMapLike(root)) {
    return false;
  }
  uint64_t common = 0;
  for (const auto& [name, field] : root.fields) {
    if (2 * field->total() >= group.entries && field->total() > 1) ++common;
  }
  return 2 * common >= root.fields.size() && root.unseen_properties == 0;
}

}  // namespace

void StorageGroups::Add(Bytes key, Bytes value) {
  Item name;
  Item text;
  Reader key_reader(key);
  Reader value_reader(value);
  if (!key_reader.Next(&name) || !value_reader.Next(&text)) return;
  const bool is_named = name.kind == Kind::kString;
  const std::vector<std::string> prefixes =
      is_named ? Prefixes(AsText(name.bytes)) : std::vector<std::string>();
  size_t common = 0;
  while (common < open_.size() && common < prefixes.size() &&
         open_[common].group.prefix == prefixes[common]) {
    ++common;
  }
  while (open_.size() > common) Close();
  for (size_t i = common; i < prefixes.size(); ++i) {
    Open& open = open_.emplace_back();
    open.group.prefix = prefixes[i];
    open.group.records = std::make_unique<RecordStatistics>();
  }
  if (open_.empty()) return;
  parsed_.Clear();
  const bool is_json =
      text.kind == Kind::kString && text.bytes.size() <= kMaxText &&
      AsText(text.bytes).starts_with('{') &&
      ParseJsonText(AsText(text.bytes), JsonReading::kLenient, &parsed_);
  for (Open& open : open_) {
    ++open.group.entries;
    open.is_json = open.is_json && is_json;
    if (!open.is_json) continue;
    open.group.keys.Add(key);
    open.group.records->Add(parsed_.bytes());
    // Mapping it would fail where a column asks for such a name.
    if (open.group.records->has_twice()) open.is_json = false;
  }
}

void StorageGroups::Close() {
  Open closed = std::move(open_.back());
  open_.pop_back();
  std::vector<StorageGroup> groups = std::move(closed.inner);
  if (closed.is_json && HasShape(closed.group)) {
    closed.group.keys.End(true, true, closed.group.entries);
    groups.clear();
    groups.push_back(std::move(closed.group));
  }
  std::vector<StorageGroup>& outer =
      open_.empty() ? found_ : open_.back().inner;
  for (StorageGroup& group : groups) {
    if (outer.size() < kMaxGroups) outer.push_back(std::move(group));
  }
}

std::vector<StorageGroup> StorageGroups::End() {
  while (!open_.empty()) Close();
  return std::move(found_);
}

}  // namespace ferrite::internal
