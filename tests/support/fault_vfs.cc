#include "tests/support/fault_vfs.h"

#include <string>

#include "tests/support/allocation_faults.h"

namespace ferrite::testing {
namespace {

using Kind = DiskChange::Kind;
// The disk's memory is not the engine's.
using Unwatched = AllocationFaults::Unwatched;

// A file that has no name is on no disk.
struct Handle {
  FaultVfs* vfs;
  std::string name;
  FaultFile own;

  FaultFile& file() { return name.empty() ? own : *vfs->disk.Find(name); }
  int Apply(DiskChange change) {
    if (const int fault = vfs->faults.Change()) return fault;
    if (name.empty()) {
      own.Apply(change);
    } else {
      vfs->Apply(name, change);
    }
    return SQLITE_OK;
  }
};

// What SQLite sees as an open file.
struct OpenFile {
  sqlite3_file base;  // first: SQLite's pointers are to it
  Handle* handle;
};

Handle& Opened(sqlite3_file* file) {
  return *reinterpret_cast<OpenFile*>(file)->handle;
}

FaultVfs& Vfs(sqlite3_vfs* vfs) {
  return *static_cast<FaultVfs*>(vfs->pAppData);
}

int Close(sqlite3_file* file) {
  const Unwatched unwatched;
  delete reinterpret_cast<OpenFile*>(file)->handle;
  return SQLITE_OK;
}

int Read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  const Unwatched unwatched;
  Handle& handle = Opened(file);
  if (const int fault = handle.vfs->faults.Read()) return fault;
  const auto wanted = static_cast<size_t>(size);
  const size_t read =
      handle.file().Read(offset, static_cast<uint8_t*>(out), wanted);
  return read == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int Write(sqlite3_file* file, const void* data, int size,
          sqlite3_int64 offset) {
  const Unwatched unwatched;
  const auto* bytes = static_cast<const uint8_t*>(data);
  return Opened(file).Apply(
      {Kind::kWrite, offset, ByteBuffer(bytes, bytes + size), false});
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  const Unwatched unwatched;
  return Opened(file).Apply({Kind::kTruncate, size, {}, false});
}

int Sync(sqlite3_file* file, int) {
  const Unwatched unwatched;
  return Opened(file).Apply({Kind::kSync, 0, {}, false});
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  const Unwatched unwatched;
  Handle& handle = Opened(file);
  if (const int fault = handle.vfs->faults.Other()) return fault;
  *size = handle.file().size();
  return SQLITE_OK;
}

// One connection at a time: there is nobody to lock out.
int Lock(sqlite3_file* file, int) { return Opened(file).vfs->faults.Other(); }

// SQLite takes no error from it.
int Unlock(sqlite3_file*, int) { return SQLITE_OK; }

int CheckReservedLock(sqlite3_file* file, int* is_locked) {
  *is_locked = 0;
  return Opened(file).vfs->faults.Other();
}

int FileControl(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int SectorSize(sqlite3_file*) { return 512; }
// No promises: SQLite must assume the worst of this disk.
int DeviceCharacteristics(sqlite3_file*) { return 0; }

const sqlite3_io_methods kMethods = [] {
  sqlite3_io_methods methods = {};
  methods.iVersion = 1;
  methods.xClose = Close;
  methods.xRead = Read;
  methods.xWrite = Write;
  methods.xTruncate = Truncate;
  methods.xSync = Sync;
  methods.xFileSize = FileSize;
  methods.xLock = Lock;
  methods.xUnlock = Unlock;
  methods.xCheckReservedLock = CheckReservedLock;
  methods.xFileControl = FileControl;
  methods.xSectorSize = SectorSize;
  methods.xDeviceCharacteristics = DeviceCharacteristics;
  return methods;
}();

int Open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags,
         int* out_flags) {
  const Unwatched unwatched;
  FaultVfs& fault_vfs = Vfs(vfs);
  file->pMethods = nullptr;
  if (const int fault = fault_vfs.faults.Other()) {
    // As a VFS says that it cannot open something.
    return fault == SQLITE_IOERR ? SQLITE_CANTOPEN : fault;
  }
  if (name != nullptr) {
    const FaultFile* found = fault_vfs.disk.Find(name);
    if (found == nullptr || !found->is_there()) {
      if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
      fault_vfs.Apply(name, {Kind::kCreate, 0, {}, false});
    }
  }
  reinterpret_cast<OpenFile*>(file)->handle =
      new Handle{&fault_vfs, name == nullptr ? "" : name, {}};
  file->pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs* vfs, const char* name, int is_synced) {
  const Unwatched unwatched;
  FaultVfs& fault_vfs = Vfs(vfs);
  if (const int fault = fault_vfs.faults.Change()) return fault;
  const FaultFile* file = fault_vfs.disk.Find(name);
  if (file == nullptr || !file->is_there()) return SQLITE_IOERR_DELETE_NOENT;
  fault_vfs.Apply(name, {Kind::kDelete, 0, {}, is_synced != 0});
  return SQLITE_OK;
}

int Access(sqlite3_vfs* vfs, const char* name, int, int* is_there) {
  const Unwatched unwatched;
  FaultVfs& fault_vfs = Vfs(vfs);
  if (const int fault = fault_vfs.faults.Other()) return fault;
  const FaultFile* file = fault_vfs.disk.Find(name);
  *is_there = file != nullptr && file->is_there() ? 1 : 0;
  return SQLITE_OK;
}

int FullPathname(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int Randomness(sqlite3_vfs* vfs, int size, char* out) {
  sqlite3_vfs* host = Vfs(vfs).host();
  return host->xRandomness(host, size, out);
}

int Sleep(sqlite3_vfs*, int) { return 0; }

int CurrentTime(sqlite3_vfs* vfs, double* now) {
  sqlite3_vfs* host = Vfs(vfs).host();
  return host->xCurrentTime(host, now);
}

int LastError(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

FaultVfs::FaultVfs() : host_(sqlite3_vfs_find(nullptr)), vfs_{} {
  vfs_.iVersion = 1;
  vfs_.szOsFile = sizeof(OpenFile);
  vfs_.mxPathname = 512;
  vfs_.zName = kName;
  vfs_.pAppData = this;
  vfs_.xOpen = Open;
  vfs_.xDelete = Delete;
  vfs_.xAccess = Access;
  vfs_.xFullPathname = FullPathname;
  vfs_.xRandomness = Randomness;
  vfs_.xSleep = Sleep;
  vfs_.xCurrentTime = CurrentTime;
  vfs_.xGetLastError = LastError;
  sqlite3_vfs_register(&vfs_, /*makeDflt=*/0);
}

FaultVfs::~FaultVfs() { sqlite3_vfs_unregister(&vfs_); }

void FaultVfs::PowerCut(Unsynced unsynced, uint32_t seed) {
  faults.Clear();
  disk.PowerCut(unsynced, seed);
}

void FaultVfs::Format() {
  faults.Clear();
  disk = {};
}

void FaultVfs::Apply(const std::string& name, const DiskChange& change) {
  disk.Apply(name, change);
  if (on_change) on_change(name, change);
}

}  // namespace ferrite::testing
