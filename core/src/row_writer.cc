#include "row_writer.h"

#include <algorithm>
#include <utility>

#include "column_type.h"
#include "json_pointer.h"
#include "malformed.h"
#include "suggest.h"
#include "text_forms.h"

namespace ferrite::internal {
namespace {

constexpr char kKeyPath[] = "$key";
constexpr char kNamePath[] = "$name";

std::string PointerOf(const Column& column) {
  switch (column.from) {
    case ColumnFrom::kPath:
    case ColumnFrom::kRecord:
      return ToPointer(column.paths.front());
    case ColumnFrom::kKey:
      return kKeyPath;
    case ColumnFrom::kName:
      return kNamePath;
    default:
      return "";
  }
}

bool NeedsCare(const Column& column) {
  const bool can_miss = column.from == ColumnFrom::kPath ||
                        column.from == ColumnFrom::kKey ||
                        column.from == ColumnFrom::kName;
  return can_miss && (column.paths.size() > 1 || column.default_value ||
                      column.on_mismatch != OnMismatch::kLedger);
}

}  // namespace

Cell LiteralCell(const Literal& literal) {
  switch (literal.type) {
    case Literal::Type::kNull:
      break;
    case Literal::Type::kInteger:
      return Cell::Integer(literal.integer);
    case Literal::Type::kReal:
      return Cell::Real(literal.real);
    case Literal::Type::kText:
      return Cell::Text(literal.bytes);
    case Literal::Type::kBlob:
      return Cell::Blob(AsBytes(literal.bytes));
  }
  return Cell::Null();
}

RowWriter::RowWriter(const Table& table)
    : table_(table),
      keeps_(table.unmapped != Unmapped::kDrop),
      tree_(table),
      is_special_(table.columns.size()),
      is_default_(table.columns.size()) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (column.not_null) required_.push_back(i);
    if (column.from == ColumnFrom::kKey) key_columns_.push_back(i);
    if (column.from == ColumnFrom::kName) name_columns_.push_back(i);
    if (column.from == ColumnFrom::kPosition) position_columns_.push_back(i);
    if (column.from == ColumnFrom::kConstant) {
      constants_.emplace_back(i, LiteralCell(column.constant));
    }
    pointers_.push_back(PointerOf(column));
    defaults_.push_back(column.default_value
                            ? LiteralCell(*column.default_value)
                            : Cell::Null());
    if (NeedsCare(column)) {
      special_.push_back(i);
      is_special_[i] = true;
    }
  }
  ranks_.resize(special_.empty() ? 0 : table.columns.size());
  const bool has_left = table.unmapped == Unmapped::kKeep;
  row_.resize(table.columns.size() + (has_left ? 1 : 0));
}

Result<std::span<const Cell>> RowWriter::Map(const RowInput& input) {
  // Records of JSON text and those with references stay whole and their columns
  // are shown; of the latter nobody knows before the first reference.
  bool shows = !input.stored.empty();
  SharedValues* shared = nullptr;
  is_settled_ = false;
  for (;;) {
    Begin(input.value, shared);
    if (!MapGiven(input)) return error_;
    const Walked walked = shows ? ShowAll(input) : Take(input.value);
    if (walked == Walked::kFailed) return error_;
    if (walked == Walked::kShared) {
      shows = true;
      shared = &shared_values_;
    } else if (conflicts_) {
      is_settled_ = true;
    } else {
      break;
    }
  }
  return Finish(input);
}

