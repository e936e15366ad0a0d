#include "bundle_header.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>

namespace ferrite::internal {
namespace {

// What SQLite's VFS reads at the file's beginning; empty when it cannot.
std::string ReadHeader(const std::string& path, const std::string& vfs_name,
                       size_t size) {
  sqlite3_vfs* vfs =
      sqlite3_vfs_find(vfs_name.empty() ? nullptr : vfs_name.c_str());
  if (vfs == nullptr) return {};
  const std::unique_ptr<char, void (*)(sqlite3_filename)> name(
      const_cast<char*>(
          sqlite3_create_filename(path.c_str(), "", "", 0, nullptr)),
      sqlite3_free_filename);
  const std::unique_ptr<std::byte[]> memory(
      new std::byte[static_cast<size_t>(vfs->szOsFile)]());
  auto* file = reinterpret_cast<sqlite3_file*>(memory.get());
  int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
  std::string header;
  sqlite3_int64 length = 0;
  if (vfs->xOpen(vfs, name.get(), file, flags, &flags) == SQLITE_OK &&
      file->pMethods->xFileSize(file, &length) == SQLITE_OK) {
    header.resize(std::min(size, static_cast<size_t>(length)));
    if (file->pMethods->xRead(file, header.data(),
                              static_cast<int>(header.size()),
                              0) != SQLITE_OK) {
      header.clear();
    }
  }
  if (file->pMethods != nullptr) file->pMethods->xClose(file);
  return header;
}

}  // namespace

bool BeginsAsBundle(const std::string& path, const std::string& vfs) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  constexpr size_t kIdOffset = 68;  // application_id, four bytes, big-endian
  const std::string begin = ReadHeader(path, vfs, kIdOffset + 4);
  const size_t size = std::min(begin.size(), kMagic.size());
  if (begin.compare(0, size, kMagic, 0, size) != 0) return false;
  return begin.size() < kIdOffset + 4 || begin.substr(kIdOffset) == "FeRB";
}

}  // namespace ferrite::internal
