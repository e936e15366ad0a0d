// Notes: the JSON files beside the backups. Only .cc files include this.
#ifndef FERRITE_NATIVE_BACKUP_NOTE_H_
#define FERRITE_NATIVE_BACKUP_NOTE_H_

#include <string>

#include "native/container/disk_file.h"

namespace ferrite {

// The file's text; empty when it cannot be read, or is larger than a note.
inline std::string ReadNoteText(const std::string& path) {
  constexpr uint64_t kLimit = 8 << 20;
  auto file = DiskFile::Open(path, DiskFile::Mode::kRead);
  if (!file.ok() || (*file)->size() > kLimit) return "";
  std::string text((*file)->size(), '\0');
  auto read =
      (*file)->Read(0, {reinterpret_cast<uint8_t*>(text.data()), text.size()});
  return read.ok() ? text : "";
}

// What is cut or no object is as good as none.
template <typename Json>
Json ReadNote(const std::string& path) {
  Json json = Json::parse(ReadNoteText(path), nullptr,
                          /*allow_exceptions=*/false);
  return json.is_object() ? json : Json::object();
}

// A member that is a text; empty when there is none.
template <typename Json>
std::string NoteText(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string()
             ? found->template get<std::string>()
             : std::string();
}

}  // namespace ferrite

#endif  // FERRITE_NATIVE_BACKUP_NOTE_H_
