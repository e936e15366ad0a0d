#include "column_type.h"
#include "mapper_state.h"
#include "suggest.h"

namespace ferrite::internal {

RecordWriter::RecordWriter(const Table& table)
    : table_(table), tree_(table), filled_(tree_.size()) {}

Result<void> RecordWriter::Rebuild(std::span<const Cell> row, Writer* value) {
  const bool keeps = table_.unmapped == Unmapped::kKeep;
  if (table_.unmapped == Unmapped::kDrop) {
    return Error{ErrorCode::kState,
                 "The table " + Quoted(table_.name) +
                     " drops unmapped fields: its rows are not whole records.",
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
  FindFilled();
  const size_t size = value->size();
  Result<void> written = Record(value);
  if (!written.ok()) value->Truncate(size);
  return written;
}

void RecordWriter::FindFilled() {
  filled_.assign(tree_.size(), false);
  for (size_t node = tree_.size(); node-- > 0;) {
    const PathNode& at = tree_.at(node);
    if (at.taker != kNone && row_[at.taker].type != Cell::Type::kNull) {
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
  tree_.at(node).expected = 0;
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
  tree_.at(node).expected = 0;
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
  if (at.taker != kNone) {
    const Column& column = table_.columns[at.taker];
    if (WriteCell(column.type, row_[at.taker], out)) return {};
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
  const size_t column = tree_.at(node).taker;
  const auto is_mark = [](Bytes item) {
    Reader reader(item);
    Item head;
    return reader.Next(&head) && head.kind == Kind::kInstance &&
           AsText(head.bytes) == kTakenName;
  };
  Reader reader(value);
  Item head;
  if (table_.columns[column].type != ColumnType::kBlob || !reader.Next(&head) ||
      head.kind != Kind::kInstance) {
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
