#include "ferrite/mapper.h"

#include "mapper_state.h"
#include "number.h"

namespace ferrite {

struct Mapper::State {
  explicit State(const Table& given)
      : table(given), to_row(given), to_record(given) {}

  const Table& table;
  internal::RowWriter to_row;
  internal::RecordWriter to_record;
  Writer cells;
};

Mapper::Mapper(const Table& table) : state_(std::make_unique<State>(table)) {}
Mapper::~Mapper() = default;
Mapper::Mapper(Mapper&&) noexcept = default;

bool Mapper::Takes(Bytes key) const {
  const Selection& from = state_->table.from.front();
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

Result<std::span<const Cell>> Mapper::Map(Bytes key, Bytes value) {
  return state_->to_row.Map(key, value);
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
