#include "row_source.h"

#include <algorithm>
#include <utility>

#include "json_text.h"
#include "malformed.h"

namespace ferrite::internal {
namespace {

// Of one record: elements that refer to the whole of a large one would
// otherwise fill any store.
constexpr size_t kMaxCopied = size_t{1} << 28;

bool HasColumnFrom(const Table& table, ColumnFrom from) {
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [&](const Column& column) { return column.from == from; });
}

bool LooksInside(const Table& table) {
  return !table.each.empty() || !table.when.empty() ||
         RowSql::IsNeededFor(table);
}

}  // namespace

bool RowSource::IsNeededFor(const Table& table) {
  return LooksInside(table) || table.schema != nullptr ||
         table.form == RecordForm::kJson ||
         HasColumnFrom(table, ColumnFrom::kSource) ||
         HasColumnFrom(table, ColumnFrom::kRecord);
}

RowSource::RowSource(const Plan& plan, size_t table)
    : plan_(plan),
      table_(plan.tables[table]),
      checks_(LooksInside(table_)),
      filters_(!table_.when.empty() || RowSql::IsNeededFor(table_)),
      filter_(table_.when) {
  for (const Source& source : plan_.sources) labels_.push_back(source.Label());
  if (!table_.each.empty()) elements_.emplace(table_.each);
  if (table_.schema != nullptr) schema_.emplace(table_.schema);
  if (RowSql::IsNeededFor(table_)) {
    sql_ = std::make_unique<RowSql>(plan_, table);
  }
  record_table_.unmapped = Unmapped::kDrop;
  for (size_t i = 0; i < table_.columns.size(); ++i) {
    const Column& column = table_.columns[i];
    if (column.from == ColumnFrom::kSource) source_columns_.push_back(i);
    if (column.from != ColumnFrom::kRecord) continue;
    record_columns_.push_back(i);
    record_table_.columns.push_back(column);
    record_table_.columns.back().from = ColumnFrom::kPath;
    record_table_.columns.back().not_null = false;  // the row's writer checks
  }
  if (!record_columns_.empty()) to_record_cells_.emplace(record_table_);
}

Result<void> RowSource::Begin(size_t source, Bytes key, Bytes value) {
  if (sql_ != nullptr) {
    const Result<void>& ready = sql_->Prepare();
    if (!ready.ok()) return ready;
  }
  input_ = {};
  input_.key = key;
  source_ = source;
  record_ = value;
  filtered_ = 0;
  next_position_ = 0;
  copied_ = 0;
  has_record_cells_ = false;
  is_located_ = false;
  is_begun_ = false;
  given_.clear();
  shared_.clear();
  for (const size_t column : source_columns_) {
    given_.push_back({column, Cell::Text(labels_[source])});
  }
  if (table_.form == RecordForm::kJson) {
    if (auto read = ReadJson(value); !read.ok()) return read;
  }
  if (checks_) {
    if (auto checked = Check(); !checked.ok()) return checked;
  }
  if (elements_) return elements_->Begin(record_, shared_);
  is_begun_ = true;
  return {};
}

Result<void> RowSource::ReadJson(Bytes value) {
  Reader reader(value);
  Item head;
  if (!reader.Next(&head)) return reader.error();
  if (!reader.AtEnd() &&
      (head.kind == Kind::kString || head.kind == Kind::kWtf8)) {
    return Malformed(reader.offset(), "something behind the record");
  }
  const bool is_text = head.kind == Kind::kString || head.kind == Kind::kWtf8;
  json_.Clear();
  if (!is_text ||
      !ParseJsonText(AsText(head.bytes), JsonReading::kLenient, &json_)) {
    return Error{ErrorCode::kTypeMismatch,
                 is_text ? "The record is a string, but no JSON text."
                         : "Found " + DescribeItem(head, true) +
                               " where a record is a string of JSON text.",
                 "Leave \"as\" out to map the value as it is.", ""};
  }
  record_ = json_.bytes();
  if (!elements_) input_.stored = value;
  return {};
}

