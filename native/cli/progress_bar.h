// ProgressBar: one line on a terminal that says how far, how fast, how long.
//
// Draws nothing, ever, when it is not enabled.
#ifndef FERRITE_NATIVE_CLI_PROGRESS_BAR_H_
#define FERRITE_NATIVE_CLI_PROGRESS_BAR_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "ferrite/rate.h"
#include "native/cli/console.h"

namespace ferrite {

class ProgressBar {
 public:
  // `noun` is what is counted, in the plural: "records", "rows".
  ProgressBar(const Console& console, std::string noun);
  ~ProgressBar() { Clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // `stage` is a word; the rate begins anew with each. Draws ten times a
  // second at most.
  void Update(std::string_view stage, uint64_t current, uint64_t total);
  // Writes a line to stderr above the bar.
  void Note(std::string_view text);
  void Clear();

 private:
  using Clock = std::chrono::steady_clock;
  void Draw();

  const bool enabled_;
  const bool colours_;
  const bool utf8_;
  const std::string noun_;
  std::string stage_;
  uint64_t current_ = 0;
  uint64_t total_ = 0;
  Rate rate_;
  const Clock::time_point began_ = Clock::now();
  Clock::time_point drawn_;
  bool shown_ = false;
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_PROGRESS_BAR_H_
