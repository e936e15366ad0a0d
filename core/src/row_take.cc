// The walk of a RowWriter over what becomes a row.
#include <algorithm>

#include "malformed.h"
#include "row_writer.h"

namespace ferrite::internal {

Walked RowWriter::Take(Bytes value) {
  Reader reader(value);
  Item head;
  if (!reader.Next(&head)) return FailWalk(reader.error());
  Walked walked;
  bool kept = true;
  if (!tree_.at(PathTree::kRoot).uses.empty()) {
    walked = TakeColumn(PathTree::kRoot, &reader, head, 0, 0, 0, &kept);
  } else if (head.kind == Kind::kObject) {
    const size_t place = left_.BeginObject({});
    uint64_t count = 0;
    walked = TakeObject(PathTree::kRoot, &reader, head.count, 1, &count);
    left_.EndObject(place, count);
    if (count == 0) left_.RemoveObject(place);
  } else {
    walked = Rest(&reader, head, 0);
    if (walked == Walked::kOk && !Show(PathTree::kRoot, value)) {
      return Walked::kFailed;
    }
    if (!tree_.at(PathTree::kRoot).is_dropped) Keep(value);
  }
  if (walked == Walked::kOk && !reader.AtEnd()) {
    return FailWalk(Malformed(reader.offset(), "something behind the record"));
  }
  return walked;
}

Walked RowWriter::TakeObject(size_t node, Reader* reader, uint64_t count,
                             int depth, uint64_t* kept) {
  if (depth > kMaxDepth) {
    return FailWalk(Malformed(reader->offset(), "something nested too deep"));
  }
  tree_.BeginObject(node);
  const bool is_dropped = tree_.at(node).is_dropped;
  Item name;
  for (; count > 0; --count) {
    const size_t begin = reader->offset();
    size_t child = tree_.PassExpected(node, reader);
    if (child == kNone) {
      if (!reader->Next(&name)) return FailWalk(reader->error());
      if (!IsString(name.kind)) {
        return FailWalk(Malformed(begin, "a property name that is no string"));
      }
      if (name.kind == Kind::kString) {
        child = tree_.Child(node, AsText(name.bytes));
      }
    }
    bool kept_one = true;
    Walked walked;
    if (child == kNone) {
      Item head;
      if (!reader->Next(&head)) return FailWalk(reader->error());
      walked = Rest(reader, head, depth);
      if (is_dropped) {
        kept_one = false;
      } else if (walked == Walked::kOk) {
        Keep(Span(begin, reader->offset()));
      }
    } else {
      walked = TakeProperty(child, reader, begin, depth, &kept_one);
    }
    if (walked != Walked::kOk) return walked;
    if (kept_one) ++*kept;
  }
  return Walked::kOk;
}

// `begin` is where the property's name begins.
Walked RowWriter::TakeProperty(size_t child, Reader* reader, size_t begin,
                               int depth, bool* kept) {
  if (!Visit(child)) return Walked::kFailed;
  const size_t value_begin = reader->offset();
  Item head;
  if (!reader->Next(&head)) return FailWalk(reader->error());
  const PathNode& at = tree_.at(child);
  if (!at.uses.empty()) {
    return TakeColumn(child, reader, head, value_begin, begin, depth, kept);
  }
  const bool keeps = keeps_ && !at.is_dropped;
  if (head.kind != Kind::kObject) {
    const Walked walked = Rest(reader, head, depth);
    if (walked != Walked::kOk) return walked;
    *kept = keeps;
    if (keeps) Keep(Span(begin, reader->offset()));
    return Show(child, Span(value_begin, reader->offset())) ? Walked::kOk
                                                            : Walked::kFailed;
  }
  const size_t place =
      keeps ? left_.BeginObject(Span(begin, value_begin)) : kNone;
  uint64_t count = 0;
  const Walked walked =
      TakeObject(child, reader, head.count, depth + 1, &count);
  if (walked != Walked::kOk) return walked;
  // An object whose fields were all taken out comes back with them; one that
  // was empty from the start would not.
  *kept = keeps && (count > 0 || head.count == 0);
  if (!keeps) return Walked::kOk;
  if (*kept) {
    left_.EndObject(place, count);
  } else {
    left_.RemoveObject(place);
  }
  return Walked::kOk;
}

Walked RowWriter::TakeColumn(size_t node, Reader* reader, const Item& head,
                             size_t value_begin, size_t begin, int depth,
                             bool* kept) {
  const Walked walked = Rest(reader, head, depth);
  if (walked != Walked::kOk) return walked;
  const Bytes value = Span(value_begin, reader->offset());
  const PathNode& at = tree_.at(node);
  Fit taken = Fit::kShown;
  for (const PathUse& use : at.uses) {
    const Fit fit = Fill(use, head, value);
    if (fit == Fit::kMismatch) return Walked::kFailed;
    if (use.column == at.taker && use.rank == at.taker_rank) taken = fit;
  }
  if (!at.children.empty()) {
    Reader inside(value);
    Item again;
    if (!inside.Next(&again)) return FailWalk(inside.error());
    if (!ShowChildren(node, head, value, &inside)) return Walked::kFailed;
  }
  *kept = taken != Fit::kExact && !at.is_dropped;
  if (!*kept) return Walked::kOk;
  if (taken == Fit::kBytes) {
    Keep(Span(begin, value_begin));
    if (keeps_) left_.KeepAllButBytes(value);
  } else if (at.drops_below) {
    KeepValue(node, Span(begin, value_begin), value);
  } else {
    Keep(Span(begin, reader->offset()));
  }
  return Walked::kOk;
}

bool RowWriter::Show(size_t node, Bytes value) {
  Reader reader(value);
  Item head;
  if (!reader.Next(&head)) return Fail(reader.error());
  while (head.kind == Kind::kShareable || head.kind == Kind::kReference) {
    value = head.kind == Kind::kReference ? (*shared_)[head.count]
                                          : value.subspan(reader.offset());
    reader = Reader(value);
    if (!reader.Next(&head)) return Fail(reader.error());
  }
  for (const PathUse& use : tree_.at(node).uses) {
    if (Fill(use, head, value) == Fit::kMismatch) return false;
  }
  return ShowChildren(node, head, value, &reader);
}

// `reader` reads `value` and stands behind its head.
bool RowWriter::ShowChildren(size_t node, const Item& head, Bytes value,
                             Reader* reader) {
  const bool object = head.kind == Kind::kObject;
  if (!object && head.kind != Kind::kArray) return true;
  uint64_t count = head.count;
  if (!object) count = std::min(count, tree_.at(node).array_end);
  if (tree_.at(node).children.empty()) return true;
  tree_.BeginObject(node);
  Item name;
  Bytes whole;
  for (uint64_t i = 0; i < count; ++i) {
    size_t child = kNone;
    if (object) {
      if (!reader->Next(&name)) return Fail(reader->error());
      if (name.kind == Kind::kString) {
        child = tree_.Child(node, AsText(name.bytes));
      }
    } else {
      child = tree_.ChildAt(node, i);
    }
    const Bytes inner = value.subspan(reader->offset());
    if (!reader->Skip(&whole)) return Fail(reader->error());
    if (child != kNone && (!Visit(child) || !Show(child, inner))) return false;
  }
  return true;
}

// False when the record named this property before.
bool RowWriter::Visit(size_t node) {
  PathNode& at = tree_.at(node);
  if (at.visit == visit_) {
    return Fail({ErrorCode::kRecordMalformed,
                 "The record names a property twice.", "",
                 tree_.Pointer(node)});
  }
  at.visit = visit_;
  return true;
}

Walked RowWriter::ShowAll(const RowInput& input) {
  Reader reader(input.value);
  const Walked walked = walk_.Whole(&reader, 0);
  if (walked == Walked::kFailed) return FailWalk(walk_.error());
  if (!reader.AtEnd()) {
    return FailWalk(Malformed(reader.offset(), "something behind the record"));
  }
  if (!Show(PathTree::kRoot, input.value)) return Walked::kFailed;
  if (!input.stored.empty()) {
    Keep(input.stored);
  } else {
    KeepValue(PathTree::kRoot, {}, input.value);
  }
  return Walked::kOk;
}

Fit RowWriter::Fill(const PathUse& use, const Item& head, Bytes value) {
  if (is_special_[use.column]) return FillSpecial(use, head, value);
  const Column& column = table_.columns[use.column];
  const ColumnCell cell = columns_.Write(column, head, value, shared_);
  if (cell.fit == Fit::kMismatch) {
    return Replace(use.column, head, pointers_[use.column]);
  }
  Put(use.column, cell);
  return cell.fit;
}

void RowWriter::Put(size_t column, const ColumnCell& cell) {
  row_[column] = cell.cell;
  if (cell.in_scratch) in_scratch_.emplace_back(column, cell.begin);
}

void RowWriter::Keep(Bytes bytes) {
  if (keeps_) left_.Keep(bytes);
}

// `name` is the property's, empty for what becomes the row.
void RowWriter::KeepValue(size_t node, Bytes name, Bytes value) {
  const PathNode& at = tree_.at(node);
  if (!keeps_ || at.is_dropped) return;
  left_.Keep(name);
  if (at.drops_below) {
    left_.KeepUndropped(value, node);
  } else {
    left_.Keep(value);
  }
}

Bytes RowWriter::Span(size_t begin, size_t end) const {
  return record_.subspan(begin, end - begin);
}

Walked RowWriter::Rest(Reader* reader, const Item& head, int depth) {
  const Walked walked = walk_.Rest(reader, head, depth);
  if (walked == Walked::kFailed) error_ = walk_.error();
  return walked;
}

}  // namespace ferrite::internal
