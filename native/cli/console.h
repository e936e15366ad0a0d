// Console: what the program's commands print, for people or for machines.
//
// With --json exactly one JSON document goes to stdout. Without it people get
// aligned text there. Colours, and the progress bar, appear on a terminal only,
// colours not when NO_COLOR is set. Logs and progress go to stderr.
#ifndef FERRITE_NATIVE_CLI_CONSOLE_H_
#define FERRITE_NATIVE_CLI_CONSOLE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/error.h"

namespace ferrite {

enum class Tone { kPlain, kBold, kDim, kGood, kWarning, kBad };

class Console {
 public:
  // Looks at stdout, stderr and the environment.
  Console();

  bool json = false;

  bool progress() const { return stderr_is_terminal_ && !json; }
  bool stderr_colours() const { return stderr_colours_; }

  // Text for stdout in a tone, when stdout takes colours.
  std::string Paint(Tone tone, std::string_view text) const;
  // Writes to stdout with a line's end; nothing with --json.
  void Line(std::string_view text = "") const;
  // The document of --json; nothing without it.
  void Document(const std::string& json_text) const;
  // Sentence, hint and path on stderr, or {"error":…} as the document.
  void Fail(const Error& error) const;

 private:
  bool stdout_colours_ = false;
  bool stderr_colours_ = false;
  bool stderr_is_terminal_ = false;
};

// Rows of cells, aligned; the header is underlined by nothing but its tone.
class TextTable {
 public:
  enum class Align { kLeft, kRight };

  TextTable(const Console& console, std::vector<std::string> header,
            std::vector<Align> align);
  void Add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  void Print() const;

 private:
  void PrintRow(const std::vector<std::string>& cells, Tone tone) const;

  const Console& console_;
  std::vector<std::string> header_;
  std::vector<Align> align_;
  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
};

// Text of the user's data, with control characters made visible, so that a
// table's name cannot steer the terminal.
std::string Printable(std::string_view text);
// 1234567 → "1,234,567".
std::string Grouped(uint64_t number);
// "812 B", "1.9 MB".
std::string ByteText(uint64_t bytes);
// "0.8 s", "3 min 05 s".
std::string DurationText(double seconds);
// 1700000000000 → "2023-11-14 22:13:20 UTC".
std::string TimeText(int64_t milliseconds);
// "1 row", "2 rows"; `noun` is in the singular.
std::string Counted(uint64_t number, std::string_view noun);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_CONSOLE_H_
