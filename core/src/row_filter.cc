#include "row_filter.h"

#include <algorithm>

#include "json_pointer.h"
#include "value_path.h"

namespace ferrite::internal {
namespace {

bool Equals(const Condition::Value& wanted, const Item& found) {
  switch (wanted.type) {
    case Condition::Value::Type::kNull:
      return found.kind == Kind::kNull || found.kind == Kind::kUndefined;
    case Condition::Value::Type::kBool:
      return found.kind == Kind::kBool && found.boolean == wanted.boolean;
    case Condition::Value::Type::kNumber:
      return (found.kind == Kind::kInteger || found.kind == Kind::kDouble) &&
             found.number == wanted.number;
    case Condition::Value::Type::kString:
      return found.kind == Kind::kString && AsText(found.bytes) == wanted.text;
  }
  return false;
}

}  // namespace

Result<bool> RowFilter::Takes(Bytes value, const SharedValues& shared) const {
  for (const Condition& condition : conditions_) {
    Bytes found;
    Item head;  // undefined, unless something is there
    Reader reader{Bytes()};
    const Lookup lookup = Follow(value, condition.path, shared, &found);
    if (lookup == Lookup::kTwice) {
      return PropertyTwice(ToPointer(condition.path));
    }
    if (lookup == Lookup::kFound && !ReadHead(shared, &found, &reader, &head)) {
      head = {};
    }
    const bool holds =
        std::any_of(condition.any_of.begin(), condition.any_of.end(),
                    [&](const auto& wanted) { return Equals(wanted, head); });
    if (!holds) return false;
  }
  return true;
}

}  // namespace ferrite::internal
