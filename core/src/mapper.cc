#include "ferrite/mapper.h"

#include <optional>
#include <utility>

#include "number.h"
#include "record_writer.h"
#include "row_source.h"
#include "row_writer.h"
#include "selection.h"

namespace ferrite {

struct Mapper::State {
  State(const Plan& plan, size_t index)
      : table(plan.tables[index]), to_row(table), to_record(table) {
    if (internal::RowSource::IsNeededFor(table)) source.emplace(plan, index);
  }

  const Table& table;
  internal::RowWriter to_row;
  internal::RecordWriter to_record;
  // Empty where every record is a row as it is.
  std::optional<internal::RowSource> source;
  internal::RowInput input;
  bool has_next = false;
  Writer cells;
};

Mapper::Mapper(const Plan& plan, size_t table)
    : state_(std::make_unique<State>(plan, table)) {}
Mapper::~Mapper() = default;
Mapper::Mapper(Mapper&&) noexcept = default;

bool Mapper::Takes(size_t source, Bytes key) const {
  for (const Selection& selection : state_->table.from) {
    if (selection.source == source && internal::Selects(selection, key)) {
      return true;
    }
  }
  return false;
}

Result<void> Mapper::Begin(size_t source, Bytes key, Bytes value) {
  state_->input.key = key;
  state_->input.value = value;
  state_->has_next = true;
  if (!state_->source) return {};
  Result<void> begun = state_->source->Begin(source, key, value);
  state_->has_next = begun.ok();
  return begun;
}

Result<bool> Mapper::Next(std::span<const Cell>* row) {
  State& state = *state_;
  if (!state.has_next) return false;
  if (state.source) {
    Result<bool> more = state.source->Next();
    state.has_next = more.ok() && *more;
    if (!state.has_next) return more;
    state.input = state.source->input();
  } else {
    state.has_next = false;
  }
  Result<std::span<const Cell>> mapped = state.to_row.Map(state.input);
  if (!mapped.ok()) {
    state.has_next = false;
    Error error = std::move(mapped).error();
    return state.source ? state.source->Locate(std::move(error)) : error;
  }
  *row = *mapped;
  return true;
}

Bytes Mapper::row_value() const {
  const internal::RowInput& input = state_->input;
  return input.stored.empty() ? input.value : input.stored;
}

uint64_t Mapper::filtered() const {
  return state_->source ? state_->source->filtered() : 0;
}

bool Mapper::is_lossless() const { return internal::IsLossless(state_->table); }

Result<void> Mapper::Rebuild(std::span<const Cell> row, Writer* value) {
  return state_->to_record.Rebuild(row, value);
}

Hash128 Mapper::HashRow(std::span<const Cell> row) {
  Writer& out = state_->cells;
  out.Clear();
  out.BeginArray(row.size());
  for (const Cell& cell : row) {
    switch (cell.type) {
      case Cell::Type::kNull:
        out.Null();
        break;
      case Cell::Type::kInteger:
        out.Integer(cell.integer);
        break;
      case Cell::Type::kReal: {
        // Not Writer::Double, which writes whole numbers as integers: 1 and
        // 1.0 are two cells.
        uint8_t bytes[9] = {0xfb};
        internal::StoreBigEndian(internal::BitsOf(cell.real), 8, bytes + 1);
        out.Raw(bytes);
        break;
      }
      case Cell::Type::kText:
        out.String(cell.text());
        break;
      case Cell::Type::kBlob:
        out.Blob(cell.bytes);
        break;
    }
  }
  return HashBytes(out.bytes());
}

}  // namespace ferrite
