// PlainFile: a file as it is, or what its container holds.
//
// What comes out of a container lies in a private temporary file for as long
// as the object lives.
#ifndef FERRITE_NATIVE_CLI_PLAIN_FILE_H_
#define FERRITE_NATIVE_CLI_PLAIN_FILE_H_

#include <memory>
#include <optional>
#include <string>

#include "ferrite/bundle.h"
#include "native/cli/key_options.h"
#include "native/cli/scratch_file.h"
#include "native/container/container_reader.h"

namespace ferrite {

class PlainFile {
 public:
  // Asks for the passphrase when one is needed and none is given.
  // kNotEncrypted when a key is given and the file is not encrypted, in a
  // container or not; and what ContainerReader says.
  static Result<PlainFile> Open(const std::string& path,
                                const KeyOptions& options);

  // Without a key, for what is to be encrypted: kInvalidArgument when it is.
  static Result<PlainFile> OpenUnencrypted(const std::string& path);

  const std::string& path() const {
    return scratch_ ? scratch_->path() : path_;
  }
  // Checks that it is a bundle, whole, and opens it. Errors' messages name the
  // file that was given.
  Result<std::unique_ptr<BundleReader>> ReadBundle() const;

 private:
  explicit PlainFile(std::string path) : path_(std::move(path)) {}
  Result<void> Unpack(ContainerReader* reader);

  std::string path_;
  std::optional<ScratchFile> scratch_;
};

// ReadBundle of the file. What came out of a container is gone from its
// directory when this returns, and from the disk when the reader is closed.
Result<std::unique_ptr<BundleReader>> OpenBundle(const std::string& path,
                                                 const KeyOptions& options);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_PLAIN_FILE_H_
