#include "native/cli/scratch_file.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace ferrite {

Result<ScratchFile> ScratchFile::Make() {
  std::error_code error;
  std::string path =
      (std::filesystem::temp_directory_path(error) / "ferrite-XXXXXX").string();
  const int file = error ? -1 : mkstemp(path.data());
  if (file < 0) {
    return Error{ErrorCode::kStoreOpen,
                 "A temporary file cannot be made in " + path + ".",
                 "Set TMPDIR to a directory with room.", ""};
  }
  close(file);
  return ScratchFile(std::move(path));
}

ScratchFile::~ScratchFile() {
  if (path_.empty()) return;
  std::remove((path_ + "-journal").c_str());
  std::remove(path_.c_str());
}

}  // namespace ferrite
