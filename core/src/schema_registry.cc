#include "schema_registry.h"

#include <optional>

#include "json_pointer.h"
#include "schema_uri.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

using Type = SchemaJson::Type;

std::string Joined(const std::string& path, std::string_view token) {
  std::string joined = path;
  AppendToken(token, &joined);
  return joined;
}

}  // namespace

KeywordShape ShapeOf(std::string_view keyword) {
  struct Known {
    std::string_view name;
    KeywordShape shape;
  };
  constexpr Known kKnown[] = {
      {"additionalItems", KeywordShape::kSchema},
      {"additionalProperties", KeywordShape::kSchema},
      {"contains", KeywordShape::kSchema},
      {"else", KeywordShape::kSchema},
      {"if", KeywordShape::kSchema},
      {"not", KeywordShape::kSchema},
      {"propertyNames", KeywordShape::kSchema},
      {"then", KeywordShape::kSchema},
      {"items", KeywordShape::kSchemaOrSchemas},
      {"allOf", KeywordShape::kSchemas},
      {"anyOf", KeywordShape::kSchemas},
      {"oneOf", KeywordShape::kSchemas},
      {"prefixItems", KeywordShape::kSchemas},
      {"$defs", KeywordShape::kSchemaMap},
      {"definitions", KeywordShape::kSchemaMap},
      {"dependencies", KeywordShape::kSchemaMap},
      {"dependentSchemas", KeywordShape::kSchemaMap},
      {"patternProperties", KeywordShape::kSchemaMap},
      {"properties", KeywordShape::kSchemaMap},
  };
  for (const Known& known : kKnown) {
    if (known.name == keyword) return known.shape;
  }
  return KeywordShape::kNone;
}

Result<void> SchemaRegistry::Scan(const SchemaJson& root,
                                  const std::string& path) {
  std::vector<Open> open;
  open.push_back({&root, {path, ""}});
  named_.emplace("", &root);
  while (!open.empty()) {
    Open next = std::move(open.back());
    open.pop_back();
    if (next.schema->Is(Type::kObject)) {
      if (auto named = Name(*next.schema, &next.place); !named.ok()) {
        return named;
      }
      Inside(*next.schema, next.place, &open);
    }
    places_.emplace(next.schema, std::move(next.place));
  }
  return {};
}

// Takes $id and $anchor.
Result<void> SchemaRegistry::Name(const SchemaJson& schema, Place* place) {
  const auto enter = [&](const std::string& name,
                         const char* keyword) -> Result<void> {
    const auto [found, is_new] = named_.emplace(name, &schema);
    if (is_new || found->second == &schema) return {};
    return Error{
        ErrorCode::kPlanInvalid, "Two schemas are called " + Quoted(name) + ".",
        "Give one of them another name.", Joined(place->path, keyword)};
  };
  if (const SchemaJson* id = schema.Find("$id");
      id != nullptr && id->Is(Type::kString)) {
    if (const std::string fragment = UriFragment(id->text); !fragment.empty()) {
      return Error{ErrorCode::kPlanInvalid,
                   "$id is " + Quoted(id->text) + ", with a fragment.",
                   "Name a part of a schema with $anchor.",
                   Joined(place->path, "$id")};
    }
    place->base = ResolveUri(place->base, id->text);
    if (auto entered = enter(place->base, "$id"); !entered.ok()) {
      return entered;
    }
  }
  if (const SchemaJson* anchor = schema.Find("$anchor");
      anchor != nullptr && anchor->Is(Type::kString)) {
    return enter(place->base + "#" + anchor->text, "$anchor");
  }
  return {};
}

void SchemaRegistry::Inside(const SchemaJson& schema, const Place& place,
                            std::vector<Open>* open) {
  for (size_t i = 0; i < schema.items.size(); ++i) {
    const KeywordShape shape = ShapeOf(schema.names[i]);
    if (shape == KeywordShape::kNone) continue;
    const SchemaJson& value = schema.items[i];
    const std::string path = Joined(place.path, schema.names[i]);
    const bool array = value.Is(Type::kArray);
    const bool single = shape == KeywordShape::kSchema ||
                        (shape == KeywordShape::kSchemaOrSchemas && !array);
    if (single) {
      open->push_back({&value, {path, place.base}});
      continue;
    }
    if (array != (shape != KeywordShape::kSchemaMap)) continue;
    for (size_t k = 0; k < value.items.size(); ++k) {
      open->push_back(
          {&value.items[k],
           {Joined(path, array ? std::to_string(k) : value.names[k]),
            place.base}});
    }
  }
}

const SchemaJson* SchemaRegistry::Child(const SchemaJson& value,
                                        const std::string& token) {
  if (value.Is(Type::kObject)) {
    // Every $ref asks the same $defs, which may be long.
    Members& members = members_[&value];
    if (members.empty()) {
      for (size_t i = 0; i < value.names.size(); ++i) {
        members.emplace(value.names[i], &value.items[i]);
      }
    }
    const auto found = members.find(token);
    return found == members.end() ? nullptr : found->second;
  }
  const bool number =
      !token.empty() && token.size() < 10 &&
      token.find_first_not_of("0123456789") == std::string::npos;
  if (!value.Is(Type::kArray) || !number) return nullptr;
  const size_t index = std::stoul(token);
  return index < value.items.size() ? &value.items[index] : nullptr;
}

const SchemaJson* SchemaRegistry::Find(const SchemaJson* from,
                                       std::string_view reference) {
  const std::string uri = ResolveUri(PlaceOf(from).base, reference);
  const std::string fragment = UriFragment(reference);
  if (!fragment.empty() && fragment[0] != '/') {
    const auto anchored = named_.find(uri + "#" + fragment);
    return anchored == named_.end() ? nullptr : anchored->second;
  }
  const auto resource = named_.find(uri);
  if (resource == named_.end()) return nullptr;
  std::string reason;
  const auto tokens = ParsePointer(fragment, &reason);
  if (!tokens) return nullptr;
  const SchemaJson* schema = resource->second;
  Place place = PlaceOf(schema);
  for (const std::string& token : *tokens) {
    schema = Child(*schema, token);
    if (schema == nullptr) return nullptr;
    AppendToken(token, &place.path);
    if (const auto known = places_.find(schema); known != places_.end()) {
      place.base = known->second.base;
    }
  }
  // It may stand where no keyword holds a schema.
  places_.emplace(schema, std::move(place));
  return schema;
}

}  // namespace ferrite::internal
