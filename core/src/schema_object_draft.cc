#include "schema_object_draft.h"

#include <algorithm>

namespace ferrite::internal {

ObjectRules::Slot& SchemaObjectDraft::Slot(ObjectRules* rules,
                                           const std::string& name) {
  std::vector<ObjectRules::Slot>& slots = rules->slots;
  const auto [found, is_new] = numbers_.emplace(name, slots.size());
  if (is_new) {
    Writer encoded;
    encoded.String(name);
    slots.emplace_back();
    slots.back().name = name;
    slots.back().encoded = encoded.Take();
  }
  return slots[found->second];
}

void SchemaObjectDraft::Depend(ObjectRules* rules, Dependency dependency) {
  (void)Slot(rules, dependency.name);
  for (const std::string& name : dependency.names) (void)Slot(rules, name);
  dependencies_.push_back(std::move(dependency));
}

uint32_t SchemaObjectDraft::Finish(ObjectRules* rules, uint32_t first_guess) {
  std::vector<ObjectRules::Slot>& slots = rules->slots;
  std::sort(slots.begin(), slots.end(),
            [](const ObjectRules::Slot& a, const ObjectRules::Slot& b) {
              return a.name < b.name;
            });
  rules->first_guess = first_guess;
  rules->required.assign((slots.size() + 63) / 64, 0);
  for (size_t i = 0; i < slots.size(); ++i) {
    numbers_[slots[i].name] = i;
    if (slots[i].required) rules->required[i / 64] |= uint64_t{1} << (i % 64);
    if (!slots[i].declared) slots[i].schema = rules->additional;
  }
  const auto number = [&](const std::string& name) {
    return static_cast<uint32_t>(numbers_.at(name));
  };
  for (const Dependency& dependency : dependencies_) {
    ObjectRules::Dependency compiled{
        number(dependency.name), {}, dependency.schema};
    for (const std::string& name : dependency.names) {
      compiled.slots.push_back(number(name));
    }
    rules->dependencies.push_back(std::move(compiled));
  }
  numbers_.clear();
  dependencies_.clear();
  return static_cast<uint32_t>(slots.size()) + 1;
}

}  // namespace ferrite::internal
