#include "schema_links.h"

#include <vector>

namespace ferrite::internal {
namespace {

// Schemas that apply to the same value as `node`.
std::vector<uint32_t> SamePlace(const SchemaNode& node) {
  std::vector<uint32_t> same;
  if (node.in_place != nullptr) {
    const InPlaceRules& rules = *node.in_place;
    same.insert(same.end(), rules.all.begin(), rules.all.end());
    same.insert(same.end(), rules.any.begin(), rules.any.end());
    same.insert(same.end(), rules.one.begin(), rules.one.end());
    for (const uint32_t one :
         {rules.none, rules.condition, rules.then, rules.otherwise}) {
      if (one != kNoSchema) same.push_back(one);
    }
  }
  if (node.object != nullptr) {
    for (const auto& dependency : node.object->dependencies) {
      if (dependency.schema != kNoSchema) same.push_back(dependency.schema);
    }
  }
  return same;
}

}  // namespace

uint32_t FindSchemaLoop(const SchemaProgram& program) {
  enum : uint8_t { kNew, kOpen, kDone };
  std::vector<uint8_t> marks(program.nodes.size(), kNew);
  struct Frame {
    uint32_t node;
    std::vector<uint32_t> left;
  };
  std::vector<Frame> frames;
  for (uint32_t start = 0; start < marks.size(); ++start) {
    if (marks[start] != kNew) continue;
    marks[start] = kOpen;
    frames.push_back({start, SamePlace(program.nodes[start])});
    while (!frames.empty()) {
      Frame& frame = frames.back();
      if (frame.left.empty()) {
        marks[frame.node] = kDone;
        frames.pop_back();
        continue;
      }
      const uint32_t next = frame.left.back();
      frame.left.pop_back();
      if (marks[next] == kOpen) {
        return next;
      }
      if (marks[next] == kDone) continue;
      marks[next] = kOpen;
      frames.push_back({next, SamePlace(program.nodes[next])});
    }
  }
  return kNoSchema;
}

void ShortenReferences(SchemaProgram* program) {
  const auto target = [&](uint32_t* number) {
    while (*number != kNoSchema) {
      const SchemaNode& node = program->nodes[*number];
      const InPlaceRules* rules = node.in_place.get();
      const bool alias = rules != nullptr && rules->all.size() == 1 &&
                         rules->any.empty() && rules->one.empty() &&
                         rules->none == kNoSchema &&
                         rules->condition == kNoSchema &&
                         node.types == kTypeAll && node.values == nullptr &&
                         node.number == nullptr && node.string == nullptr &&
                         node.array == nullptr && node.object == nullptr;
      if (!alias) return;
      *number = rules->all[0];
    }
  };
  target(&program->root);
  for (SchemaNode& node : program->nodes) {
    if (node.array != nullptr) {
      for (uint32_t& item : node.array->prefix) target(&item);
      target(&node.array->items);
      target(&node.array->contains);
    }
    if (node.object != nullptr) {
      for (ObjectRules::Slot& slot : node.object->slots) target(&slot.schema);
      for (auto& pattern : node.object->patterns) target(&pattern.second);
      target(&node.object->additional);
      target(&node.object->names);
    }
  }
}

}  // namespace ferrite::internal
