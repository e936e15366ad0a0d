// Throughput: how far a pass was at about evenly spaced times; bounded, for a
// chart in its report.
#ifndef FERRITE_CORE_SRC_THROUGHPUT_H_
#define FERRITE_CORE_SRC_THROUGHPUT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ferrite/store.h"

namespace ferrite::internal {

class Throughput {
 public:
  static constexpr size_t kMax = 120;

  // Sums since the pass began, over all attempts.
  struct Point {
    int64_t busy_ms = 0;
    uint64_t records = 0;
    uint64_t bytes = 0;

    bool operator==(const Point&) const = default;
  };

  // Points come in the order of time. One that comes soon behind another takes
  // its place; when there are kMax, of each pair the second stays.
  void Add(const Point& point);

  const std::vector<Point>& points() const { return points_; }

  // [[busyMs, records, bytes], …]
  std::string ToJson() const;
  // Nothing for what is no such text.
  static Throughput FromJson(std::string_view json);

  bool operator==(const Throughput&) const = default;

 private:
  std::vector<Point> points_;
};

// ferrite_throughput of one migration: kept across its attempts.
class ThroughputTable {
 public:
  static Result<ThroughputTable> Open(Store* store, int64_t migration);

  Result<void> Save(const Throughput& throughput);
  // Empty when nothing was saved.
  Result<Throughput> Load();

 private:
  ThroughputTable(int64_t migration, Statement save, Statement load)
      : migration_(migration), save_(std::move(save)), load_(std::move(load)) {}

  int64_t migration_;
  Statement save_;
  Statement load_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_THROUGHPUT_H_
