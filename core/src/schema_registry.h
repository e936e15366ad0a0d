// SchemaRegistry: where every schema inside a schema is, and what it is called.
#ifndef FERRITE_SRC_SCHEMA_REGISTRY_H_
#define FERRITE_SRC_SCHEMA_REGISTRY_H_

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ferrite/error.h"
#include "schema_json.h"

namespace ferrite::internal {

// What stands behind a keyword, as far as schemas are in it.
enum class KeywordShape : uint8_t {
  kNone,
  kSchema,
  kSchemas,          // an array of schemas
  kSchemaOrSchemas,  // items
  kSchemaMap,
};
KeywordShape ShapeOf(std::string_view keyword);

class SchemaRegistry {
 public:
  struct Place {
    std::string path;  // JSON Pointer, with the path given to Scan in front
    std::string base;  // URI that $ref is seen from
  };

  // `root` must outlive the registry.
  Result<void> Scan(const SchemaJson& root, const std::string& path);

  const Place& PlaceOf(const SchemaJson* schema) const {
    return places_.at(schema);
  }

  // `schema` stands where `like` does.
  void Add(const SchemaJson* schema, const SchemaJson* like) {
    places_.emplace(schema, Place(PlaceOf(like)));
  }

  // What a $ref of `from` refers to; null when nothing here is called so.
  const SchemaJson* Find(const SchemaJson* from, std::string_view reference);

 private:
  using Members = std::unordered_map<std::string_view, const SchemaJson*>;
  struct Open {
    const SchemaJson* schema;
    Place place;
  };

  Result<void> Name(const SchemaJson& schema, Place* place);
  void Inside(const SchemaJson& schema, const Place& place,
              std::vector<Open>* open);
  const SchemaJson* Child(const SchemaJson& value, const std::string& token);

  std::unordered_map<const SchemaJson*, Place> places_;
  std::unordered_map<std::string, const SchemaJson*> named_;
  // Those of the objects that references lead through.
  std::unordered_map<const SchemaJson*, Members> members_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_REGISTRY_H_
