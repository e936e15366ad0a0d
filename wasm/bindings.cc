// Everything JavaScript may call. The only file that knows Embind.
#include <emscripten/bind.h>

#include <string>

#include "ferrite/sqlite_info.h"

namespace {

// One fact per line: version, source id, then the compile options.
std::string SqliteInfoText() {
  const ferrite::SqliteInfo info = ferrite::GetSqliteInfo();
  std::string text = info.version + "\n" + info.source_id + "\n";
  for (const std::string& option : info.compile_options) {
    text += option + "\n";
  }
  return text;
}

}  // namespace

EMSCRIPTEN_BINDINGS(ferrite) {
  emscripten::function("sqliteInfo", &SqliteInfoText);
}
