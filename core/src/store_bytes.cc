#include <sqlite3.h>

#include <algorithm>
#include <limits>

#include "ferrite/rollback.h"
#include "sqlite_error.h"
#include "store_schema.h"

namespace ferrite {
namespace {

// SQLite's own handle of the database file. A second descriptor of the file
// would drop this process's locks on it when it is closed (POSIX).
sqlite3_file* FileOf(Store* store) {
  sqlite3_file* file = nullptr;
  const int found = sqlite3_file_control(store->handle(), "main",
                                         SQLITE_FCNTL_FILE_POINTER, &file);
  return found == SQLITE_OK && file != nullptr && file->pMethods != nullptr
             ? file
             : nullptr;
}

}  // namespace

Result<std::unique_ptr<StoreBytes>> StoreBytes::Open(Store* store) {
  if (auto free = store->CheckNoTransaction(); !free.ok()) {
    return std::move(free).error();
  }
  if (auto begun = store->Execute("BEGIN"); !begun.ok()) {
    return std::move(begun).error();
  }
  std::unique_ptr<StoreBytes> bytes(new StoreBytes(store));
  // The first read takes the lock, and rolls back what a kill left.
  Result<int64_t> read =
      internal::QueryInteger(store, "SELECT count(*) FROM sqlite_schema");
  if (!read.ok()) return std::move(read).error();
  sqlite3_file* file = FileOf(store);
  sqlite3_int64 size = 0;
  if (file == nullptr || file->pMethods->xFileSize(file, &size) != SQLITE_OK) {
    return Error{ErrorCode::kStoreIo, "The store's file cannot be read.", "",
                 ""};
  }
  bytes->size_ = static_cast<uint64_t>(size);
  return bytes;
}

StoreBytes::~StoreBytes() { store_->Try("ROLLBACK"); }

Result<void> StoreBytes::Read(uint64_t offset, std::span<uint8_t> out) {
  sqlite3_file* file = FileOf(store_);
  while (!out.empty()) {
    const auto amount = static_cast<int>(std::min<size_t>(
        out.size(), size_t{std::numeric_limits<int>::max() / 2}));
    const int result = file->pMethods->xRead(
        file, out.data(), amount, static_cast<sqlite3_int64>(offset));
    if (result != SQLITE_OK) {
      return internal::SqliteError(nullptr, result, "Reading the store's file");
    }
    out = out.subspan(static_cast<size_t>(amount));
    offset += static_cast<uint64_t>(amount);
  }
  return {};
}

}  // namespace ferrite
