#include "tests/support/fault_vfs.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <utility>

namespace ferrite::testing {
namespace {

// What SQLite sees as an open file.
struct OpenFile {
  sqlite3_file base;  // first: SQLite's pointers are to it
  FaultVfs* vfs;
  std::shared_ptr<FaultFile>* file;
};

OpenFile& Opened(sqlite3_file* file) {
  return *reinterpret_cast<OpenFile*>(file);
}

FaultVfs& Vfs(sqlite3_vfs* vfs) {
  return *static_cast<FaultVfs*>(vfs->pAppData);
}

int Close(sqlite3_file* file) {
  delete Opened(file).file;
  return SQLITE_OK;
}

int Read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  OpenFile& opened = Opened(file);
  if (const int fault = opened.vfs->faults.Read()) return fault;
  const auto wanted = static_cast<size_t>(size);
  const size_t read =
      (*opened.file)->Read(offset, static_cast<uint8_t*>(out), wanted);
  return read == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int Write(sqlite3_file* file, const void* data, int size,
          sqlite3_int64 offset) {
  OpenFile& opened = Opened(file);
  if (const int fault = opened.vfs->faults.Change()) return fault;
  (*opened.file)
      ->Write(offset,
              {static_cast<const uint8_t*>(data), static_cast<size_t>(size)});
  return SQLITE_OK;
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  OpenFile& opened = Opened(file);
  if (const int fault = opened.vfs->faults.Change()) return fault;
  (*opened.file)->Truncate(size);
  return SQLITE_OK;
}

int Sync(sqlite3_file* file, int) {
  OpenFile& opened = Opened(file);
  if (const int fault = opened.vfs->faults.Change()) return fault;
  (*opened.file)->Sync();
  return SQLITE_OK;
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  OpenFile& opened = Opened(file);
  if (const int fault = opened.vfs->faults.Other()) return fault;
  *size = (*opened.file)->size();
  return SQLITE_OK;
}

// One connection at a time: there is nobody to lock out.
int Lock(sqlite3_file*, int) { return SQLITE_OK; }

int CheckReservedLock(sqlite3_file*, int* is_locked) {
  *is_locked = 0;
  return SQLITE_OK;
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
  methods.xUnlock = Lock;
  methods.xCheckReservedLock = CheckReservedLock;
  methods.xFileControl = FileControl;
  methods.xSectorSize = SectorSize;
  methods.xDeviceCharacteristics = DeviceCharacteristics;
  return methods;
}();

int Open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags,
         int* out_flags) {
  FaultVfs& fault_vfs = Vfs(vfs);
  OpenFile& opened = Opened(file);
  opened.base.pMethods = nullptr;
  if (fault_vfs.faults.Other() != SQLITE_OK) return SQLITE_CANTOPEN;
  std::shared_ptr<FaultFile> found = name == nullptr
                                         ? std::make_shared<FaultFile>()
                                         : fault_vfs.FindOrAdd(name);
  if (!found->is_there()) {
    if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    found->Create();
  }
  opened.vfs = &fault_vfs;
  opened.file = new std::shared_ptr<FaultFile>(std::move(found));
  opened.base.pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs* vfs, const char* name, int is_synced) {
  FaultVfs& fault_vfs = Vfs(vfs);
  if (const int fault = fault_vfs.faults.Change()) return fault;
  const std::shared_ptr<FaultFile> file = fault_vfs.Find(name);
  if (file == nullptr || !file->is_there()) return SQLITE_IOERR_DELETE_NOENT;
  file->Delete(is_synced != 0);
  return SQLITE_OK;
}

int Access(sqlite3_vfs* vfs, const char* name, int, int* is_there) {
  FaultVfs& fault_vfs = Vfs(vfs);
  if (const int fault = fault_vfs.faults.Other()) return fault;
  const std::shared_ptr<FaultFile> file = fault_vfs.Find(name);
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

void FaultPlan::FailChange(uint64_t number, int result) {
  failing_change_ = changes_ + number;
  result_ = result;
}

void FaultPlan::FailRead(uint64_t number, int result) {
  failing_read_ = reads_ + number;
  result_ = result;
}

void FaultPlan::StopAtChange(uint64_t number) {
  stopping_change_ = changes_ + number;
}

int FaultPlan::Change() {
  ++changes_;
  if (changes_ == stopping_change_) stopped_ = struck_ = true;
  if (stopped_) return SQLITE_IOERR;
  if (changes_ != failing_change_) return SQLITE_OK;
  struck_ = true;
  return result_;
}

int FaultPlan::Read() {
  ++reads_;
  if (stopped_) return SQLITE_IOERR_READ;
  if (reads_ != failing_read_) return SQLITE_OK;
  struck_ = true;
  return result_;
}

size_t FaultFile::Read(int64_t offset, uint8_t* out, size_t size) const {
  const auto from = std::min(static_cast<size_t>(offset), seen_.size());
  const size_t read = std::min(size, seen_.size() - from);
  if (read > 0) std::memcpy(out, seen_.data() + from, read);
  std::memset(out + read, 0, size - read);
  return read;
}

void FaultFile::Write(int64_t offset, Bytes bytes) {
  Change change{offset, false, ByteBuffer(bytes.begin(), bytes.end())};
  Redo(change);
  unsynced_.push_back(std::move(change));
}

void FaultFile::Truncate(int64_t size) {
  Change change{size, true, {}};
  Redo(change);
  unsynced_.push_back(std::move(change));
}

void FaultFile::Redo(const Change& change) {
  const auto offset = static_cast<size_t>(change.offset);
  if (change.is_truncate) {
    seen_.resize(offset);
    return;
  }
  seen_.resize(std::max(seen_.size(), offset + change.bytes.size()));
  std::copy(change.bytes.begin(), change.bytes.end(),
            seen_.begin() + static_cast<ptrdiff_t>(offset));
}

void FaultFile::Sync() {
  synced_ = seen_;
  unsynced_.clear();
  is_synced_ = true;
}

void FaultFile::Delete(bool is_synced) {
  is_there_ = false;
  seen_.clear();
  unsynced_.clear();
  if (!is_synced) return;
  synced_.clear();
  is_synced_ = false;
}

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
  std::mt19937 random(seed);
  const auto keep = [&] {
    return unsynced == Unsynced::kKept ||
           (unsynced == Unsynced::kSome && random() % 2 == 0);
  };
  for (auto& [name, file] : files_) {
    const bool was_there = file->is_there();
    file->PowerCut(keep);
    if (unsynced == Unsynced::kKept && was_there) file->Create();
  }
}

void FaultVfs::Format() {
  faults.Clear();
  files_.clear();
}

std::shared_ptr<FaultFile> FaultVfs::Find(const std::string& name) const {
  const auto found = files_.find(name);
  return found == files_.end() ? nullptr : found->second;
}

std::shared_ptr<FaultFile> FaultVfs::FindOrAdd(const std::string& name) {
  std::shared_ptr<FaultFile>& file = files_[name];
  if (file == nullptr) file = std::make_shared<FaultFile>();
  return file;
}

}  // namespace ferrite::testing
