// The part of SchemaRun that checks objects.
#include <algorithm>

#include "malformed.h"
#include "nesting.h"
#include "schema_checker.h"
#include "text_forms.h"

namespace ferrite::internal {

bool SchemaRun::Object(const ObjectRules& rules, const Item& item,
                       Reader* reader) {
  const size_t seen = seen_.size();
  seen_.resize(seen + rules.required.size(), 0);
  const Reader inside = *reader;
  const bool fits =
      Members(rules, item, seen, reader) && Present(rules, item, seen, inside);
  seen_.resize(seen);
  return fits;
}

bool SchemaRun::Members(const ObjectRules& rules, const Item& item, size_t seen,
                        Reader* reader) {
  uint64_t present = 0;
  uint32_t last = 0;
  Item name, value;
  for (uint64_t i = 0; i < item.count; ++i) {
    if (!reader->Next(&name)) return Malformed(reader->error());
    if (!internal::IsString(name.kind)) {
      return Malformed(internal::Malformed(
          reader->offset(), "a property name that is no string"));
    }
    if (!reader->Next(&value)) return Malformed(reader->error());
    if (value.kind == Kind::kUndefined) continue;
    ++present;
    std::string well_formed;
    if (name.kind == Kind::kWtf8) {
      well_formed = WellFormed(AsText(name.bytes));
      name = Item();
      name.kind = Kind::kString;
      name.bytes = AsBytes(well_formed);
    }
    const uint32_t slot = FindSlot(rules, AsText(name.bytes), &last);
    if (slot != kNoSchema) {
      seen_[seen + slot / 64] |= uint64_t{1} << (slot % 64);
    }
    if (explaining_) failure_.Enter(AsText(name.bytes));
    if (!Member(rules, name, value, slot, reader)) return false;
    if (explaining_) failure_.Leave();
  }
  if (present < rules.least) {
    return Fail(item, "have at least ", rules.least, " properties");
  }
  return present <= rules.most ||
         Fail(item, "have at most ", rules.most, " properties");
}

bool SchemaRun::Member(const ObjectRules& rules, const Item& name,
                       const Item& value, uint32_t slot, Reader* reader) {
  uint32_t schema = kNoSchema;
  bool declared = false;
  if (slot != kNoSchema && rules.slots[slot].declared) {
    schema = rules.slots[slot].schema;
    declared = true;
  }
  if (rules.names != kNoSchema) {
    Reader nothing{Bytes()};
    if (!Schema(rules.names, name, &nothing)) return false;
  }
  for (const auto& [pattern, number] : rules.patterns) {
    if (!Matches(pattern, AsText(name.bytes))) continue;
    declared = true;
    if (schema != kNoSchema) {
      Reader again = *reader;
      if (!Schema(schema, value, &again)) return false;
    }
    schema = number;
  }
  if (!declared) schema = rules.additional;
  if (schema != kNoSchema) return Schema(schema, value, reader);
  return view_.Pass(value, reader) || Malformed(view_.error());
}

uint32_t SchemaRun::FindSlot(const ObjectRules& rules, std::string_view name,
                             uint32_t* last) {
  const std::vector<ObjectRules::Slot>& slots = rules.slots;
  if (slots.empty()) return kNoSchema;
  // Records of one store mostly have their properties in one order.
  uint32_t& guess = guesses_[rules.first_guess + *last];
  if (slots[guess].name != name) {
    const auto found = std::lower_bound(
        slots.begin(), slots.end(), name,
        [](const ObjectRules::Slot& slot, std::string_view wanted) {
          return slot.name < wanted;
        });
    if (found == slots.end() || found->name != name) return kNoSchema;
    guess = static_cast<uint32_t>(found - slots.begin());
  }
  *last = guess + 1;
  return guess;
}

// What the object must have, or have for another's sake.
bool SchemaRun::Present(const ObjectRules& rules, const Item& item, size_t seen,
                        const Reader& inside) {
  for (size_t word = 0; word < rules.required.size(); ++word) {
    uint64_t missing = rules.required[word] & ~seen_[seen + word];
    if (missing == 0) continue;
    if (explaining_) {
      size_t slot = word * 64;
      for (; (missing & 1) == 0; missing >>= 1) ++slot;
      failure_.NoteMissing(rules.slots[slot].name);
    }
    return false;
  }
  for (const ObjectRules::Dependency& dependency : rules.dependencies) {
    if (!HasSlot(seen, dependency.slot)) continue;
    for (const uint32_t slot : dependency.slots) {
      if (HasSlot(seen, slot)) continue;
      if (explaining_) failure_.NoteMissing(rules.slots[slot].name);
      return false;
    }
    if (dependency.schema == kNoSchema) continue;
    Reader again = inside;
    if (!Schema(dependency.schema, item, &again)) return false;
  }
  return true;
}

}  // namespace ferrite::internal
