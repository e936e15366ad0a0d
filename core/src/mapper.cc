#include "ferrite/mapper.h"

#include <utility>

#include "mapper_state.h"
#include "number.h"

namespace ferrite {

struct Mapper::State {
  State(const Plan& plan, size_t index)
      : table(plan.tables[index]), to_row(table), to_record(table) {}

  const Table& table;
  internal::RowWriter to_row;
  internal::RecordWriter to_record;
  Bytes key, value;
  bool has_next = false;
  Writer cells;
};

Mapper::Mapper(const Plan& plan, size_t table)
    : state_(std::make_unique<State>(plan, table)) {}
Mapper::~Mapper() = default;
Mapper::Mapper(Mapper&&) noexcept = default;

bool Mapper::Takes(size_t source, Bytes key) const {
  const Selection& from = state_->table.from.front();
  if (from.source != source) return false;
  if (from.match == Match::kAll) return true;
  Reader reader(key);
  Item item;
  if (!reader.Next(&item)) return false;
  if (item.kind != Kind::kString && item.kind != Kind::kWtf8) return false;
  // Byte by byte is right for WTF-8 too: a plan's text has no lone surrogate
  // that could be half of a pair in the key.
  const std::string_view text = AsText(item.bytes);
  return from.match == Match::kKey ? text == from.text
                                   : text.starts_with(from.text);
}

Result<void> Mapper::Begin(size_t, Bytes key, Bytes value) {
  state_->key = key;
  state_->value = value;
  state_->has_next = true;
  return {};
}

Result<bool> Mapper::Next(std::span<const Cell>* row) {
  if (!std::exchange(state_->has_next, false)) return false;
  Result<std::span<const Cell>> mapped =
      state_->to_row.Map(state_->key, state_->value);
  if (!mapped.ok()) return std::move(mapped).error();
  *row = *mapped;
  return true;
}

uint64_t Mapper::filtered() const { return 0; }

bool Mapper::is_lossless() const {
  return state_->table.unmapped != Unmapped::kDrop &&
         state_->table.drop.empty();
}

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
