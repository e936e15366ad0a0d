// DiskFile: an open file, and OutputFile: one that is there whole or not at
// all.
//
// For one thread at a time. Errors: kStoreOpen, kStoreFull, kStoreIo.
#ifndef FERRITE_NATIVE_CONTAINER_DISK_FILE_H_
#define FERRITE_NATIVE_CONTAINER_DISK_FILE_H_

#include <memory>
#include <string>

#include "native/container/byte_io.h"

namespace ferrite {

class DiskFile : public ByteSource, public ByteSink {
 public:
  enum class Mode { kRead, kChange };

  // The file must be there. Its size is that at this moment, but for what is
  // written or cut through this object.
  static Result<std::unique_ptr<DiskFile>> Open(const std::string& path,
                                                Mode mode);
  // Takes `descriptor` over; `path` is for messages.
  DiskFile(int descriptor, std::string path, uint64_t size);
  ~DiskFile() override;
  DiskFile(const DiskFile&) = delete;
  DiskFile& operator=(const DiskFile&) = delete;

  uint64_t size() const override { return size_; }
  Result<void> Read(uint64_t offset, std::span<uint8_t> out) override;
  // At the file's end.
  Result<void> Write(Bytes bytes) override;
  Result<void> WriteAt(uint64_t offset, Bytes bytes);
  Result<void> Truncate(uint64_t size);
  // Until the disk has it.
  Result<void> Sync();

 private:
  int descriptor_;
  const std::string path_;
  uint64_t size_;
};

// A new file under a name of its own beside the wanted one, readable by its
// owner only; Commit() gives it its name. Gone when it is not committed.
class OutputFile {
 public:
  // kInvalidArgument when there is a file of the wanted name.
  static Result<std::unique_ptr<OutputFile>> Make(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  DiskFile* file() { return file_.get(); }
  // On the disk, with its name, when it returns.
  Result<void> Commit();

 private:
  OutputFile(std::string path, std::string temporary,
             std::unique_ptr<DiskFile> file);

  const std::string path_;
  const std::string temporary_;
  std::unique_ptr<DiskFile> file_;
  bool committed_ = false;
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CONTAINER_DISK_FILE_H_
