#include "path_tree.h"

#include <algorithm>

#include "json_pointer.h"

namespace ferrite::internal {
namespace {

// By length first: most comparisons end there.
bool Before(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

}  // namespace

// More than nine digits are beyond any array that is worth a column.
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

PathTree::PathTree(const Table& table) : nodes_(1), sorted_(1) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (column.from != ColumnFrom::kPath) continue;
    for (size_t rank = 0; rank < column.paths.size(); ++rank) {
      nodes_[AddPath(column.paths[rank])].uses.push_back({i, rank});
    }
  }
  for (const std::vector<std::string>& path : table.drop) {
    nodes_[AddPath(path)].is_dropped = true;
  }
  std::vector<bool> is_owned(nodes_.size());  // by a column here or above
  for (size_t i = 0; i < nodes_.size(); ++i) {
    PathNode& node = nodes_[i];
    const bool above = node.parent != kNone && is_owned[node.parent];
    if (!above && !node.uses.empty()) {
      node.taker = node.uses.front().column;
      node.taker_rank = node.uses.front().rank;
    }
    is_owned[i] = above || !node.uses.empty();
    if (node.parent != kNone && nodes_[node.parent].is_dropped) {
      node.is_dropped = true;
    }
  }
  for (size_t i = nodes_.size(); i-- > 0;) {
    PathNode& node = nodes_[i];
    if (node.is_dropped) node.drops_below = true;
    if (node.drops_below && node.parent != kNone) {
      nodes_[node.parent].drops_below = true;
    }
  }
}

size_t PathTree::AddPath(const std::vector<std::string>& path) {
  size_t node = kRoot;
  for (const std::string& token : path) node = AddChild(node, token);
  return node;
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
  if (nodes_[node].children.empty()) {
    nodes_[node].first = child;
  } else {
    nodes_[nodes_[node].children.back()].next = child;
  }
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
  if (parent.expected != kNone && nodes_[parent.expected].token == name) {
    return Meet(node, parent.expected);
  }
  const std::vector<size_t>& sorted = sorted_[node];
  const auto place = std::lower_bound(
      sorted.begin(), sorted.end(), name, [&](size_t i, const auto& wanted) {
        return Before(nodes_[parent.children[i]].token, wanted);
      });
  if (place == sorted.end()) return kNone;
  const size_t child = parent.children[*place];
  if (nodes_[child].token != name) return kNone;
  size_t& learned =
      parent.previous == kNone ? parent.first : nodes_[parent.previous].next;
  learned = child;
  return Meet(node, child);
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
