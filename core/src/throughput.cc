#include "throughput.h"

#include <nlohmann/json.hpp>

namespace ferrite::internal {

using Json = nlohmann::json;

void Throughput::Add(const Point& point) {
  const size_t size = points_.size();
  const int64_t before = size > 1 ? points_[size - 2].busy_ms : 0;
  // The last one stands so near to the one before it that a chart over all of
  // the time would not show it.
  if (size > 0 && points_.back().busy_ms - before <
                      point.busy_ms / static_cast<int64_t>(kMax)) {
    points_.back() = point;
    return;
  }
  if (size == kMax) {
    for (size_t i = 0; i < kMax / 2; ++i) points_[i] = points_[2 * i + 1];
    points_.resize(kMax / 2);
  }
  points_.push_back(point);
}

std::string Throughput::ToJson() const {
  std::string list = "[";
  for (const Point& point : points_) {
    list += (list.size() > 1 ? ",[" : "[") + std::to_string(point.busy_ms) +
            "," + std::to_string(point.records) + "," +
            std::to_string(point.bytes) + "]";
  }
  return list + "]";
}

Throughput Throughput::FromJson(std::string_view text) {
  Throughput throughput;
  const Json list = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!list.is_array()) return throughput;
  for (const Json& item : list) {
    if (!item.is_array() || item.size() != 3 ||
        throughput.points_.size() == kMax) {
      return throughput;
    }
    for (const Json& number : item) {
      if (!number.is_number_unsigned()) return throughput;
    }
    throughput.points_.push_back({item[0], item[1], item[2]});
  }
  return throughput;
}

Result<ThroughputTable> ThroughputTable::Open(Store* store, int64_t migration) {
  Result<Statement> save = store->Prepare(
      "INSERT INTO ferrite_throughput(migration,points) VALUES(?1,?2) "
      "ON CONFLICT(migration) DO UPDATE SET points=excluded.points");
  if (!save.ok()) return std::move(save).error();
  Result<Statement> load = store->Prepare(
      "SELECT points FROM ferrite_throughput WHERE migration=?1");
  if (!load.ok()) return std::move(load).error();
  return ThroughputTable(migration, std::move(save).value(),
                         std::move(load).value());
}

Result<void> ThroughputTable::Save(const Throughput& throughput) {
  const std::string points = throughput.ToJson();
  save_.Bind(1, Cell::Integer(migration_));
  save_.Bind(2, Cell::Text(points));
  return save_.Run();
}

Result<Throughput> ThroughputTable::Load() {
  load_.Bind(1, Cell::Integer(migration_));
  Result<bool> row = load_.Step();
  if (!row.ok()) return std::move(row).error();
  const Throughput throughput =
      *row ? Throughput::FromJson(load_.Column(0).text()) : Throughput();
  load_.Reset();
  return throughput;
}

}  // namespace ferrite::internal
