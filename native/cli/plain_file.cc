#include "native/cli/plain_file.h"

#include <utility>

#include "native/cli/container_file.h"
#include "native/container/container_copy.h"

namespace ferrite {

Result<PlainFile> PlainFile::Open(const std::string& path,
                                  const KeyOptions& options) {
  Result<std::optional<ContainerKey>> key = GivenKey(options);
  if (!key.ok()) return std::move(key).error();
  PlainFile plain(path);
  if (!IsContainer(path)) {
    if (!*key) return plain;
    return Error{ErrorCode::kNotEncrypted,
                 "A key is given, but " + path + " is not encrypted.",
                 "Leave the key out if that is what you expect.", ""};
  }
  auto opened = OpenContainer(path, std::move(key).value());
  if (!opened.ok()) return std::move(opened).error();
  if (auto unpacked = plain.Unpack(opened->reader.get()); !unpacked.ok()) {
    return unpacked.error();
  }
  return plain;
}

Result<PlainFile> PlainFile::OpenUnencrypted(const std::string& path) {
  PlainFile plain(path);
  if (!IsContainer(path)) return plain;
  auto file = DiskFile::Open(path, DiskFile::Mode::kRead);
  if (!file.ok()) return std::move(file).error();
  auto reader = ContainerReader::Open(file->get(), nullptr);
  if (!reader.ok() && reader.error().code == ErrorCode::kKeyMissing) {
    return Error{ErrorCode::kInvalidArgument, path + " is encrypted already.",
                 "Decrypt it first to give it another key.", ""};
  }
  if (!reader.ok()) return std::move(reader).error();
  if (auto unpacked = plain.Unpack(reader->get()); !unpacked.ok()) {
    return unpacked.error();
  }
  return plain;
}

Result<void> PlainFile::Unpack(ContainerReader* reader) {
  Result<ScratchFile> scratch = ScratchFile::Make();
  if (!scratch.ok()) return std::move(scratch).error();
  auto file = DiskFile::Open(scratch->path(), DiskFile::Mode::kChange);
  if (!file.ok()) return std::move(file).error();
  auto read = CopyOut(reader, file->get());
  if (read.ok()) scratch_.emplace(std::move(scratch).value());
  return read;
}

Result<std::unique_ptr<BundleReader>> PlainFile::ReadBundle() const {
  auto reader = BundleReader::Open(path());
  if (reader.ok()) return reader;
  // A temporary file's name says nothing to anybody.
  Error error = reader.error();
  const size_t at = error.message.find(path());
  if (at != std::string::npos) error.message.replace(at, path().size(), path_);
  return error;
}

Result<std::unique_ptr<BundleReader>> OpenBundle(const std::string& path,
                                                 const KeyOptions& options) {
  Result<PlainFile> plain = PlainFile::Open(path, options);
  if (!plain.ok()) return std::move(plain).error();
  return plain->ReadBundle();
}

}  // namespace ferrite
