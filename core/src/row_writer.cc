#include <algorithm>
#include <utility>

#include "column_type.h"
#include "json_pointer.h"
#include "malformed.h"
#include "mapper_state.h"
#include "suggest.h"
#include "text_forms.h"

namespace ferrite::internal {
namespace {

constexpr char kKeyPath[] = "$key";

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

RowWriter::RowWriter(const Table& table) : table_(table), tree_(table) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (column.from == ColumnFrom::kKey) key_columns_.push_back(i);
    if (column.not_null) required_.push_back(i);
    pointers_.push_back(column.from == ColumnFrom::kKey
                            ? kKeyPath
                            : ToPointer(column.paths.front()));
  }
  const bool keeps = table.unmapped == Unmapped::kKeep;
  row_.resize(table.columns.size() + (keeps ? 1 : 0));
}

Result<std::span<const Cell>> RowWriter::Map(Bytes key, Bytes value) {
  Begin(value, nullptr);
  if (!MapKey(key)) return error_;
  Walked walked = Take(value);
  if (walked == Walked::kShared) {
    // Such a record stays whole and its columns are shown: a second walk,
    // since nobody knows before the first reference.
    Begin(value, &shared_values_);
    if (!MapKey(key)) return error_;
    Reader reader(value);
    walked = walk_.Whole(&reader, 0);
    if (walked == Walked::kFailed) return walk_.error();
    if (!reader.AtEnd()) {
      return Malformed(reader.offset(), "something behind the record");
    }
    if (!Show(PathTree::kRoot, value)) return error_;
    Keep(value);
  }
  if (walked == Walked::kFailed || !CheckNotNull()) return error_;
  if (table_.unmapped == Unmapped::kFail && !pieces_.empty()) {
    WriteUnmapped();
    return LeftOver();
  }
  PlaceScratch();
  if (table_.unmapped == Unmapped::kKeep && !pieces_.empty()) {
    WriteUnmapped();
    row_.back() = Cell::Blob(unmapped_.bytes());
  }
  return std::span<const Cell>(row_);
}

void RowWriter::Begin(Bytes value, SharedValues* shared) {
  record_ = value;
  shared_ = shared;
  ++visit_;
  row_.assign(row_.size(), Cell::Null());
  in_scratch_.clear();
  columns_.Clear();
  pieces_.clear();
  walk_.Begin(value, shared);
}

bool RowWriter::MapKey(Bytes key) {
  if (key_columns_.empty()) return true;
  Reader reader(key);
  Item head;
  if (!reader.Next(&head)) return Fail(reader.error());
  for (const size_t column : key_columns_) {
    const auto cell = columns_.WriteKey(table_.columns[column].type, head, key);
    if (!cell) {
      return Fail({ErrorCode::kRecordMalformed, "The key is no valid key.", "",
                   kKeyPath});
    }
    if (cell->fit == Fit::kMismatch) return Fail(Mismatch(column, head));
    Put(column, *cell);
  }
  return true;
}

