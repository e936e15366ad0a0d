#include "native/cli/container_file.h"

#include <algorithm>
#include <utility>

#include "native/cli/key_options.h"
#include "native/cli/stop_on_signal.h"
#include "native/container/container_copy.h"

namespace ferrite {
namespace {

Error At(const std::string& path, Error error) {
  error.message = path + ": " + error.message;
  return error;
}

}  // namespace

bool IsContainer(const std::string& path) {
  auto file = DiskFile::Open(path, DiskFile::Mode::kRead);
  if (!file.ok()) return false;
  ByteBuffer beginning(
      std::min<uint64_t>(kContainerPrologueBytes, (*file)->size()));
  if (!(*file)->Read(0, beginning).ok()) return false;
  return BeginsContainer(beginning);
}

Result<OpenedContainer> OpenContainer(const std::string& path,
                                      std::optional<ContainerKey> key) {
  auto file = DiskFile::Open(path, DiskFile::Mode::kRead);
  if (!file.ok()) return std::move(file).error();
  OpenedContainer opened{std::move(file).value(), nullptr};
  if (!key) {
    auto frames = FrameReader::Open(opened.file.get());
    if (!frames.ok()) return At(path, frames.error());
    const auto& encryption = (*frames)->header().encryption;
    if (encryption && encryption->key == ContainerEncryption::KeySource::kRaw) {
      return Error{ErrorCode::kKeyMissing,
                   path + " is encrypted with a raw key, and none is given.",
                   "Give --key-file.", ""};
    }
    if (encryption) {
      Result<ContainerKey> asked = AskForKey(Ask::kOnce);
      if (!asked.ok()) return At(path, asked.error());
      key.emplace(std::move(asked).value());
    }
  }
  auto reader = ContainerReader::Open(opened.file.get(), key ? &*key : nullptr);
  if (!reader.ok()) return At(path, reader.error());
  opened.reader = std::move(reader).value();
  return opened;
}

Result<void> CopyOut(ContainerReader* reader, ByteSink* sink) {
  StopOnSignal signals;
  return ReadContainer(
      reader, sink, [](uint64_t, uint64_t) { return !StopOnSignal::came(); });
}

}  // namespace ferrite
