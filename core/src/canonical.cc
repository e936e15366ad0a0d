#include "canonical.h"

#include <algorithm>
#include <cstring>

#include "malformed.h"

namespace ferrite::internal {
namespace {

constexpr const char* kNameTwice = "a property name twice";

}  // namespace

// The order of the encoded names' bytes: text strings before tag 273, and in
// both the length comes first.
int CanonicalForm::Compare(const Name& a, const Name& b) {
  if (a.wtf8 != b.wtf8) return a.wtf8 ? 1 : -1;
  if (a.text.size() != b.text.size()) {
    return a.text.size() < b.text.size() ? -1 : 1;
  }
  if (a.text.empty()) return 0;
  return std::memcmp(a.text.data(), b.text.data(), a.text.size());
}

Result<Bytes> CanonicalForm::Of(Bytes item) {
  if (IsCanonical(item)) return item;
  item_ = item;
  if (Result<void> scanned = Scan(item); !scanned.ok()) {
    return std::move(scanned).error();
  }
  return Rewrite(item);
}

// False for whatever needs a second look, malformed items among it.
bool CanonicalForm::IsCanonical(Bytes item) {
  last_names_.resize(kMaxDepth);
  nesting_.Reset();
  Reader reader(item);
  Item head;
  do {
    const bool at_name = nesting_.AtName();
    const int depth = nesting_.depth();
    if (!reader.Next(&head) || !head.canonical ||
        head.kind == Kind::kShareable || head.kind == Kind::kReference ||
        nesting_.Enter(head) != nullptr) {
      return false;
    }
    if (at_name) {
      const Name name{head.bytes, head.kind == Kind::kWtf8};
      Name& last = last_names_[depth - 1];
      if (last.text.data() != nullptr && Compare(last, name) >= 0) return false;
      last = name;
    } else if (head.kind == Kind::kObject && depth < kMaxDepth) {
      last_names_[depth] = {};
    }
  } while (nesting_.depth() > 0);
  return reader.AtEnd();
}

// --- Scan -----------------------------------------------------------------

Result<void> CanonicalForm::Scan(Bytes item) {
  nodes_.clear();
  open_.clear();
  shared_.clear();
  nesting_.Reset();
  Reader reader(item);
  Item head;
  do {
    const size_t begin = reader.offset();
    if (!reader.Next(&head)) return reader.error();
    if (const char* reason = Place(head, begin, reader.offset())) {
      return Malformed(begin, reason);
    }
  } while (nesting_.depth() > 0);
  if (!reader.AtEnd()) {
    return Malformed(reader.offset(), "something behind the record");
  }
  return {};
}

const char* CanonicalForm::Place(const Item& head, size_t begin, size_t end) {
  if (const char* reason = nesting_.Enter(head)) return reason;
  if (!open_.empty() && open_.back().is_object) {
    if (const char* reason = PlaceInObject(head, &open_.back())) return reason;
  }
  const size_t node = nodes_.size();
  bool canonical = head.canonical;
  if (head.kind == Kind::kShareable) {
    shared_.push_back({node});
    canonical = false;
  } else if (head.kind == Kind::kReference) {
    if (head.count >= shared_.size()) return "a reference to nothing";
    shared_[head.count].referenced = true;
    canonical = false;
  }
  nodes_.push_back({begin, end, node + 1, canonical, true});
  if (ChildCount(head) > 0) {
    open_.push_back({node, head.kind == Kind::kObject, true, false, {}});
  } else if (!canonical && !open_.empty()) {
    nodes_[open_.back().node].canonical = false;
  }
  Close(nesting_.depth(), end);
  return nullptr;
}

const char* CanonicalForm::PlaceInObject(const Item& head, Open* object) {
  const bool is_name = object->at_name;
  object->at_name = !is_name;
  if (!is_name) return nullptr;
  const Name name{head.bytes, head.kind == Kind::kWtf8};
  if (object->has_name) {
    const int order = Compare(object->last, name);
    if (order == 0) return kNameTwice;
    if (order > 0) {
      nodes_[object->node].in_order = false;
      nodes_[object->node].canonical = false;
    }
  }
  object->has_name = true;
  object->last = name;
  return nullptr;
}

void CanonicalForm::Close(size_t depth, size_t end) {
  while (open_.size() > depth) {
    Node& node = nodes_[open_.back().node];
    open_.pop_back();
    node.end = end;
    node.next = nodes_.size();
    if (!node.canonical && !open_.empty()) {
      nodes_[open_.back().node].canonical = false;
    }
  }
}

// --- Rewrite --------------------------------------------------------------

Result<Bytes> CanonicalForm::Rewrite(Bytes item) {
  out_.Clear();
  shared_written_ = 0;
  pending_.assign(1, 0);
  while (!pending_.empty()) {
    const size_t index = pending_.back();
    const Node& node = nodes_[index];
    pending_.pop_back();
    if (node.canonical) {
      out_.Raw(item.subspan(node.begin, node.end - node.begin));
      continue;
    }
    const Item head = Head(index);
    if (head.kind == Kind::kShareable) {
      WriteShared(SharedAt(index));
    } else if (head.kind == Kind::kReference) {
      WriteShared(&shared_[head.count]);
    } else {
      out_.Head(head);
      if (const char* reason = PushInside(index, head)) {
        return Malformed(node.begin, reason);
      }
    }
  }
  return out_.bytes();
}

Item CanonicalForm::Head(size_t node) const {
  Reader reader(item_.subspan(nodes_[node].begin));
  Item head;
  (void)reader.Next(&head);  // Scan has read it before
  return head;
}

const char* CanonicalForm::PushInside(size_t node, const Item& head) {
  if (!nodes_[node].in_order) return PushProperties(node, head.count);
  const size_t bottom = pending_.size();
  for (size_t child = node + 1; child < nodes_[node].next;
       child = nodes_[child].next) {
    pending_.push_back(child);
  }
  std::reverse(pending_.begin() + bottom, pending_.end());
  return nullptr;
}

const char* CanonicalForm::PushProperties(size_t node, uint64_t count) {
  properties_.clear();
  size_t name_node = node + 1;
  for (uint64_t i = 0; i < count; ++i) {
    const Item name = Head(name_node);
    properties_.push_back({{name.bytes, name.kind == Kind::kWtf8}, name_node});
    name_node = nodes_[name_node + 1].next;
  }
  std::sort(properties_.begin(), properties_.end(),
            [](const Property& a, const Property& b) {
              return Compare(a.name, b.name) > 0;
            });
  for (size_t i = 0; i < properties_.size(); ++i) {
    if (i > 0 && Compare(properties_[i - 1].name, properties_[i].name) == 0) {
      return kNameTwice;
    }
    pending_.push_back(properties_[i].node + 1);
    pending_.push_back(properties_[i].node);
  }
  return nullptr;
}

// A value that is met once in all is written without a tag, so that a tag 28
// which nothing refers to does not count.
void CanonicalForm::WriteShared(Shared* shared) {
  if (shared->written) return out_.Reference(shared->index);
  if (shared->referenced) {
    shared->written = true;
    shared->index = shared_written_++;
    out_.Shareable();
  }
  pending_.push_back(shared->node + 1);
}

CanonicalForm::Shared* CanonicalForm::SharedAt(size_t node) {
  return &*std::lower_bound(
      shared_.begin(), shared_.end(), node,
      [](const Shared& shared, size_t at) { return shared.node < at; });
}

}  // namespace ferrite::internal
