#include "lossless.h"

namespace ferrite::internal {
namespace {

// A value that holds bytes, with the mark in their place: they come last.
void WriteWithoutBytes(Bytes value, Writer* out) {
  Reader reader(value);
  Item item;
  if (!reader.Next(&item)) return;
  if (item.kind == Kind::kInstance) {
    out->Head(item);
    Bytes part;
    for (uint64_t i = 1; i < item.count && reader.Skip(&part); ++i) {
      out->Raw(part);
    }
  }
  out->BeginInstance(kTakenName, 0);
}

}  // namespace

Bytes Lossless::Write(std::span<const Note> notes, PathTree* tree,
                      const SharedValues* shared) {
  out_.Clear();
  if (!notes.empty()) {
    out_.BeginInstance(kMarkedName, pieces_.empty() ? 1 : 2);
    out_.BeginArray(notes.size());
    for (const Note& note : notes) {
      out_.BeginArray(2);
      out_.Integer(static_cast<int64_t>(note.column));
      out_.Integer(note.path);
    }
  }
  for (const Piece& piece : pieces_) {
    switch (piece.kind) {
      case Piece::Kind::kCopy:
        out_.Raw(piece.bytes);
        break;
      case Piece::Kind::kObject:
        out_.Raw(piece.bytes);
        out_.BeginObject(piece.count);
        break;
      case Piece::Kind::kBytes:
        WriteWithoutBytes(piece.bytes, &out_);
        break;
      case Piece::Kind::kUndropped:
        WriteUndropped(piece, tree, shared);
        break;
    }
  }
  return out_.bytes();
}

void Lossless::WriteUndropped(const Piece& piece, PathTree* tree,
                              const SharedValues* shared) {
  static const SharedValues kNoneShared;
  omission_.Clear();
  FindDropped(piece.count, piece.bytes, tree);
  copier_.Copy(piece.bytes, shared == nullptr ? kNoneShared : *shared,
               omission_, &out_);
}

// References are not followed: what they refer to is reached on another path
// too, from which it is not dropped.
void Lossless::FindDropped(size_t node, Bytes value, PathTree* tree) {
  Reader reader(value);
  Item head;
  size_t begin = 0;
  do {
    begin = reader.offset();
    if (!reader.Next(&head)) return;
  } while (head.kind == Kind::kShareable);
  if (head.kind != Kind::kObject) return;
  tree->BeginObject(node);
  Item name;
  Bytes inner;
  for (uint64_t i = 0; i < head.count; ++i) {
    const size_t property = reader.offset();
    if (!reader.Next(&name)) return;
    if (!reader.Pass(&inner)) return;
    const size_t child = name.kind == Kind::kString
                             ? tree->Child(node, AsText(name.bytes))
                             : kNone;
    if (child == kNone || !tree->at(child).drops_below) continue;
    if (tree->at(child).is_dropped) {
      omission_.Add(value.subspan(begin),
                    value.subspan(property, reader.offset() - property));
    } else {
      FindDropped(child, inner, tree);
    }
  }
}

}  // namespace ferrite::internal