Walked RowWriter::Take(Bytes value) {
  Reader reader(value);
  Item head;
  if (!reader.Next(&head)) return FailWalk(reader.error());
  Walked walked;
  bool kept = true;
  if (!tree_.at(PathTree::kRoot).columns.empty()) {
    walked = TakeColumn(PathTree::kRoot, &reader, head, 0, 0, 0, &kept);
  } else if (head.kind == Kind::kObject) {
    pieces_.push_back({Piece::Kind::kObject, {}, 0});
    uint64_t count = 0;
    walked = TakeObject(PathTree::kRoot, &reader, head.count, 1, &count);
    // The piece's place may have moved.
    pieces_.front().count = count;
    if (count == 0) pieces_.clear();
  } else {
    walked = Rest(&reader, head, 0);
    if (walked == Walked::kOk && !Show(PathTree::kRoot, value)) {
      return Walked::kFailed;
    }
    Keep(value);
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
  tree_.at(node).expected = 0;
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
      if (walked == Walked::kOk) Keep(Span(begin, reader->offset()));
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
  if (!tree_.at(child).columns.empty()) {
    return TakeColumn(child, reader, head, value_begin, begin, depth, kept);
  }
  if (head.kind != Kind::kObject) {
    const Walked walked = Rest(reader, head, depth);
    if (walked != Walked::kOk) return walked;
    Keep(Span(begin, reader->offset()));
    return Show(child, Span(value_begin, reader->offset())) ? Walked::kOk
                                                            : Walked::kFailed;
  }
  const size_t place = pieces_.size();
  if (table_.unmapped != Unmapped::kDrop) {
    pieces_.push_back({Piece::Kind::kObject, Span(begin, value_begin), 0});
  }
  uint64_t count = 0;
  const Walked walked =
      TakeObject(child, reader, head.count, depth + 1, &count);
  if (walked != Walked::kOk) return walked;
  // An object whose fields were all taken out comes back with them; one that
  // was empty from the start would not.
  *kept = count > 0 || head.count == 0;
  if (table_.unmapped == Unmapped::kDrop) return Walked::kOk;
  if (*kept) {
    pieces_[place].count = count;
  } else {
    pieces_.resize(place);
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
  for (const size_t column : at.columns) {
    const Fit fit = Fill(column, head, value);
    if (fit == Fit::kMismatch) return Walked::kFailed;
    if (column == at.taker) taken = fit;
  }
  if (!at.children.empty()) {
    Reader inside(value);
    Item again;
    if (!inside.Next(&again)) return FailWalk(inside.error());
    if (!ShowChildren(node, head, value, &inside)) return Walked::kFailed;
  }
  *kept = taken != Fit::kExact;
  if (taken == Fit::kBytes) {
    KeepAllButBytes(Span(begin, value_begin), value);
  } else if (taken == Fit::kShown) {
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
  for (const size_t column : tree_.at(node).columns) {
    if (Fill(column, head, value) == Fit::kMismatch) return false;
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
  tree_.at(node).expected = 0;
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

Fit RowWriter::Fill(size_t column, const Item& head, Bytes value) {
  const ColumnCell cell =
      columns_.Write(table_.columns[column].type, head, value, shared_);
  if (cell.fit == Fit::kMismatch) {
    Fail(Mismatch(column, head));
  } else {
    Put(column, cell);
  }
  return cell.fit;
}

void RowWriter::Put(size_t column, const ColumnCell& cell) {
  row_[column] = cell.cell;
  if (cell.in_scratch) in_scratch_.emplace_back(column, cell.begin);
}

void RowWriter::Keep(Bytes bytes) {
  if (table_.unmapped == Unmapped::kDrop || bytes.empty()) return;
  if (!pieces_.empty() && pieces_.back().kind == Piece::Kind::kCopy) {
    Bytes& last = pieces_.back().bytes;
    if (last.data() + last.size() == bytes.data()) {
      last = Bytes(last.data(), last.size() + bytes.size());
      return;
    }
  }
  pieces_.push_back({Piece::Kind::kCopy, bytes});
}

void RowWriter::KeepAllButBytes(Bytes name, Bytes value) {
  if (table_.unmapped == Unmapped::kDrop) return;
  Keep(name);
  pieces_.push_back({Piece::Kind::kBytes, value});
}

Bytes RowWriter::Span(size_t begin, size_t end) const {
  return record_.subspan(begin, end - begin);
}

bool RowWriter::CheckNotNull() {
  for (const size_t column : required_) {
    if (row_[column].type != Cell::Type::kNull) continue;
    // What lies in the scratch has its type already.
    return Fail({ErrorCode::kNotNull,
                 "The column " + Quoted(table_.columns[column].name) +
                     " requires a value.",
                 "The field is absent, null, undefined, or has no value in a "
                 "column of type " +
                     std::string(ColumnTypeName(table_.columns[column].type)) +
                     ".",
                 pointers_[column]});
  }
  return true;
}

void RowWriter::PlaceScratch() {
  const Bytes scratch = AsBytes(columns_.scratch());
  size_t end = scratch.size();
  for (size_t i = in_scratch_.size(); i-- > 0;) {
    const auto [column, begin] = in_scratch_[i];
    row_[column].bytes = scratch.subspan(begin, end - begin);
    end = begin;
  }
}

void RowWriter::WriteUnmapped() {
  unmapped_.Clear();
  for (const Piece& piece : pieces_) {
    switch (piece.kind) {
      case Piece::Kind::kCopy:
        unmapped_.Raw(piece.bytes);
        break;
      case Piece::Kind::kObject:
        unmapped_.Raw(piece.bytes);
        unmapped_.BeginObject(piece.count);
        break;
      case Piece::Kind::kBytes:
        WriteWithoutBytes(piece.bytes, &unmapped_);
        break;
    }
  }
}

Error RowWriter::LeftOver() {
  std::string path;
  size_t node = PathTree::kRoot;
  Reader reader(unmapped_.bytes());
  Item head;
  if (pieces_.front().kind == Piece::Kind::kObject) {
    while (node != kNone && tree_.at(node).columns.empty() &&
           reader.Next(&head) && head.kind == Kind::kObject && head.count > 0 &&
           reader.Next(&head)) {
      AppendToken(WellFormed(AsText(head.bytes)), &path);
      node = head.kind == Kind::kString ? tree_.Child(node, AsText(head.bytes))
                                        : kNone;
    }
  }
  const bool has_column = node != kNone && !tree_.at(node).columns.empty();
  return {ErrorCode::kConstraint,
          has_column ? "The column does not hold the value exactly."
                     : "No column takes the field.",
          "Give it a column, or let the table keep or drop unmapped fields.",
          path};
}

Error RowWriter::Mismatch(size_t column, const Item& head) const {
  const Column& wanted = table_.columns[column];
  return {
      ErrorCode::kTypeMismatch,
      "Found " + DescribeItem(head) + " for the column " + Quoted(wanted.name) +
          " of type " + std::string(ColumnTypeName(wanted.type)) + ".",
      "Choose a type that takes it: json takes everything.", pointers_[column]};
}

bool RowWriter::Fail(Error error) {
  error_ = std::move(error);
  return false;
}

Walked RowWriter::FailWalk(Error error) {
  error_ = std::move(error);
  return Walked::kFailed;
}

Walked RowWriter::Rest(Reader* reader, const Item& head, int depth) {
  const Walked walked = walk_.Rest(reader, head, depth);
  if (walked == Walked::kFailed) error_ = walk_.error();
  return walked;
}

}  // namespace ferrite::internal
