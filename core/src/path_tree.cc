#include "path_tree.h"

#include <algorithm>

#include "json_pointer.h"

namespace ferrite::internal {
namespace {

// By length first: most comparisons end there.
bool Before(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

// As RFC 6901: digits without a leading zero. More than nine digits are beyond
// any array that is worth a column.
uint64_t ArrayIndex(std::string_view token) {
  if (token.empty() || token.size() > 9) return kNoIndex;
  if (token.size() > 1 && token[0] == '0') return kNoIndex;
  uint64_t index = 0;
  for (const char c : token) {
    if (c < '0' || c > '9') return kNoIndex;
    index = index * 10 + static_cast<uint64_t>(c - '0');
  }
  return index;
}

}  // namespace

PathTree::PathTree(const Table& table) : nodes_(1), sorted_(1) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (column.from != ColumnFrom::kPath) continue;
    size_t node = kRoot;
    for (const std::string& token : column.paths.front()) {
      node = AddChild(node, token);
    }
    nodes_[node].columns.push_back(i);
  }
  std::vector<bool> is_owned(nodes_.size());  // by a column here or above
  for (size_t i = 0; i < nodes_.size(); ++i) {
    PathNode& node = nodes_[i];
    const bool above = node.parent != kNone && is_owned[node.parent];
    if (!above && !node.columns.empty()) node.taker = node.columns.front();
    is_owned[i] = above || !node.columns.empty();
  }
}

size_t PathTree::AddChild(size_t node, const std::string& token) {
  std::vector<size_t>& sorted = sorted_[node];
  const auto place = std::lower_bound(
      sorted.begin(), sorted.end(), token, [&](size_t i, const auto& wanted) {
        return Before(nodes_[nodes_[node].children[i]].token, wanted);
      });
  if (place != sorted.end()) {
    const size_t child = nodes_[node].children[*place];
    if (nodes_[child].token == token) return child;
  }
  const size_t child = nodes_.size();
  sorted.insert(place, nodes_[node].children.size());
  nodes_[node].children.push_back(child);
  PathNode added;
  added.token = token;
  Writer name;
  name.String(token);
  added.name = name.Take();
  added.parent = node;
  added.array_index = ArrayIndex(token);
  if (added.array_index != kNoIndex) {
    uint64_t& end = nodes_[node].array_end;
    end = std::max(end, added.array_index + 1);
  }
  nodes_.push_back(std::move(added));
  sorted_.emplace_back();
  return child;
}

size_t PathTree::Child(size_t node, std::string_view name) {
  PathNode& parent = nodes_[node];
  if (parent.expected < parent.children.size()) {
    const size_t child = parent.children[parent.expected];
    if (nodes_[child].token == name) {
      ++parent.expected;
      return child;
    }
  }
  const std::vector<size_t>& sorted = sorted_[node];
  const auto place = std::lower_bound(
      sorted.begin(), sorted.end(), name, [&](size_t i, const auto& wanted) {
        return Before(nodes_[parent.children[i]].token, wanted);
      });
  if (place == sorted.end()) return kNone;
  const size_t child = parent.children[*place];
  if (nodes_[child].token != name) return kNone;
  parent.expected = *place + 1;
  return child;
}

size_t PathTree::ChildAt(size_t node, uint64_t index) const {
  for (const size_t child : nodes_[node].children) {
    if (nodes_[child].array_index == index) return child;
  }
  return kNone;
}

std::string PathTree::Pointer(size_t node) const {
  std::vector<std::string> tokens;
  for (; node != kRoot; node = nodes_[node].parent) {
    tokens.push_back(nodes_[node].token);
  }
  std::reverse(tokens.begin(), tokens.end());
  return ToPointer(tokens);
}

}  // namespace ferrite::internal
