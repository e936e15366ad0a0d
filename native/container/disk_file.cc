#include "native/container/disk_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace ferrite {
namespace {

Error Failed(const std::string& path, const char* what) {
  const int cause = errno;
  const bool full = cause == ENOSPC || cause == EDQUOT || cause == EFBIG;
  return {full ? ErrorCode::kStoreFull : ErrorCode::kStoreIo,
          path + " cannot be " + what + ": " + std::strerror(cause) + ".",
          full ? "Make room, or choose another disk." : "", ""};
}

Error Exists(const std::string& path) {
  return {ErrorCode::kInvalidArgument, "There is a file " + path + " already.",
          "Choose another name, or move it away.", ""};
}

bool IsThere(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0;
}

// A new name is on the disk once its directory is.
Result<void> SyncFolder(const std::string& path) {
  const std::filesystem::path folder =
      std::filesystem::path(path).parent_path();
  const std::string name = folder.empty() ? "." : folder.string();
  const int descriptor = open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return Failed(name, "opened");
  const bool done = fsync(descriptor) == 0 || errno == EINVAL;
  Result<void> result;
  if (!done) result = Failed(name, "written");
  close(descriptor);
  return result;
}

}  // namespace

DiskFile::DiskFile(int descriptor, std::string path, uint64_t size)
    : descriptor_(descriptor), path_(std::move(path)), size_(size) {}

DiskFile::~DiskFile() { close(descriptor_); }

Result<std::unique_ptr<DiskFile>> DiskFile::Open(const std::string& path,
                                                 Mode mode) {
  const int access = mode == Mode::kRead ? O_RDONLY : O_RDWR;
  // Not to wait for whoever writes into a pipe.
  const int descriptor = open(path.c_str(), access | O_CLOEXEC | O_NONBLOCK);
  struct stat status {};
  if (descriptor < 0 || fstat(descriptor, &status) != 0) {
    Error error = Failed(path, "opened");
    if (descriptor >= 0) close(descriptor);
    error.code = ErrorCode::kStoreOpen;
    return error;
  }
  auto file = std::make_unique<DiskFile>(descriptor, path,
                                         static_cast<uint64_t>(status.st_size));
  if (S_ISREG(status.st_mode)) return file;
  return Error{ErrorCode::kStoreOpen, path + " is no regular file.", "", ""};
}

Result<void> DiskFile::Read(uint64_t offset, std::span<uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got =
        pread(descriptor_, out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Failed(path_, "read");
    if (got == 0) {
      return Error{ErrorCode::kStoreIo,
                   path_ + " became shorter while it was read.", "", ""};
    }
    out = out.subspan(static_cast<size_t>(got));
    offset += static_cast<uint64_t>(got);
  }
  return {};
}

Result<void> DiskFile::Write(Bytes bytes) { return WriteAt(size_, bytes); }

Result<void> DiskFile::WriteAt(uint64_t offset, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t done = pwrite(descriptor_, bytes.data(), bytes.size(),
                                static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return Failed(path_, "written");
    bytes = bytes.subspan(static_cast<size_t>(done));
    offset += static_cast<uint64_t>(done);
    size_ = std::max(size_, offset);
  }
  return {};
}

Result<void> DiskFile::Truncate(uint64_t size) {
  if (ftruncate(descriptor_, static_cast<off_t>(size)) != 0) {
    return Failed(path_, "cut");
  }
  size_ = size;
  return {};
}

Result<void> DiskFile::Sync() {
  if (fsync(descriptor_) == 0) return {};
  return Failed(path_, "written");
}

OutputFile::OutputFile(std::string path, std::string temporary,
                       std::unique_ptr<DiskFile> file)
    : path_(std::move(path)),
      temporary_(std::move(temporary)),
      file_(std::move(file)) {}

OutputFile::~OutputFile() {
  if (!committed_) std::remove(temporary_.c_str());
}

Result<std::unique_ptr<OutputFile>> OutputFile::Make(const std::string& path) {
  if (IsThere(path)) return Exists(path);
  std::string temporary = path + ".XXXXXX";
  const int descriptor = mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return Failed(path, "written");
  auto file = std::make_unique<DiskFile>(descriptor, path, 0);
  return std::unique_ptr<OutputFile>(
      new OutputFile(path, std::move(temporary), std::move(file)));
}

Result<void> OutputFile::Commit() {
  if (auto synced = file_->Sync(); !synced.ok()) return synced;
  if (IsThere(path_)) return Exists(path_);
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    return Failed(path_, "written");
  }
  committed_ = true;
  return SyncFolder(path_);
}

}  // namespace ferrite
