// Prints SqliteInfo, one fact per line, as the native twin sees it.
#include <iostream>

#include "ferrite/sqlite_info.h"

int main() {
  const ferrite::SqliteInfo info = ferrite::GetSqliteInfo();
  std::cout << info.version << "\n" << info.source_id << "\n";
  for (const std::string& option : info.compile_options) {
    std::cout << option << "\n";
  }
}
