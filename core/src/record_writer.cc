#include "record_writer.h"

#include <algorithm>

#include "column_type.h"
#include "column_value.h"
#include "lossless.h"
#include "malformed.h"
#include "suggest.h"

namespace ferrite::internal {

bool IsLossless(const Table& table) {
  if (!table.drop.empty()) return false;
  switch (table.unmapped) {
    case Unmapped::kKeep:
      return true;
    case Unmapped::kDrop:
      return false;
    case Unmapped::kFail:
      break;
  }
  // Without a lossless column there are no notes.
  const bool needs_notes = std::any_of(
      table.columns.begin(), table.columns.end(), [](const Column& column) {
        return column.paths.size() > 1 || column.default_value.has_value();
      });
  return !needs_notes;
}

RecordWriter::RecordWriter(const Table& table)
    : table_(table),
      is_lossless_(IsLossless(table)),
      tree_(table),
      origin_(table.columns.size(), 1),
      filled_(tree_.size()) {}

Result<void> RecordWriter::Rebuild(std::span<const Cell> row, Writer* value) {
  const bool keeps = table_.unmapped == Unmapped::kKeep;
  if (!is_lossless_) {
    return Error{ErrorCode::kState,
                 "The table " + Quoted(table_.name) +
                     " leaves something out: its rows are not whole records.",
                 "", ""};
  }
  if (row.size() != table_.columns.size() + (keeps ? 1 : 0)) {
    return Error{ErrorCode::kInvalidArgument,
                 "A row of " + std::to_string(row.size()) +
                     " cells is none of the table " + Quoted(table_.name) + ".",
                 "", ""};
  }
  const Cell left = keeps ? row.back() : Cell::Null();
  if (left.type != Cell::Type::kNull && left.type != Cell::Type::kBlob) {
    return Error{ErrorCode::kRecordMalformed,
                 "The lossless column is neither NULL nor a BLOB.", "", ""};
  }
  row_ = row;
  left_ = left.bytes;
  ++visit_;
  if (auto read = ReadNotes(); !read.ok()) return read;
  FindFilled();
  const size_t size = value->size();
  Result<void> written = Record(value);
  if (!written.ok()) value->Truncate(size);
  return written;
}

Result<void> RecordWriter::ReadNotes() {
  for (const size_t column : noted_) origin_[column] = 1;
  noted_.clear();
  Reader reader(left_);
  Item head, count, column, path;
  if (left_.empty() || !reader.Next(&head)) return {};
  if (head.kind != Kind::kInstance || AsText(head.bytes) != kMarkedName) {
    return {};
  }
  const auto malformed = [&] {
    return Malformed(reader.offset(), "notes that no migration writes");
  };
  if (head.count == 0 || head.count > 2 || !reader.Next(&count) ||
      count.kind != Kind::kArray) {
    return malformed();
  }
  for (uint64_t i = 0; i < count.count; ++i) {
    Item pair;
    if (!reader.Next(&pair) || pair.kind != Kind::kArray || pair.count != 2 ||
        !reader.Next(&column) || column.kind != Kind::kInteger ||
        !reader.Next(&path) || path.kind != Kind::kInteger ||
        column.integer < 0 ||
        static_cast<uint64_t>(column.integer) >= origin_.size()) {
      return malformed();
    }
    const auto index = static_cast<size_t>(column.integer);
    origin_[index] = path.integer;
    noted_.push_back(index);
  }
  left_ = left_.subspan(reader.offset());
  if (left_.empty() != (head.count == 1)) return malformed();
  return {};
}

size_t RecordWriter::Taker(size_t node) const {
  const PathNode& at = tree_.at(node);
  if (at.taker == kNone ||
      origin_[at.taker] != static_cast<int64_t>(at.taker_rank) + 1) {
    return kNone;
  }
  return at.taker;
}

void RecordWriter::FindFilled() {
  filled_.assign(tree_.size(), false);
  for (size_t node = tree_.size(); node-- > 0;) {
    const PathNode& at = tree_.at(node);
    const size_t taker = Taker(node);
    if (taker != kNone && row_[taker].type != Cell::Type::kNull) {
      filled_[node] = true;
    }
    if (filled_[node] && at.parent != kNone) filled_[at.parent] = true;
  }
}

Result<void> RecordWriter::Record(Writer* out) {
  constexpr size_t kRoot = PathTree::kRoot;
  if (left_.empty()) return Taken(kRoot, out);
  if (tree_.at(kRoot).taker != kNone) return Kept(kRoot, left_, out);
  Reader left(left_);
  Item head;
  if (!left.Next(&head)) return left.error();
  // A record that is no plain object, or begins with a reference's target, is
  // here as a whole.
  if (head.kind == Kind::kObject) return Merge(kRoot, &left, head.count, out);
  out->Raw(left_);
  return {};
}

Result<void> RecordWriter::Merge(size_t node, Reader* left, uint64_t count,
                                 Writer* out) {
  Item name;
  Bytes value;
  Reader ahead = *left;
  tree_.BeginObject(node);
  for (uint64_t i = 0; i < count; ++i) {
    if (!ahead.Next(&name) || !ahead.Skip(&value)) return ahead.error();
    if (name.kind != Kind::kString) continue;
    const size_t child = tree_.Child(node, AsText(name.bytes));
    if (child != kNone) tree_.at(child).visit = visit_;
  }
  uint64_t missing = 0;
  for (const size_t child : tree_.at(node).children) {
    if (filled_[child] && tree_.at(child).visit != visit_) ++missing;
  }
  out->BeginObject(count + missing);
  tree_.BeginObject(node);
  for (uint64_t i = 0; i < count; ++i) {
    const size_t begin = left->offset();
    if (!left->Next(&name)) return left->error();
    out->Raw(left_.subspan(begin, left->offset() - begin));
    const size_t child = name.kind == Kind::kString
                             ? tree_.Child(node, AsText(name.bytes))
                             : kNone;
    if (auto written = Property(child, left, out); !written.ok()) {
      return written;
    }
  }
  for (const size_t child : tree_.at(node).children) {
    if (!filled_[child] || tree_.at(child).visit == visit_) continue;
    out->String(tree_.at(child).token);
    if (auto written = Taken(child, out); !written.ok()) return written;
  }
  return {};
}

Result<void> RecordWriter::Property(size_t child, Reader* left, Writer* out) {
  Reader inside = *left;
  Item head;
  const bool merges = child != kNone && filled_[child] &&
                      tree_.at(child).taker == kNone && inside.Next(&head) &&
                      head.kind == Kind::kObject;
  if (merges) {
    *left = inside;
    return Merge(child, left, head.count, out);
  }
  Bytes value;
  if (!left->Skip(&value)) return left->error();
  if (child != kNone && tree_.at(child).taker != kNone) {
    return Kept(child, value, out);
  }
  out->Raw(value);
  return {};
}

Result<void> RecordWriter::Taken(size_t node, Writer* out) {
  const PathNode& at = tree_.at(node);
  if (const size_t taker = Taker(node); taker != kNone) {
    const Column& column = table_.columns[taker];
    if (WriteCell(column, row_[taker], out)) return {};
    return Error{ErrorCode::kTypeMismatch,
                 "The column " + Quoted(column.name) + " of type " +
                     std::string(ColumnTypeName(column.type)) +
                     " holds what no record gives.",
                 "The row was changed after the migration.",
                 tree_.Pointer(node)};
  }
  uint64_t count = 0;
  for (const size_t child : at.children) count += filled_[child] ? 1 : 0;
  out->BeginObject(count);
  for (const size_t child : at.children) {
    if (!filled_[child]) continue;
    out->String(tree_.at(child).token);
    if (auto written = Taken(child, out); !written.ok()) return written;
  }
  return {};
}

Result<void> RecordWriter::Kept(size_t node, Bytes value, Writer* out) {
  const size_t column = Taker(node);
  const auto is_mark = [](Bytes item) {
    Reader reader(item);
    Item head;
    return reader.Next(&head) && head.kind == Kind::kInstance &&
           AsText(head.bytes) == kTakenName;
  };
  Reader reader(value);
  Item head;
  if (column == kNone || table_.columns[column].type != ColumnType::kBlob ||
      !reader.Next(&head) || head.kind != Kind::kInstance) {
    out->Raw(value);
    return {};
  }
  const auto write_bytes = [&]() -> Result<void> {
    if (row_[column].type == Cell::Type::kBlob) {
      out->Blob(row_[column].bytes);
      return {};
    }
    return Error{ErrorCode::kTypeMismatch,
                 "The column " + Quoted(table_.columns[column].name) +
                     " has lost its bytes.",
                 "The row was changed after the migration.",
                 tree_.Pointer(node)};
  };
  if (AsText(head.bytes) == kTakenName) return write_bytes();
  out->Head(head);
  Bytes part;
  for (uint64_t i = 0; i < head.count; ++i) {
    if (!reader.Skip(&part)) return reader.error();
    if (i + 1 == head.count && is_mark(part)) return write_bytes();
    out->Raw(part);
  }
  return {};
}

}  // namespace ferrite::internal
