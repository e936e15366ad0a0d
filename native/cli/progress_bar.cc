#include "native/cli/progress_bar.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <utility>

namespace ferrite {
namespace {

constexpr std::chrono::milliseconds kBetweenDraws{100};

size_t TerminalWidth() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  return 80;
}

// What the process has in memory; 0 where the system does not tell.
uint64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  uint64_t pages = 0;
  uint64_t resident = 0;
  file >> pages >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

bool HasUtf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string locale(value);
    return locale.find("UTF-8") != std::string::npos ||
           locale.find("utf8") != std::string::npos;
  }
  return false;
}

std::string Repeated(std::string_view piece, size_t count) {
  std::string text;
  while (count-- > 0) text += piece;
  return text;
}

}  // namespace

ProgressBar::ProgressBar(const Console& console, std::string noun)
    : enabled_(console.progress()),
      colours_(console.stderr_colours()),
      utf8_(HasUtf8()),
      noun_(std::move(noun)) {}

void ProgressBar::Update(std::string_view stage, uint64_t current,
                         uint64_t total) {
  if (!enabled_) return;
  const Clock::time_point now = Clock::now();
  stage_ = stage;
  rate_.Update(stage, current,
               std::chrono::duration<double, std::milli>(now - began_).count());
  current_ = current;
  total_ = total;
  if (shown_ && now - drawn_ < kBetweenDraws && current < total) return;
  drawn_ = now;
  Draw();
}

void ProgressBar::Draw() {
  const double done = total_ == 0
                          ? 1
                          : std::min(1.0, static_cast<double>(current_) /
                                              static_cast<double>(total_));
  std::string tail = fmt::format("{:3.0f} %  {} of {} {}", done * 100,
                                 Grouped(current_), Grouped(total_), noun_);
  if (rate_.per_second() > 0) {
    tail += fmt::format("  {}/s",
                        Grouped(static_cast<uint64_t>(rate_.per_second())));
    if (current_ < total_) {
      const double left = *rate_.SecondsFor(total_ - current_);
      tail += "  ETA " + DurationText(std::max(left, 1.0));
    }
    tail += "  " + ByteText(ResidentBytes());
  }
  const size_t width = TerminalWidth();
  const std::string head = fmt::format("{:<9} ", stage_);
  std::string line = head + tail;
  if (width > line.size() + 12) {
    const size_t room = std::min<size_t>(width - line.size() - 3, 30);
    const auto full = static_cast<size_t>(done * static_cast<double>(room));
    const std::string bar =
        Repeated(utf8_ ? "━" : "#", full) + (colours_ ? "\x1b[2m" : "") +
        Repeated(utf8_ ? "─" : ".", room - full) + (colours_ ? "\x1b[0m" : "");
    line = head + (colours_ ? "\x1b[32m" : "") + bar +
           (colours_ ? "\x1b[0m " : " ") + tail;
  } else if (line.size() >= width) {
    line.resize(width - 1);
  }
  fmt::print(stderr, "\r\x1b[K{}", line);
  std::fflush(stderr);
  shown_ = true;
}

void ProgressBar::Note(std::string_view text) {
  const bool was_shown = shown_;
  Clear();
  fmt::print(stderr, "{}\n", text);
  if (was_shown) Draw();
}

void ProgressBar::Clear() {
  if (!shown_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace ferrite
