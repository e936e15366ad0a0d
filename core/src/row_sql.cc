#include "row_sql.h"

#include <algorithm>
#include <utility>

#include "column_type.h"
#include "iso_time.h"
#include "number.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

// A number is true when it is not 0, and nothing else is.
bool IsTrue(const Cell& cell) {
  return (cell.type == Cell::Type::kInteger && cell.integer != 0) ||
         (cell.type == Cell::Type::kReal && cell.real != 0);
}

// Whether the cell is one of those that a column of the type has; an integer
// becomes a real where that is asked for.
bool FitCell(ColumnType type, Cell* cell) {
  const bool integer = cell->type == Cell::Type::kInteger;
  const bool text = cell->type == Cell::Type::kText;
  const bool safe =
      integer && cell->integer >= -kMaxInteger && cell->integer <= kMaxInteger;
  if (cell->type == Cell::Type::kNull) return true;
  switch (type) {
    case ColumnType::kText:
      return text;
    case ColumnType::kInteger:
    case ColumnType::kDatetime:
      return safe;
    case ColumnType::kReal:
      if (safe) *cell = Cell::Real(static_cast<double>(cell->integer));
      return cell->type == Cell::Type::kReal;
    case ColumnType::kBoolean:
      return integer && (cell->integer == 0 || cell->integer == 1);
    case ColumnType::kBigInt:
      return integer;
    case ColumnType::kBlob:
      return cell->type == Cell::Type::kBlob;
    case ColumnType::kJson: {
      Writer parsed;
      return text &&
             ParseJsonText(cell->text(), JsonReading::kLenient, &parsed);
    }
    case ColumnType::kAny:
      return safe || text || cell->type == Cell::Type::kReal;
    case ColumnType::kUuid:
      return text && IsUuid(cell->text());
    case ColumnType::kDatetimeText: {
      const auto time = text ? ParseIsoTime(cell->text()) : std::nullopt;
      return time && time->has_zone;
    }
    case ColumnType::kKey:
      break;
  }
  return false;
}

std::string_view DescribeCell(const Cell& cell) {
  constexpr std::string_view kNames[] = {"NULL", "an integer", "a real", "text",
                                         "a blob"};
  return kNames[static_cast<size_t>(cell.type)];
}

}  // namespace

bool RowSql::IsNeededFor(const Table& table) {
  return !table.when_sql.empty() ||
         std::any_of(table.columns.begin(), table.columns.end(),
                     [](const Column& column) {
                       return column.from == ColumnFrom::kSql;
                     });
}

RowSql::RowSql(const Plan& plan, size_t table)
    : table_(plan.tables[table]), path_("/tables/" + std::to_string(table)) {
  usable_ = Compile();
}

const Result<void>& RowSql::Prepare() {
  if (!usable_.ok() && usable_.error().code == ErrorCode::kOutOfMemory) {
    usable_ = Compile();
  }
  return usable_;
}

Result<void> RowSql::Compile() {
  sql_columns_.clear();
  if (!table_.when_sql.empty()) {
    auto filter = Expressions::Compile({table_.when_sql}, {path_ + "/when"});
    if (!filter.ok()) return std::move(filter).error();
    filter_ = std::move(filter).value();
  }
  std::vector<std::string> sql, paths;
  for (size_t i = 0; i < table_.columns.size(); ++i) {
    const Column& column = table_.columns[i];
    if (column.from != ColumnFrom::kSql) continue;
    sql_columns_.push_back(i);
    sql.push_back(column.sql);
    paths.push_back(path_ + "/columns/" + column.name + "/sql");
  }
  if (sql.empty()) return {};
  auto columns = Expressions::Compile(sql, paths);
  if (!columns.ok()) return std::move(columns).error();
  columns_ = std::move(columns).value();
  return {};
}

Result<void> RowSql::Begin(const RowInput& input, const SharedValues& shared,
                           const std::string& source) {
  record_.clear();
  json_.Append(input.value, shared.empty() ? nullptr : &shared, &record_);
  input_ = {};
  input_.record = record_;
  input_.source = source;
  input_.position = static_cast<int64_t>(input.position);
  keys_.Clear();
  if (auto set = SetKeyCell(input.key, &input_.key); !set.ok()) return set;
  // Both may lie in the scratch, which moves.
  if (input_.key.type == Cell::Type::kBlob) {
    key_.assign(input_.key.bytes.begin(), input_.key.bytes.end());
    input_.key.bytes = AsBytes(key_);
  }
  if (input.name.empty()) return {};
  return SetKeyCell(input.name, &input_.name);
}

// As a column of type key has it; NULL for a map's key that is none.
Result<void> RowSql::SetKeyCell(Bytes item, Cell* cell) {
  Reader reader(item);
  Item head;
  if (!reader.Next(&head)) return reader.error();
  const auto written = keys_.WriteKey(ColumnType::kKey, head, item);
  if (!written) return {};
  *cell = written->cell;
  if (written->in_scratch) {
    cell->bytes = AsBytes(keys_.scratch()).subspan(written->begin);
  }
  return {};
}

Result<bool> RowSql::IsTaken() {
  if (filter_ == nullptr) return true;
  Result<std::span<const Cell>> cells = filter_->Evaluate(input_);
  if (!cells.ok()) return std::move(cells).error();
  return IsTrue((*cells)[0]);
}

Result<void> RowSql::AppendCells(std::vector<GivenCell>* cells) {
  if (columns_ == nullptr) return {};
  Result<std::span<const Cell>> found = columns_->Evaluate(input_);
  if (!found.ok()) return std::move(found).error();
  for (size_t i = 0; i < sql_columns_.size(); ++i) {
    const Column& column = table_.columns[sql_columns_[i]];
    Cell cell = (*found)[i];
    if (!FitCell(column.type, &cell)) {
      return Error{ErrorCode::kTypeMismatch,
                   "The expression gives " + std::string(DescribeCell(cell)) +
                       " for the column " + Quoted(column.name) + " of type " +
                       std::string(ColumnTypeName(column.type)) + ".",
                   "Use CAST, or choose the type that fits.", ""};
    }
    cells->push_back({sql_columns_[i], cell});
  }
  return {};
}

}  // namespace ferrite::internal
