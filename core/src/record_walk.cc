#include "record_walk.h"

#include <utility>

#include "json_pointer.h"
#include "malformed.h"
#include "suggest.h"
#include "text_forms.h"

namespace ferrite::internal {
namespace {

// For a message: `of type "FileSystemHandle"`, when the encoder said it.
std::string UnsupportedType(Reader reader) {
  Item type;
  if (!reader.Next(&type) || type.kind != Kind::kString) return "";
  return " of type " + Quoted(AsText(type.bytes));
}

}  // namespace

void RecordWalk::Begin(Bytes record, SharedValues* shared) {
  record_ = record;
  shared_ = shared;
  if (shared != nullptr) shared->clear();
}

Walked RecordWalk::Inside(Reader* reader, const Item& head, int depth) {
  if (const Walked head_ok = Check(reader, head); head_ok != Walked::kOk) {
    return head_ok;
  }
  if (!IsContainer(head.kind)) return Walked::kOk;
  if (depth >= kMaxDepth) {
    return Fail(Malformed(reader->offset(), "something nested too deep"));
  }
  nesting_.Reset();
  (void)nesting_.Enter(head);  // the first item can stand anywhere
  Item item;
  while (nesting_.depth() > 0) {
    if (!reader->Next(&item)) return Fail(reader->error());
    if (IsContainer(item.kind) && depth + nesting_.depth() >= kMaxDepth) {
      return Fail(Malformed(reader->offset(), "something nested too deep"));
    }
    if (const char* reason = nesting_.Enter(item)) {
      return Fail(Malformed(reader->offset(), reason));
    }
    if (IsPlain(item.kind)) continue;
    if (const Walked ok = Check(reader, item); ok != Walked::kOk) return ok;
  }
  return Walked::kOk;
}

Walked RecordWalk::Whole(Reader* reader, int depth) {
  Item head;
  if (!reader->Next(&head)) return Fail(reader->error());
  return Rest(reader, head, depth);
}

Walked RecordWalk::Check(Reader* reader, const Item& item) {
  switch (item.kind) {
    case Kind::kShareable:
      if (shared_ == nullptr) return Walked::kShared;
      shared_->push_back(record_.subspan(reader->offset()));
      return Walked::kOk;
    case Kind::kReference:
      if (shared_ == nullptr) return Walked::kShared;
      if (item.count < shared_->size()) return Walked::kOk;
      return Fail(Malformed(reader->offset(), "a reference to nothing"));
    case Kind::kInstance:
      break;
    default:
      return Walked::kOk;
  }
  const std::string_view name = AsText(item.bytes);
  if (name == kUnsupportedName) {
    return Fail({ErrorCode::kRecordUnsupported,
                 "A value" + UnsupportedType(*reader) + " cannot be carried.",
                 "It stays in the source.",
                 PathAt(record_, reader->offset() - 1)});
  }
  if (name == kTakenName || name == kMarkedName) {
    return Fail(Malformed(reader->offset(), "a mark of the lossless column"));
  }
  return Walked::kOk;
}

Walked RecordWalk::Fail(Error error) {
  error_ = std::move(error);
  return Walked::kFailed;
}

std::string PathAt(Bytes record, size_t offset) {
  struct Frame {
    uint64_t left;   // items to come
    uint64_t begun;  // items that are no names
    bool is_object;
    std::string name;
  };
  std::vector<Frame> frames;
  Reader reader(record);
  Item item;
  while (reader.Next(&item)) {
    if (!frames.empty()) {
      Frame& frame = frames.back();
      if (frame.is_object && frame.left % 2 == 0) {
        frame.name = WellFormed(AsText(item.bytes));
      } else {
        ++frame.begun;
      }
      --frame.left;
    }
    if (reader.offset() > offset) break;
    if (IsContainer(item.kind)) {
      frames.push_back(
          {ChildCount(item), 0, item.kind == Kind::kObject, std::string()});
    }
    while (!frames.empty() && frames.back().left == 0) frames.pop_back();
    if (frames.empty()) break;
  }
  std::string path;
  for (const Frame& frame : frames) {
    AppendToken(frame.is_object ? frame.name : std::to_string(frame.begun - 1),
                &path);
  }
  return path;
}

}  // namespace ferrite::internal
