#include "ferrite/push.h"
#include "push_format.h"

namespace ferrite {

void PushWriter::BeginRows(const PushTable& table) {
  EndRows();
  table_ = table;
}

void PushWriter::AddRow(std::span<const Cell> cells) {
  current_.BeginArray(cells.size());
  for (const Cell& cell : cells) WriteCell(cell, &current_);
  ++current_rows_;
  ++rows_;
}

void PushWriter::EndRows() {
  if (current_rows_ == 0) return;
  changes_.BeginObject(3);
  changes_.String("op");
  changes_.String(internal::kOpRows);
  changes_.String("table");
  internal::WriteTable(table_, &changes_);
  changes_.String("rows");
  changes_.BeginArray(current_rows_);
  changes_.Raw(current_.bytes());
  current_.Clear();
  current_rows_ = 0;
  ++change_count_;
}

ByteBuffer PushWriter::Finish(const PushHeader& header) {
  EndRows();
  Writer body;
  body.BeginObject(5);
  body.String("push");
  body.Integer(internal::kPushVersion);
  body.String("client");
  body.String(header.client);
  body.String("epoch");
  body.String(header.epoch);
  body.String("sequence");
  body.Integer(static_cast<int64_t>(header.sequence));
  body.String("changes");
  body.BeginArray(change_count_);
  body.Raw(changes_.bytes());
  changes_.Clear();
  change_count_ = 0;
  rows_ = 0;
  return body.Take();
}

namespace internal {

void WriteTable(const PushTable& table, Writer* out) {
  out->BeginObject(3);
  out->String("name");
  out->String(table.name);
  out->String("columns");
  out->BeginArray(table.columns.size());
  for (const PushColumn& column : table.columns) {
    out->BeginArray(3);
    out->String(column.name);
    out->String(kAffinityNames[static_cast<size_t>(column.affinity)]);
    out->Bool(column.not_null);
  }
  out->String("key");
  out->BeginArray(table.key.size());
  for (size_t index : table.key) out->Integer(static_cast<int64_t>(index));
}

}  // namespace internal
}  // namespace ferrite
