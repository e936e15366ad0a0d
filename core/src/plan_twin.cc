#include "plan_twin.h"

#include <unordered_set>
#include <utility>

namespace ferrite::internal {
namespace {

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

char ToLower(char c) { return static_cast<char>(c - 'A' + 'a'); }

std::string SnakeToCamel(std::string_view name) {
  std::string camel;
  for (size_t i = 0; i < name.size(); ++i) {
    if (IsLower(name[i]) || IsDigit(name[i])) {
      camel.push_back(name[i]);
    } else if (name[i] == '_' && i + 1 < name.size() && IsLower(name[i + 1])) {
      camel.push_back(static_cast<char>(name[++i] - 'a' + 'A'));
    } else {
      return "";
    }
  }
  return camel;
}

// Capitals in a row are one word, but for the last when a small letter
// follows: userID is user_id, htmlURLText is html_url_text.
std::string CamelToSnake(std::string_view name) {
  std::string snake;
  for (size_t i = 0; i < name.size(); ++i) {
    if (IsUpper(name[i])) {
      const bool begins = !IsUpper(name[i - 1]) ||
                          (i + 1 < name.size() && IsLower(name[i + 1]));
      if (begins) snake.push_back('_');
      snake.push_back(ToLower(name[i]));
    } else if (IsLower(name[i]) || IsDigit(name[i])) {
      snake.push_back(name[i]);
    } else {
      return "";
    }
  }
  return snake;
}

}  // namespace

std::string TwinOf(std::string_view name) {
  if (name.empty() || !IsLower(name[0])) return "";
  std::string twin = name.find('_') != std::string_view::npos
                         ? SnakeToCamel(name)
                         : CamelToSnake(name);
  return twin == name ? "" : twin;
}

void AddTwins(const std::vector<bool>& implicit, std::vector<Column>* columns) {
  std::unordered_set<std::string> taken;
  for (const Column& column : *columns) {
    taken.insert(column.name);
    for (const auto& path : column.paths) {
      if (path.size() == 1) taken.insert(path[0]);
    }
  }
  for (size_t i = 0; i < columns->size(); ++i) {
    if (!implicit[i]) continue;
    Column& column = (*columns)[i];
    std::string twin = TwinOf(column.name);
    if (twin.empty() || !taken.insert(twin).second) continue;
    column.paths.push_back({std::move(twin)});
  }
}

bool HasTwinPath(const Column& column) {
  return column.from == ColumnFrom::kPath && column.paths.size() == 2 &&
         column.paths[0].size() == 1 && column.paths[0][0] == column.name &&
         column.paths[1].size() == 1 &&
         column.paths[1][0] == TwinOf(column.name);
}

}  // namespace ferrite::internal
