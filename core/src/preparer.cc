#include "ferrite/preparer.h"

#include <exception>

#include "exclusions.h"
#include "ferrite/encoding.h"
#include "prepared_rows.h"

namespace ferrite {

PreparedBatch::PreparedBatch()
    : rows_(std::make_unique<internal::PreparedRows>()) {}
PreparedBatch::~PreparedBatch() = default;
PreparedBatch::PreparedBatch(PreparedBatch&&) noexcept = default;
PreparedBatch& PreparedBatch::operator=(PreparedBatch&&) noexcept = default;

Bytes PreparedBatch::bytes() const { return rows_->batch(); }

Preparer::Preparer(const Plan& plan) : plan_(plan) {
  mappers_.reserve(plan.tables.size());
  for (size_t i = 0; i < plan.tables.size(); ++i)
    mappers_.emplace_back(plan, i);
}

void Preparer::Prepare(size_t source, Bytes batch, PreparedBatch* prepared) {
  internal::PreparedRows* rows = prepared->rows_.get();
  rows->Begin(&plan_, source, batch, kMemory + 2 * batch.size());
  try {
    Reader reader(batch);
    Item head;
    Bytes key, value;
    // A batch that is no sequence of records is prepared as far as it is one.
    while (!reader.AtEnd() && reader.Next(&head) && head.kind == Kind::kArray &&
           head.count == 2 && reader.Skip(&key) && reader.Pass(&value)) {
      if (internal::IsExcluded(plan_, source, key)) continue;
      if (!PrepareRecord(source, key, value, rows)) return;
    }
  } catch (const std::exception&) {
    // What is there is whole, and the rest is left to the pass.
  }
}

// False when there is no room for it.
bool Preparer::PrepareRecord(size_t source, Bytes key, Bytes value,
                             internal::PreparedRows* rows) {
  for (size_t i = 0; i < mappers_.size(); ++i) {
    Mapper& mapper = mappers_[i];
    if (!mapper.Takes(source, key)) continue;
    rows->BeginRecord(value, i);
    if (!mapper.Begin(source, key, value).ok()) continue;
    for (;;) {
      std::span<const Cell> row;
      const Result<bool> next = mapper.Next(&row);
      if (!next.ok()) break;
      if (!*next) {
        rows->EndRecord(mapper.filtered());
        break;
      }
      if (!rows->AddRow(row, mapper.HashRow(row))) return false;
    }
  }
  return true;
}

}  // namespace ferrite