Result<std::span<const Cell>> RowWriter::Finish(const RowInput& input) {
  TakeDefaults(input.given);
  if (!CheckNotNull()) return error_;
  if (table_.unmapped == Unmapped::kFail && !left_.empty()) return LeftOver();
  PlaceScratch();
  if (table_.unmapped == Unmapped::kKeep &&
      !(left_.empty() && notes_.empty())) {
    row_.back() = Cell::Blob(left_.Write(notes_, &tree_, shared_));
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
  left_.Clear();
  walk_.Begin(value, shared);
  conflicts_ = false;
  if (special_.empty()) return;
  if (!is_settled_) std::fill(ranks_.begin(), ranks_.end(), 0);
  for (const size_t column : special_) is_default_[column] = false;
}

bool RowWriter::MapGiven(const RowInput& input) {
  for (const auto& [column, cell] : constants_) row_[column] = cell;
  for (const GivenCell& given : input.given) row_[given.column] = given.cell;
  for (const size_t column : position_columns_) {
    row_[column] = Cell::Integer(static_cast<int64_t>(input.position));
  }
  return MapKey(input.key) && MapName(input.name);
}

bool RowWriter::MapKey(Bytes key) {
  if (key_columns_.empty()) return true;
  Reader reader(key);
  Item head;
  if (!reader.Next(&head)) return Fail(reader.error());
  for (const size_t column : key_columns_) {
    if (is_special_[column]) ranks_[column] = 1;
    const auto cell = columns_.WriteKey(table_.columns[column].type, head, key);
    if (!cell) {
      return Fail({ErrorCode::kRecordMalformed, "The key is no valid key.", "",
                   kKeyPath});
    }
    if (cell->fit != Fit::kMismatch) {
      Put(column, *cell);
    } else if (Replace(column, head, kKeyPath) == Fit::kMismatch) {
      return false;
    }
  }
  return true;
}

bool RowWriter::MapName(Bytes name) {
  if (name_columns_.empty() || name.empty()) return true;
  Reader reader(name);
  Item head;
  if (!reader.Next(&head)) return Fail(reader.error());
  for (const size_t column : name_columns_) {
    const Column& wanted = table_.columns[column];
    // A map's key need not be a key of IndexedDB.
    const auto cell = wanted.type == ColumnType::kKey
                          ? columns_.WriteKey(wanted.type, head, name)
                          : columns_.Write(wanted, head, name, nullptr);
    const bool is_value =
        head.kind != Kind::kUndefined && head.kind != Kind::kNull;
    if (is_value && is_special_[column]) ranks_[column] = 1;
    if (cell && cell->fit != Fit::kMismatch) {
      Put(column, *cell);
    } else if (Replace(column, head, kNamePath) == Fit::kMismatch) {
      return false;
    }
  }
  return true;
}

void RowWriter::TakeDefaults(std::span<const GivenCell> given) {
  notes_.clear();
  for (const GivenCell& cell : given) {
    if (cell.note != 0) notes_.push_back({cell.column, cell.note});
  }
  for (const size_t column : special_) {
    const bool is_absent = ranks_[column] == 0;
    if (is_default_[column] ||
        (is_absent && table_.columns[column].default_value)) {
      row_[column] = defaults_[column];
      notes_.push_back({column, Note::kDefault});
    } else if (ranks_[column] > 1) {
      notes_.push_back({column, static_cast<int64_t>(ranks_[column])});
    }
  }
  if (given.empty()) return;
  std::sort(notes_.begin(), notes_.end(),
            [](const Note& a, const Note& b) { return a.column < b.column; });
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

Error RowWriter::LeftOver() {
  std::string path;
  size_t node = PathTree::kRoot;
  const bool is_object = left_.begins_with_object();
  Reader reader(left_.Write({}, &tree_, shared_));
  Item head;
  if (is_object) {
    while (node != kNone && tree_.at(node).uses.empty() && reader.Next(&head) &&
           head.kind == Kind::kObject && head.count > 0 && reader.Next(&head)) {
      AppendToken(WellFormed(AsText(head.bytes)), &path);
      tree_.BeginObject(node);
      node = head.kind == Kind::kString ? tree_.Child(node, AsText(head.bytes))
                                        : kNone;
    }
  }
  const bool has_column = node != kNone && !tree_.at(node).uses.empty();
  return {ErrorCode::kConstraint,
          has_column ? "The column does not hold the value exactly."
                     : "No column takes the field.",
          "Give it a column, or let the table keep or drop unmapped fields.",
          path};
}

Fit RowWriter::FillSpecial(const PathUse& use, const Item& head, Bytes value) {
  const Column& column = table_.columns[use.column];
  const size_t rank = use.rank + 1;
  size_t& found = ranks_[use.column];
  if (is_settled_) {
    if (found != rank) return Fit::kShown;
  } else {
    if (head.kind == Kind::kUndefined || head.kind == Kind::kNull) {
      return Fit::kShown;
    }
    if (found != 0) {
      if (rank > found) return Fit::kShown;
      found = rank;
      conflicts_ = true;
      return Fit::kShown;
    }
    found = rank;
  }
  const ColumnCell cell = columns_.Write(column, head, value, shared_);
  if (cell.fit != Fit::kMismatch) {
    Put(use.column, cell);
    return cell.fit;
  }
  if (rank > 1 && !is_settled_) {
    // A path that comes before this one may lead to something yet.
    conflicts_ = true;
    return Fit::kShown;
  }
  return Replace(use.column, head, ToPointer(column.paths[use.rank]));
}

Fit RowWriter::Replace(size_t column, const Item& head, std::string path) {
  const Column& wanted = table_.columns[column];
  switch (wanted.on_mismatch) {
    case OnMismatch::kNull:
      return Fit::kShown;
    case OnMismatch::kDefault:
      is_default_[column] = true;
      return Fit::kShown;
    case OnMismatch::kLedger:
      break;
  }
  Fail({ErrorCode::kTypeMismatch,
        "Found " + DescribeItem(head, wanted.sensitive) + " for the column " +
            Quoted(wanted.name) + " of type " +
            std::string(ColumnTypeName(wanted.type)) + ".",
        "Choose a type that takes it: json takes everything.",
        std::move(path)});
  return Fit::kMismatch;
}

bool RowWriter::Fail(Error error) {
  error_ = std::move(error);
  return false;
}

Walked RowWriter::FailWalk(Error error) {
  error_ = std::move(error);
  return Walked::kFailed;
}

}  // namespace ferrite::internal
