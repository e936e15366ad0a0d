#include "table_scan.h"

namespace ferrite::internal {
namespace {

// The core has no clock: a slice ends after about so many bytes. One MiB takes
// some milliseconds in the browser.
constexpr size_t kSliceBytes = 1 << 20;
constexpr size_t kBytesPerRow = 64;

}  // namespace

uint64_t TableScan::rows() const {
  uint64_t rows = 0;
  for (const Total& total : totals_) rows += total.rows;
  return rows;
}

void TableScan::SkipUnchosen() {
  while (!chosen_.empty() && table_ < chosen_.size() && !chosen_[table_]) {
    ++table_;
  }
}

Result<bool> TableScan::Work() {
  SkipUnchosen();
  if (table_ == plan_.tables.size()) return true;
  if (!select_) {
    if (auto opened = OpenTable(); !opened.ok()) {
      return std::move(opened).error();
    }
  }
  // Back only when nothing went wrong, which an exception is too.
  Statement select = *std::exchange(select_, std::nullopt);
  Result<bool> at_end = ScanSlice(&select);
  if (!at_end.ok()) return at_end;
  if (*at_end) {
    ++table_;
    SkipUnchosen();
  } else {
    select_ = std::move(select);
  }
  return table_ == plan_.tables.size();
}

Result<void> TableScan::OpenTable() {
  Result<Statement> select =
      store_->Prepare(SelectRowsSql(plan_.tables[table_]));
  if (!select.ok()) return std::move(select).error();
  totals_[table_] = {};
  row_.resize(static_cast<size_t>(select->column_count()));
  mapper_.emplace(plan_, table_);
  select_ = std::move(select).value();
  return {};
}

Result<bool> TableScan::ScanSlice(Statement* select) {
  size_t handled = 0;
  while (handled < kSliceBytes) {
    Result<bool> row = select->Step();
    if (!row.ok()) return row;
    if (!*row) return true;
    handled += kBytesPerRow;
    for (size_t i = 0; i < row_.size(); ++i) {
      row_[i] = select->Column(static_cast<int>(i));
      handled += row_[i].bytes.size();
    }
    totals_[table_].Add(mapper_->HashRow(row_));
  }
  return false;
}

}  // namespace ferrite::internal
