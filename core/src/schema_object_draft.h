// SchemaObjectDraft: ObjectRules while the keywords that name properties are
// read, in whatever order they come.
#ifndef FERRITE_SRC_SCHEMA_OBJECT_DRAFT_H_
#define FERRITE_SRC_SCHEMA_OBJECT_DRAFT_H_

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "schema_node.h"

namespace ferrite::internal {

class SchemaObjectDraft {
 public:
  struct Dependency {
    std::string name;
    std::vector<std::string> names;  // that must be there too
    uint32_t schema = kNoSchema;
  };

  // The slot of a property; valid until the next call.
  ObjectRules::Slot& Slot(ObjectRules* rules, const std::string& name);
  void Depend(ObjectRules* rules, Dependency dependency);

  // When all keywords were seen: sorts the slots, finishes `rules` and forgets
  // them. `first_guess` is the number of the object's first guess; gives how
  // many it has.
  uint32_t Finish(ObjectRules* rules, uint32_t first_guess);

 private:
  std::unordered_map<std::string, size_t> numbers_;
  std::vector<Dependency> dependencies_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_OBJECT_DRAFT_H_
