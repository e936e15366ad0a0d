#include "value_path.h"

#include <utility>

#include "path_tree.h"

namespace ferrite::internal {
namespace {

Lookup Step(const std::string& token, const Item& head, Bytes whole,
            Reader* reader, Bytes* found) {
  bool is_found = false;
  if (head.kind == Kind::kArray) {
    const uint64_t index = ArrayIndex(token);
    if (index >= head.count) return Lookup::kAbsent;  // kNoIndex is beyond
    for (uint64_t i = 0; i < index; ++i) {
      if (!reader->Pass(found)) return Lookup::kAbsent;
    }
    *found = whole.subspan(reader->offset());
    return Lookup::kFound;
  }
  if (head.kind != Kind::kObject) return Lookup::kAbsent;
  Item name;
  Bytes value;
  for (uint64_t i = 0; i < head.count; ++i) {
    if (!reader->Next(&name) || !reader->Pass(&value)) return Lookup::kAbsent;
    if (name.kind != Kind::kString || AsText(name.bytes) != token) continue;
    if (std::exchange(is_found, true)) return Lookup::kTwice;
    *found = value;
  }
  return is_found ? Lookup::kFound : Lookup::kAbsent;
}

}  // namespace

bool ReadHead(const SharedValues& shared, Bytes* value, Reader* reader,
              Item* head) {
  for (;;) {
    *reader = Reader(*value);
    if (!reader->Next(head)) return false;
    if (head->kind == Kind::kShareable) {
      *value = value->subspan(reader->offset());
    } else if (head->kind == Kind::kReference) {
      if (head->count >= shared.size()) return false;
      *value = shared[head->count];
    } else {
      return true;
    }
  }
}

Lookup Follow(Bytes value, const std::vector<std::string>& path,
              const SharedValues& shared, Bytes* found) {
  Reader reader(value);
  Item head;
  if (!ReadHead(shared, &value, &reader, &head)) return Lookup::kAbsent;
  *found = value;
  for (const std::string& token : path) {
    const Lookup step = Step(token, head, *found, &reader, found);
    if (step != Lookup::kFound) return step;
    if (!ReadHead(shared, found, &reader, &head)) return Lookup::kAbsent;
  }
  return Lookup::kFound;
}

Error PropertyTwice(std::string path) {
  return {ErrorCode::kRecordMalformed, "The record names a property twice.", "",
          std::move(path)};
}

}  // namespace ferrite::internal