Result<void> RowSource::Check() {
  walk_.Begin(record_, &shared_);
  Reader reader(record_);
  if (walk_.Whole(&reader, 0) != Walked::kOk) return walk_.error();
  if (reader.AtEnd()) return {};
  return Malformed(reader.offset(), "something behind the record");
}

Result<bool> RowSource::Next() {
  for (;;) {
    Result<bool> more = NextValue();
    if (!more.ok() || !*more) return more;
    if (!filters_) break;
    Result<bool> taken = IsTaken();
    if (!taken.ok()) return Locate(std::move(taken).error());
    if (*taken) break;
    ++filtered_;
  }
  if (schema_) {
    if (auto checked = schema_->Check(input_.value); !checked.ok()) {
      return Locate(std::move(checked).error());
    }
  }
  if (auto mapped = MapRecord(); !mapped.ok()) {
    return std::move(mapped).error();
  }
  if (sql_ != nullptr) {
    given_.resize(record_cells_);
    if (auto cells = sql_->AppendCells(&given_); !cells.ok()) {
      return Locate(std::move(cells).error());
    }
  }
  input_.given = given_;
  return true;
}

Result<bool> RowSource::NextValue() {
  is_located_ = false;
  if (!elements_) {
    input_.value = record_;
    return std::exchange(is_begun_, false);
  }
  Result<bool> more = elements_->Next();
  if (!more.ok() || !*more) return more;
  is_located_ = true;
  input_.position = next_position_++;
  input_.value = elements_->value();
  input_.name = elements_->name();
  if (shared_.empty()) return true;
  if (auto copied = CopyElement(); !copied.ok()) {
    return Locate(std::move(copied).error());
  }
  return true;
}

Result<void> RowSource::CopyElement() {
  static const Omission kNothing;
  element_.Clear();
  copier_.Copy(input_.value, shared_, kNothing, &element_);
  input_.value = element_.bytes();
  copied_ += element_.size();
  if (copied_ > kMaxCopied) {
    return Error{ErrorCode::kRecordUnsupported,
                 "The record's elements refer to so much that as rows they "
                 "are over 256 MiB.",
                 "Keep the record in one row.", ""};
  }
  if (!input_.name.empty()) {
    name_.Clear();
    copier_.Copy(input_.name, shared_, kNothing, &name_);
    input_.name = name_.bytes();
  }
  walk_.Begin(input_.value, &element_shared_);
  Reader reader(input_.value);
  if (walk_.Whole(&reader, 0) != Walked::kOk) return walk_.error();
  return {};
}

// What the input refers to.
const SharedValues& RowSource::shared() const {
  static const SharedValues kNoneShared;
  if (!elements_) return shared_;
  return shared_.empty() ? kNoneShared : element_shared_;
}

Result<bool> RowSource::IsTaken() {
  Result<bool> taken = filter_.Takes(input_.value, shared());
  if (!taken.ok() || !*taken || sql_ == nullptr) return taken;
  Result<void> begun = sql_->Begin(input_, shared(), labels_[source_]);
  if (!begun.ok()) return std::move(begun).error();
  return sql_->IsTaken();
}

// The columns of the whole record, once for all of its rows.
Result<void> RowSource::MapRecord() {
  if (std::exchange(has_record_cells_, true)) return {};
  record_cells_ = given_.size();
  if (!to_record_cells_) return {};
  RowInput input;
  input.key = input_.key;
  input.value = record_;
  Result<std::span<const Cell>> cells = to_record_cells_->Map(input);
  if (!cells.ok()) return std::move(cells).error();
  const size_t first = given_.size();
  for (size_t i = 0; i < record_columns_.size(); ++i) {
    given_.push_back({record_columns_[i], (*cells)[i]});
  }
  for (const Note& note : to_record_cells_->notes()) {
    given_[first + note.column].note = note.path;
  }
  record_cells_ = given_.size();
  return {};
}

Error RowSource::Locate(Error error) const {
  const bool is_path = error.path.empty() || error.path[0] == '/';
  if (is_located_ && is_path) error.path = elements_->Pointer() + error.path;
  return error;
}

}  // namespace ferrite::internal
