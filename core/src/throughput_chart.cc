#include "throughput_chart.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "page_template.h"
#include "report_numbers.h"

namespace ferrite::internal {
namespace {

using Point = Throughput::Point;

constexpr size_t kMostBins = 60;
constexpr size_t kLeastPoints = 4;
// The drawing, as page.html has it.
constexpr double kWidth = 1000;
constexpr double kHeight = 200;

// Records that had come at a time: straight between two points.
double RecordsAt(const std::vector<Point>& points, double ms) {
  Point before;
  for (const Point& point : points) {
    const auto end = static_cast<double>(point.busy_ms);
    if (ms <= end) {
      const auto begin = static_cast<double>(before.busy_ms);
      const double share = end > begin ? (ms - begin) / (end - begin) : 1;
      return static_cast<double>(before.records) +
             share * (static_cast<double>(point.records) -
                      static_cast<double>(before.records));
    }
    before = point;
  }
  return static_cast<double>(before.records);
}

// Records per second in equal parts of the time.
std::vector<double> Rates(const std::vector<Point>& points) {
  const auto total = static_cast<double>(points.back().busy_ms);
  const size_t count = std::min(points.size(), kMostBins);
  std::vector<double> rates;
  double before = 0;
  for (size_t i = 1; i <= count; ++i) {
    const double after = RecordsAt(
        points, total * static_cast<double>(i) / static_cast<double>(count));
    rates.push_back((after - before) * 1000 * static_cast<double>(count) /
                    total);
    before = after;
  }
  return rates;
}

// The next round number whose half is round too.
double RoundUp(double rate) {
  double power = 1;
  while (power * 10 < rate) power *= 10;
  for (const double step : {1., 2., 4., 6., 8.}) {
    if (step * power >= rate) return step * power;
  }
  return 10 * power;
}

std::string Rounded(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", number);
  return text;
}

std::string Whole(double number) {
  return GroupedNumber(static_cast<uint64_t>(number + 0.5));
}

}  // namespace

std::string ThroughputChart(const Throughput& throughput) {
  const std::vector<Point>& points = throughput.points();
  if (points.size() < kLeastPoints || points.back().busy_ms <= 0 ||
      points.back().records == 0) {
    return {};
  }
  const std::vector<double> rates = Rates(points);
  const double peak = *std::max_element(rates.begin(), rates.end());
  const double top = std::max(2., RoundUp(peak));
  const Point& end = points.back();
  const double mean = static_cast<double>(end.records) * 1000 /
                      static_cast<double>(end.busy_ms);
  const auto y = [&](double rate) {
    return Rounded(kHeight - std::max(0., rate) / top * kHeight);
  };
  const std::string first = "0 " + y(rates.front());
  std::string line;
  for (size_t i = 0; i < rates.size(); ++i) {
    const double x = (static_cast<double>(i) + 0.5) * kWidth /
                     static_cast<double>(rates.size());
    line += "L" + Rounded(x) + " " + y(rates[i]);
  }
  line += "L1000 " + y(rates.back());
  const auto total = static_cast<uint64_t>(end.busy_ms);
  const std::string caption = "On average " + Whole(mean) + " records and " +
                              ByteSize(end.bytes * 1000 / total) +
                              " per second (dashed), at most " + Whole(peak) +
                              " records.";
  return Fill("chart", {{"top", Whole(top)},
                        {"middle", Whole(top / 2)},
                        {"first", first},
                        {"line", line},
                        {"mean", y(mean)},
                        {"half", Duration(total / 2)},
                        {"end", Duration(total)},
                        {"label", "Records per second over time. " + caption},
                        {"caption", caption}});
}

}  // namespace ferrite::internal
