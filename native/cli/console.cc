#include "native/cli/console.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <utility>

namespace ferrite {
namespace {

constexpr std::string_view kReset = "\x1b[0m";

std::string_view Escape(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "";
    case Tone::kBold:
      return "\x1b[1m";
    case Tone::kDim:
      return "\x1b[2m";
    case Tone::kGood:
      return "\x1b[32m";
    case Tone::kWarning:
      return "\x1b[33m";
    case Tone::kBad:
      return "\x1b[31m";
  }
  return "";
}

std::string Painted(bool colours, Tone tone, std::string_view text) {
  if (!colours || tone == Tone::kPlain) return std::string(text);
  return fmt::format("{}{}{}", Escape(tone), text, kReset);
}

// Columns on the terminal, one per code point, escape sequences apart.
size_t Width(std::string_view text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      while (i < text.size() && text[i] != 'm') ++i;
    } else if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) {
      ++width;
    }
  }
  return width;
}

}  // namespace

Console::Console() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool allowed = (no_color == nullptr || *no_color == '\0') &&
                       term != nullptr && std::string_view(term) != "dumb";
  stderr_is_terminal_ = isatty(STDERR_FILENO) == 1;
  stdout_colours_ = allowed && isatty(STDOUT_FILENO) == 1;
  stderr_colours_ = allowed && stderr_is_terminal_;
}

std::string Console::Paint(Tone tone, std::string_view text) const {
  return Painted(stdout_colours_, tone, text);
}

void Console::Line(std::string_view text) const {
  if (!json) fmt::print("{}\n", text);
}

void Console::Document(const std::string& json_text) const {
  if (json) fmt::print("{}\n", json_text);
}

void Console::Fail(const Error& error) const {
  Document("{\"error\":" + error.ToJson() + "}");
  if (json) return;
  std::fflush(stdout);
  const auto line = [](const std::string& text) {
    fmt::print(stderr, "{}\n", text);
  };
  const std::string message =
      Printable(error.message.empty() ? ErrorSentence(error.code)
                                      : std::string_view(error.message));
  line(fmt::format("{} {} {}", Painted(stderr_colours_, Tone::kBad, "error:"),
                   message,
                   Painted(stderr_colours_, Tone::kDim,
                           fmt::format("[{}]", ErrorText(error.code)))));
  if (!error.path.empty()) line("   at: " + Printable(error.path));
  if (!error.hint.empty()) line(" hint: " + Printable(error.hint));
}

TextTable::TextTable(const Console& console, std::vector<std::string> header,
                     std::vector<Align> align)
    : console_(console), header_(std::move(header)), align_(std::move(align)) {
  for (const std::string& name : header_) widths_.push_back(Width(name));
}

void TextTable::Add(std::vector<std::string> cells) {
  for (size_t i = 0; i < cells.size(); ++i) {
    widths_[i] = std::max(widths_[i], Width(cells[i]));
  }
  rows_.push_back(std::move(cells));
}

void TextTable::Print() const {
  PrintRow(header_, Tone::kDim);
  for (const auto& row : rows_) PrintRow(row, Tone::kPlain);
}

void TextTable::PrintRow(const std::vector<std::string>& cells,
                         Tone tone) const {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string pad(widths_[i] - Width(cells[i]), ' ');
    const bool right = align_[i] == Align::kRight;
    line += "  ";
    line += right ? pad + cells[i] : cells[i];
    // Nothing is padded at a line's end.
    if (!right && i + 1 < cells.size()) line += pad;
  }
  console_.Line(console_.Paint(tone, line));
}

std::string Printable(std::string_view text) {
  std::string shown;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_c1 = byte == 0xc2 && i + 1 < text.size() &&
                       static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (is_c1) {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[++i]));
    } else if (byte < 0x20 || byte == 0x7f) {
      shown += fmt::format("\\x{:02x}", byte);
    } else {
      shown += text[i];
    }
  }
  return shown;
}

std::string Grouped(uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string grouped;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) grouped += ',';
    grouped += digits[i];
  }
  return grouped;
}

std::string ByteText(uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes);
  for (const char* unit : {"kB", "MB", "GB"}) {
    value /= 1000;
    if (value < 1000) {
      return fmt::format("{:.{}f} {}", value, value < 10 ? 1 : 0, unit);
    }
  }
  return fmt::format("{:.1f} TB", value / 1000);
}

std::string DurationText(double seconds) {
  if (seconds < 0.095) return fmt::format("{:.0f} ms", seconds * 1000);
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<uint64_t>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) {
    return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  }
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::string TimeText(int64_t milliseconds) {
  const auto seconds = static_cast<std::time_t>(milliseconds / 1000);
  std::tm utc{};
  if (gmtime_r(&seconds, &utc) == nullptr) return std::to_string(milliseconds);
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", utc);
}

std::string Counted(uint64_t number, std::string_view noun) {
  const bool sibilant = noun.ends_with("sh") || noun.ends_with("x");
  const bool many = number != 1;
  if (many && noun.ends_with("ry")) {
    return Grouped(number) + " " +
           std::string(noun.substr(0, noun.size() - 1)) + "ies";
  }
  return Grouped(number) + " " + std::string(noun) +
         (!many      ? ""
          : sibilant ? "es"
                     : "s");
}

}  // namespace ferrite
