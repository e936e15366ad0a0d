// ScratchFile: a file of its own, readable by its owner only, gone with the
// object. A file and not memory, since it grows with the records.
#ifndef FERRITE_NATIVE_CLI_SCRATCH_FILE_H_
#define FERRITE_NATIVE_CLI_SCRATCH_FILE_H_

#include <string>
#include <utility>

#include "ferrite/error.h"

namespace ferrite {

class ScratchFile {
 public:
  // Empty, in the system's temporary directory. kStoreOpen.
  static Result<ScratchFile> Make();
  ScratchFile(ScratchFile&& other) noexcept
      : path_(std::exchange(other.path_, {})) {}
  ScratchFile& operator=(ScratchFile&&) = delete;
  ~ScratchFile();

  const std::string& path() const { return path_; }

 private:
  explicit ScratchFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_SCRATCH_FILE_H_
