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
  MemberName name;
  Item value;
  for (uint64_t i = 0; i < item.count; ++i) {
    if (!ReadName(rules, &last, &name, reader)) return false;
    if (!reader->Next(&value)) return Malformed(reader->error());
    if (value.kind == Kind::kUndefined) continue;
    ++present;
    if (name.slot != kNoSchema) {
      seen_[seen + name.slot / 64] |= uint64_t{1} << (name.slot % 64);
    }
    if (explaining_) failure_.Enter(name.text);
    if (rules.names != kNoSchema || !rules.patterns.empty()) {
      if (!NamedMember(rules, name, value, reader)) return false;
    } else {
      const uint32_t schema = name.slot == kNoSchema
                                  ? rules.additional
                                  : rules.slots[name.slot].schema;
      if (!Member(schema, value, reader)) return false;
    }
    if (explaining_) failure_.Leave();
  }
  if (present < rules.least) {
    return Fail(item, "have at least ", rules.least, " properties");
  }
  return present <= rules.most ||
         Fail(item, "have at most ", rules.most, " properties");
}

// Records of one store mostly have their properties in one order, so the name
// that followed `last` before is tried first, by its bytes alone.
bool SchemaRun::ReadName(const ObjectRules& rules, uint32_t* last,
                         MemberName* name, Reader* reader) {
  uint32_t& guess = guesses_[rules.first_guess + *last];
  if (guess < rules.slots.size() &&
      reader->PassIf(rules.slots[guess].encoded)) {
    name->slot = guess;
    name->text = rules.slots[guess].name;
    *last = guess + 1;
    return true;
  }
  Item item;
  if (!reader->Next(&item)) return Malformed(reader->error());
  if (!internal::IsString(item.kind)) {
    return Malformed(internal::Malformed(reader->offset(),
                                         "a property name that is no string"));
  }
  name->text = AsText(item.bytes);
  if (item.kind == Kind::kWtf8) {
    name->well_formed = WellFormed(name->text);
    name->text = name->well_formed;
  }
  name->slot = FindSlot(rules, name->text);
  if (name->slot == kNoSchema) return true;
  guess = name->slot;
  *last = guess + 1;
  return true;
}

bool SchemaRun::Member(uint32_t schema, const Item& value, Reader* reader) {
  if (schema != kNoSchema) return Schema(schema, value, reader);
  return view_.Pass(value, reader) || Malformed(view_.error());
}

// A member of an object whose names are looked at.
bool SchemaRun::NamedMember(const ObjectRules& rules, const MemberName& name,
                            const Item& value, Reader* reader) {
  const bool known = name.slot != kNoSchema && rules.slots[name.slot].declared;
  uint32_t schema = known ? rules.slots[name.slot].schema : rules.additional;
  if (rules.names != kNoSchema) {
    Item text;
    text.kind = Kind::kString;
    text.bytes = AsBytes(name.text);
    Reader nothing{Bytes()};
    if (!Schema(rules.names, text, &nothing)) return false;
  }
  bool declared = known;
  for (const auto& [pattern, number] : rules.patterns) {
    if (!Matches(pattern, name.text)) continue;
    // The last of them takes the value, those before it look at it only.
    if (declared && schema != kNoSchema) {
      Reader again = *reader;
      if (!Schema(schema, value, &again)) return false;
    }
    schema = number;
    declared = true;
  }
  return Member(schema, value, reader);
}

uint32_t SchemaRun::FindSlot(const ObjectRules& rules, std::string_view name) {
  const std::vector<ObjectRules::Slot>& slots = rules.slots;
  const auto found = std::lower_bound(
      slots.begin(), slots.end(), name,
      [](const ObjectRules::Slot& slot, std::string_view wanted) {
        return slot.name < wanted;
      });
  if (found == slots.end() || found->name != name) return kNoSchema;
  return static_cast<uint32_t>(found - slots.begin());
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
