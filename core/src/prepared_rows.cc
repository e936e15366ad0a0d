#include "prepared_rows.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>

namespace ferrite::internal {
namespace {

constexpr size_t kBlockBytes = 64 << 10;
constexpr size_t kLargeBytes = kBlockBytes / 4;

}  // namespace

void PreparedRows::Begin(const Plan* plan, size_t source, Bytes batch,
                         size_t limit) {
  plan_ = plan;
  source_ = source;
  batch_ = batch;
  entries_.clear();
  cells_.clear();
  hashes_.clear();
  open_ = {};
  large_.clear();
  used_ = 0;
  left_ = limit;
}

void PreparedRows::BeginRecord(Bytes value, size_t table) {
  const size_t cells =
      entries_.empty() ? 0 : entries_.back().first_cell + entries_.back().cells;
  const size_t rows =
      entries_.empty() ? 0 : entries_.back().first_row + entries_.back().rows;
  cells_.resize(cells);
  hashes_.resize(rows);
  open_ = {value.data(), table, cells, rows, 0, 0, 0};
}

bool PreparedRows::AddRow(std::span<const Cell> row, const Hash128& hash) {
  if (!Take(row.size_bytes() + sizeof hash)) return false;
  const size_t first = cells_.size();
  cells_.insert(cells_.end(), row.begin(), row.end());
  const std::less<const uint8_t*> before;
  for (size_t i = first; i < cells_.size(); ++i) {
    Bytes& bytes = cells_[i].bytes;
    const bool lies_in_batch =
        bytes.empty() || (!before(bytes.data(), batch_.data()) &&
                          before(bytes.data(), batch_.data() + batch_.size()));
    if (lies_in_batch) continue;
    if (!Take(bytes.size())) return false;
    bytes = Keep(bytes);
  }
  hashes_.push_back(hash);
  return true;
}

void PreparedRows::EndRecord(uint64_t filtered) {
  open_.cells = cells_.size() - open_.first_cell;
  open_.rows = hashes_.size() - open_.first_row;
  open_.filtered = filtered;
  entries_.push_back(open_);
}

bool PreparedRows::Find(Bytes value, size_t table, Made* made) const {
  const std::less<const uint8_t*> before;
  const auto found = std::partition_point(
      entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.value == value.data() ? entry.table < table
                                           : before(entry.value, value.data());
      });
  if (found == entries_.end() || found->value != value.data() ||
      found->table != table) {
    return false;
  }
  made->cells = std::span(cells_).subspan(found->first_cell, found->cells);
  made->hashes = std::span(hashes_).subspan(found->first_row, found->rows);
  made->filtered = found->filtered;
  return true;
}

bool PreparedRows::Take(size_t bytes) {
  if (bytes > left_) return false;
  left_ -= bytes;
  return true;
}

Bytes PreparedRows::Keep(Bytes bytes) {
  uint8_t* kept = nullptr;
  if (bytes.size() > kLargeBytes) {
    large_.push_back(Block(new uint8_t[bytes.size()]));
    kept = large_.back().get();
  } else {
    // None lies in two blocks.
    const size_t room = kBlockBytes - used_ % kBlockBytes;
    if (room < bytes.size()) used_ += room;
    if (used_ == blocks_.size() * kBlockBytes) {
      blocks_.push_back(Block(new uint8_t[kBlockBytes]));
    }
    kept = blocks_[used_ / kBlockBytes].get() + used_ % kBlockBytes;
    used_ += bytes.size();
  }
  std::memcpy(kept, bytes.data(), bytes.size());
  return {kept, bytes.size()};
}

}  // namespace ferrite::internal
