#include "line_difference.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace ferrite::internal {
namespace {

using Lines = std::vector<std::string_view>;

// The table of common lines takes four bytes for each pair.
constexpr size_t kMostPairs = 4 << 20;

Lines Split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

class Difference {
 public:
  Difference(Lines before, Lines after)
      : before_(std::move(before)), after_(std::move(after)) {}

  std::string Text() {
    size_t begin = 0;
    size_t before_end = before_.size();
    size_t after_end = after_.size();
    while (begin < std::min(before_end, after_end) &&
           before_[begin] == after_[begin]) {
      Add(' ', before_[begin++]);
    }
    while (std::min(before_end, after_end) > begin &&
           before_[before_end - 1] == after_[after_end - 1]) {
      --before_end;
      --after_end;
    }
    Middle(begin, before_end, after_end);
    while (before_end < before_.size()) Add(' ', before_[before_end++]);
    return std::move(text_);
  }

 private:
  void Add(char mark, std::string_view line) {
    text_ += mark;
    text_ += line;
    text_ += '\n';
  }

  void Middle(size_t begin, size_t before_end, size_t after_end) {
    const size_t rows = before_end - begin;
    const size_t columns = after_end - begin;
    const bool is_small = columns == 0 || rows <= kMostPairs / columns;
    // common[i][j]: the most lines that before[i…] and after[j…] share.
    std::vector<uint32_t> common(is_small ? (rows + 1) * (columns + 1) : 0);
    const auto at = [&](size_t i, size_t j) -> uint32_t& {
      return common[i * (columns + 1) + j];
    };
    if (is_small) {
      for (size_t i = rows; i-- > 0;) {
        for (size_t j = columns; j-- > 0;) {
          at(i, j) = before_[begin + i] == after_[begin + j]
                         ? at(i + 1, j + 1) + 1
                         : std::max(at(i + 1, j), at(i, j + 1));
        }
      }
    }
    size_t i = 0;
    size_t j = 0;
    while (i < rows && j < columns && is_small) {
      if (before_[begin + i] == after_[begin + j]) {
        Add(' ', before_[begin + i++]);
        ++j;
      } else if (at(i + 1, j) >= at(i, j + 1)) {
        Add('-', before_[begin + i++]);
      } else {
        Add('+', after_[begin + j++]);
      }
    }
    while (i < rows) Add('-', before_[begin + i++]);
    while (j < columns) Add('+', after_[begin + j++]);
  }

  const Lines before_;
  const Lines after_;
  std::string text_;
};

}  // namespace

std::string LineDifference(std::string_view before, std::string_view after) {
  return Difference(Split(before), Split(after)).Text();
}

}  // namespace ferrite::internal
