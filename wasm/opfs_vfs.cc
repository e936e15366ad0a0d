#include "wasm/opfs_vfs.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>

#include "sqlite3.h"

extern "C" {
// Implemented in opfs_vfs.js.
int ferrite_file_open(const char* name, int length);
void ferrite_file_release(int id);
int ferrite_file_read(int id, void* data, int size, double offset);
int ferrite_file_write(int id, const void* data, int size, double offset);
int ferrite_file_truncate(int id, double size);
int ferrite_file_flush(int id);
double ferrite_file_size(int id);
void ferrite_random_bytes(void* data, int size);
double ferrite_unix_milliseconds();
}

namespace ferrite {
namespace {

constexpr int kMaxName = 512;
constexpr int kNotRegistered = -1;
// What opfs_vfs.js answers when the quota is used up.
constexpr int kFull = 2;

int ToSqlite(int outcome, int failure) {
  if (outcome == 0) return SQLITE_OK;
  return outcome == kFull ? SQLITE_FULL : failure;
}

// What SQLite allocates szOsFile bytes for. The base must come first.
struct File {
  sqlite3_file base;
  int id;
  // SQLite keeps the name alive until xClose.
  const char* name;
  // As SQLite must see it: the handle's size or the end of the held bytes,
  // whichever is further. Cached, since getSize costs a call per page.
  sqlite3_int64 size;
  // Bytes not yet given to the handle: [held_at, held_at + held).
  char* buffer;
  sqlite3_int64 held_at;
  int held;
  File* next;
};
static_assert(std::is_standard_layout_v<File>);
static_assert(offsetof(File, base) == 0);

File* open_files = nullptr;

File* FindOpen(const char* name) {
  File* file = open_files;
  while (file && std::strcmp(file->name, name) != 0) file = file->next;
  return file;
}

void ForgetOpen(File* file) {
  File** link = &open_files;
  while (*link != file) link = &(*link)->next;
  *link = file->next;
}

int OpenHandle(const char* name) {
  return ferrite_file_open(name, static_cast<int>(std::strlen(name)));
}

// -- Held writes --------------------------------------------------------------

int FlushHeld(File* file) {
  if (file->held == 0) return SQLITE_OK;
  const int rc =
      ToSqlite(ferrite_file_write(file->id, file->buffer, file->held,
                                  static_cast<double>(file->held_at)),
               SQLITE_IOERR_WRITE);
  if (rc == SQLITE_OK) file->held = 0;
  return rc;
}

bool EnsureBuffer(File* file) {
  if (!file->buffer) {
    file->buffer = static_cast<char*>(std::malloc(kOpfsVfsBufferSize));
  }
  return file->buffer != nullptr;
}

// Whether the bytes touch what is held and the union still fits.
bool Joins(const File* file, int amount, sqlite3_int64 offset) {
  return file->held > 0 && offset >= file->held_at &&
         offset <= file->held_at + file->held &&
         offset + amount <= file->held_at + kOpfsVfsBufferSize;
}

void Hold(File* file, const void* data, int amount, sqlite3_int64 offset) {
  const auto position = static_cast<std::ptrdiff_t>(offset - file->held_at);
  std::memcpy(file->buffer + position, data, amount);
  file->held = std::max(file->held, static_cast<int>(position) + amount);
}

// Copies the held part of [offset, offset + amount) over `out`; returns where
// the copied part ends, `offset` when nothing is held there.
sqlite3_int64 OverlayHeld(const File* file, void* out, int amount,
                          sqlite3_int64 offset) {
  const sqlite3_int64 from = std::max(offset, file->held_at);
  const sqlite3_int64 to =
      std::min(offset + amount, file->held_at + file->held);
  if (from >= to) return offset;
  std::memcpy(static_cast<char*>(out) + (from - offset),
              file->buffer + (from - file->held_at), to - from);
  return to;
}

bool IsHeld(const File* file, sqlite3_int64 from, sqlite3_int64 to) {
  return from >= file->held_at && to <= file->held_at + file->held;
}

// -- sqlite3_io_methods -------------------------------------------------------

int Close(sqlite3_file* base) {
  File* file = reinterpret_cast<File*>(base);
  const int rc = FlushHeld(file);
  ForgetOpen(file);
  ferrite_file_release(file->id);
  std::free(file->buffer);
  return rc == SQLITE_OK || rc == SQLITE_FULL ? rc : SQLITE_IOERR_CLOSE;
}

// `available` bytes exist, in the handle, in the held bytes or in both.
int ReadExisting(File* file, void* out, int available, sqlite3_int64 offset) {
  if (IsHeld(file, offset, offset + available)) {
    OverlayHeld(file, out, available, offset);
    return SQLITE_OK;
  }
  const int read =
      ferrite_file_read(file->id, out, available, static_cast<double>(offset));
  if (read < 0) return SQLITE_IOERR_READ;
  std::memset(static_cast<char*>(out) + read, 0, available - read);
  OverlayHeld(file, out, available, offset);
  const bool complete =
      read == available || IsHeld(file, offset + read, offset + available);
  return complete ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int Read(sqlite3_file* base, void* out, int amount, sqlite3_int64 offset) {
  File* file = reinterpret_cast<File*>(base);
  const int available = static_cast<int>(
      std::clamp<sqlite3_int64>(file->size - offset, 0, amount));
  if (available > 0) {
    const int rc = ReadExisting(file, out, available, offset);
    if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ) return rc;
    if (available == amount) return rc;
  }
  std::memset(static_cast<char*>(out) + available, 0, amount - available);
  return available == amount ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int WriteThrough(File* file, const void* data, int amount,
                 sqlite3_int64 offset) {
  return ToSqlite(
      ferrite_file_write(file->id, data, amount, static_cast<double>(offset)),
      SQLITE_IOERR_WRITE);
}

int Write(sqlite3_file* base, const void* data, int amount,
          sqlite3_int64 offset) {
  File* file = reinterpret_cast<File*>(base);
  if (!Joins(file, amount, offset)) {
    int rc = FlushHeld(file);
    if (rc != SQLITE_OK) return rc;
    if (amount >= kOpfsVfsBufferSize || !EnsureBuffer(file)) {
      rc = WriteThrough(file, data, amount, offset);
      if (rc == SQLITE_OK) file->size = std::max(file->size, offset + amount);
      return rc;
    }
    file->held_at = offset;
  }
  Hold(file, data, amount, offset);
  file->size = std::max(file->size, offset + amount);
  return SQLITE_OK;
}

int Truncate(sqlite3_file* base, sqlite3_int64 size) {
  File* file = reinterpret_cast<File*>(base);
  const int rc =
      ToSqlite(ferrite_file_truncate(file->id, static_cast<double>(size)),
               SQLITE_IOERR_TRUNCATE);
  if (rc != SQLITE_OK) return rc;
  // Trimmed, not flushed: a rollback after SQLITE_FULL truncates first, and
  // must not need the space that was refused.
  file->held = static_cast<int>(
      std::clamp<sqlite3_int64>(size - file->held_at, 0, file->held));
  file->size = size;
  return SQLITE_OK;
}

int Sync(sqlite3_file* base, int /*flags*/) {
  File* file = reinterpret_cast<File*>(base);
  const int rc = FlushHeld(file);
  if (rc != SQLITE_OK) return rc;
  return ToSqlite(ferrite_file_flush(file->id), SQLITE_IOERR_FSYNC);
}

int FileSize(sqlite3_file* base, sqlite3_int64* size) {
  *size = reinterpret_cast<File*>(base)->size;
  return SQLITE_OK;
}

int Lock(sqlite3_file*, int) { return SQLITE_OK; }

int Unlock(sqlite3_file*, int) { return SQLITE_OK; }

// Nobody else can hold a lock, so a journal that is there is a hot one.
int CheckReservedLock(sqlite3_file*, int* reserved) {
  *reserved = 0;
  return SQLITE_OK;
}

int FileControl(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }

// OPFS tells nothing of the disk below; 4096 is what SQLite assumes on unix.
// With POWERSAFE_OVERWRITE it only sets how the journal's header is padded.
int SectorSize(sqlite3_file*) { return 4096; }

int DeviceCharacteristics(sqlite3_file*) {
  // POWERSAFE_OVERWRITE: browsers write OPFS through the system's own files,
  // for which SQLite's unix VFS promises the same, and a flush of held bytes
  // touches only ranges SQLite wrote.
  // UNDELETABLE_WHEN_OPEN: a sync access handle locks its file, so nobody can
  // remove or move it under us.
  // Not SAFE_APPEND, not SEQUENTIAL, not ATOMIC*: neither OPFS nor held
  // writes keep an order between two flushes, and a write may be torn.
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE | SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN;
}

// Version 1: no shared memory, so WAL demands exclusive locking, which is
// what we have; no memory mapping.
constexpr sqlite3_io_methods kMethods = {
    1,
    Close,
    Read,
    Write,
    Truncate,
    Sync,
    FileSize,
    Lock,
    Unlock,
    CheckReservedLock,
    FileControl,
    SectorSize,
    DeviceCharacteristics,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
};

// -- sqlite3_vfs --------------------------------------------------------------

int Open(sqlite3_vfs*, const char* name, sqlite3_file* base, int flags,
         int* out_flags) {
  base->pMethods = nullptr;
  if (!name) return SQLITE_CANTOPEN;
  if (FindOpen(name)) return SQLITE_BUSY;
  const int id = OpenHandle(name);
  if (id == kNotRegistered) return SQLITE_CANTOPEN;
  const double size = ferrite_file_size(id);
  if (size < 0) {
    ferrite_file_release(id);
    return SQLITE_IOERR_FSTAT;
  }
  File* file = new (base) File{};
  file->base.pMethods = &kMethods;
  file->id = id;
  file->name = name;
  file->size = static_cast<sqlite3_int64>(size);
  file->next = open_files;
  open_files = file;
  if (out_flags) *out_flags = flags;
  return SQLITE_OK;
}

// The flush does not wait for `sync_directory`, which SQLite sets only in
// synchronous=EXTRA: a journal that comes back after a power cut would undo a
// commit that was acknowledged.
int EmptyHandle(int id) {
  const int outcome = ferrite_file_truncate(id, 0);
  return outcome == 0 ? ferrite_file_flush(id) : outcome;
}

int Delete(sqlite3_vfs*, const char* name, int /*sync_directory*/) {
  if (File* file = FindOpen(name)) {
    const int rc = Truncate(&file->base, 0);
    return rc == SQLITE_OK ? Sync(&file->base, SQLITE_SYNC_FULL) : rc;
  }
  const int id = OpenHandle(name);
  if (id == kNotRegistered) return SQLITE_IOERR_DELETE_NOENT;
  const int outcome = EmptyHandle(id);
  ferrite_file_release(id);
  return ToSqlite(outcome, SQLITE_IOERR_DELETE);
}

int Access(sqlite3_vfs*, const char* name, int flags, int* result) {
  *result = 0;
  if (const File* file = FindOpen(name)) {
    *result = flags != SQLITE_ACCESS_EXISTS || file->size > 0;
    return SQLITE_OK;
  }
  const int id = OpenHandle(name);
  if (id == kNotRegistered) return SQLITE_OK;
  const double size = ferrite_file_size(id);
  ferrite_file_release(id);
  if (size < 0) return SQLITE_IOERR_ACCESS;
  *result = flags != SQLITE_ACCESS_EXISTS || size > 0;
  return SQLITE_OK;
}

// Names are flat and stay as they are.
int FullPathname(sqlite3_vfs*, const char* name, int capacity, char* out) {
  const std::size_t length = std::strlen(name);
  if (length >= static_cast<std::size_t>(capacity)) return SQLITE_CANTOPEN;
  std::memcpy(out, name, length + 1);
  return SQLITE_OK;
}

int Randomness(sqlite3_vfs*, int size, char* out) {
  ferrite_random_bytes(out, size);
  return size;
}

// Called between tries for a lock, and locks are never refused.
int Sleep(sqlite3_vfs*, int) { return 0; }

// Milliseconds from noon in Greenwich, 24 November 4714 BC, to 1970.
constexpr sqlite3_int64 kJulianUnixEpoch = 210866760000000;

int CurrentTimeInt64(sqlite3_vfs*, sqlite3_int64* julian_milliseconds) {
  *julian_milliseconds = kJulianUnixEpoch + static_cast<sqlite3_int64>(
                                                ferrite_unix_milliseconds());
  return SQLITE_OK;
}

int CurrentTime(sqlite3_vfs* vfs, double* julian_days) {
  sqlite3_int64 milliseconds = 0;
  CurrentTimeInt64(vfs, &milliseconds);
  *julian_days = static_cast<double>(milliseconds) / 86400000.0;
  return SQLITE_OK;
}

int GetLastError(sqlite3_vfs*, int, char*) { return 0; }

sqlite3_vfs opfs_vfs = {
    2,
    sizeof(File),
    kMaxName,
    nullptr,
    kOpfsVfsName,
    nullptr,
    Open,
    Delete,
    Access,
    FullPathname,
    // Loading extensions is compiled out.
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    Randomness,
    Sleep,
    CurrentTime,
    GetLastError,
    CurrentTimeInt64,
    nullptr,
    nullptr,
    nullptr,
};

}  // namespace
}  // namespace ferrite

// SQLite compiled with SQLITE_OS_OTHER asks for these two.
extern "C" int sqlite3_os_init() {
  return sqlite3_vfs_register(&ferrite::opfs_vfs, /*makeDflt=*/1);
}

extern "C" int sqlite3_os_end() { return SQLITE_OK; }
