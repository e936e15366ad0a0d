// The report page's chart: records per second over the time it took.
#ifndef FERRITE_CORE_SRC_THROUGHPUT_CHART_H_
#define FERRITE_CORE_SRC_THROUGHPUT_CHART_H_

#include <string>

#include "throughput.h"

namespace ferrite::internal {

// HTML, or empty when there is too little for a chart.
std::string ThroughputChart(const Throughput& throughput);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_THROUGHPUT_CHART_H_
