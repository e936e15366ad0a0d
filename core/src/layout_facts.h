// The facts about an origin's storage that RecognizeLayouts is given.
#ifndef FERRITE_SRC_LAYOUT_FACTS_H_
#define FERRITE_SRC_LAYOUT_FACTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/error.h"

namespace ferrite::internal {

struct StoreFacts {
  std::string name;
  std::string key_path = "null";  // as JSON text
  bool auto_increment = false;
  uint64_t records = 0;
  std::vector<std::string> indexes;  // names
  std::vector<std::string> keys;     // a sample
};

struct DatabaseFacts {
  std::string name;
  uint64_t version = 0;
  std::vector<StoreFacts> stores;
};

struct EntryFacts {
  std::string key;
  std::string value;  // shortened; empty when it was not given
};

struct LayoutFacts {
  std::vector<DatabaseFacts> databases;
  std::vector<EntryFacts> local_storage;
  std::vector<EntryFacts> session_storage;

  // kInvalidArgument with the path of what is wrong.
  static Result<LayoutFacts> Parse(std::string_view json);
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_LAYOUT_FACTS_H_
