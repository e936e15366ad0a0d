// The VFS as the contract suite sees it. Numbers named `rc` are SQLite result
// codes.
#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "sqlite3.h"
#include "wasm/opfs_vfs.h"

namespace {

using ::emscripten::val;

sqlite3_vfs* Vfs() {
  sqlite3_initialize();
  return sqlite3_vfs_find(ferrite::kOpfsVfsName);
}

val Uint8ArrayOf(const std::vector<unsigned char>& bytes) {
  return val::global("Uint8Array")
      .new_(emscripten::typed_memory_view(bytes.size(), bytes.data()));
}

// A file opened through the VFS itself, without a database around it.
class VfsFile {
 public:
  explicit VfsFile(const std::string& name)
      : name_(name), memory_(new char[Vfs()->szOsFile]) {
    open_rc_ = Vfs()->xOpen(
        Vfs(), name_.c_str(), file(),
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_DB,
        nullptr);
  }

  int OpenCode() const { return open_rc_; }
  int Close() { return methods()->xClose(file()); }

  val Read(int amount, double offset) {
    // Filled with a pattern, so that a missing zero fill shows.
    std::vector<unsigned char> bytes(amount, 0xAA);
    const int rc = methods()->xRead(file(), bytes.data(), amount,
                                    static_cast<sqlite3_int64>(offset));
    val result = val::object();
    result.set("rc", rc);
    result.set("bytes", Uint8ArrayOf(bytes));
    return result;
  }

  int Write(const val& data, double offset) {
    const auto bytes =
        emscripten::convertJSArrayToNumberVector<unsigned char>(data);
    return methods()->xWrite(file(), bytes.data(),
                             static_cast<int>(bytes.size()),
                             static_cast<sqlite3_int64>(offset));
  }

  int Truncate(double size) {
    return methods()->xTruncate(file(), static_cast<sqlite3_int64>(size));
  }

  int Sync() { return methods()->xSync(file(), SQLITE_SYNC_NORMAL); }

  double Size() {
    sqlite3_int64 size = -1;
    methods()->xFileSize(file(), &size);
    return static_cast<double>(size);
  }

 private:
  sqlite3_file* file() {
    return reinterpret_cast<sqlite3_file*>(memory_.get());
  }
  const sqlite3_io_methods* methods() { return file()->pMethods; }

  std::string name_;
  std::unique_ptr<char[]> memory_;
  int open_rc_;
};

int DeleteFile(const std::string& name) {
  return Vfs()->xDelete(Vfs(), name.c_str(), 0);
}

bool FileExists(const std::string& name) {
  int exists = -1;
  Vfs()->xAccess(Vfs(), name.c_str(), SQLITE_ACCESS_EXISTS, &exists);
  return exists == 1;
}

double UnixMilliseconds() {
  sqlite3_int64 julian = 0;
  Vfs()->xCurrentTimeInt64(Vfs(), &julian);
  return static_cast<double>(julian - 210866760000000);
}

val RandomBytes(int size) {
  std::vector<unsigned char> bytes(size);
  Vfs()->xRandomness(Vfs(), size, reinterpret_cast<char*>(bytes.data()));
  return Uint8ArrayOf(bytes);
}

// A database connection through the default VFS.
class Database {
 public:
  explicit Database(const std::string& name) {
    open_rc_ = sqlite3_open(name.c_str(), &db_);
  }
  ~Database() { sqlite3_close(db_); }

  int OpenCode() const { return open_rc_; }
  int Close() {
    const int rc = sqlite3_close(db_);
    db_ = nullptr;
    return rc;
  }

  // {rc, message, rows}: rows as arrays of strings, of the last statement.
  val Execute(const std::string& sql) {
    val rows = val::array();
    const int rc = sqlite3_exec(db_, sql.c_str(), &AddRow, &rows, nullptr);
    val result = val::object();
    result.set("rc", sqlite3_extended_errcode(db_)
                         ? sqlite3_extended_errcode(db_)
                         : rc);
    result.set("message", std::string(sqlite3_errmsg(db_)));
    result.set("rows", rows);
    return result;
  }

 private:
  static int AddRow(void* rows, int columns, char** values, char**) {
    val row = val::array();
    for (int i = 0; i < columns; ++i) {
      row.call<void>("push",
                     values[i] ? val(std::string(values[i])) : val::null());
    }
    static_cast<val*>(rows)->call<void>("push", row);
    return 0;
  }

  sqlite3* db_ = nullptr;
  int open_rc_;
};

// An exception thrown and caught inside, which -fwasm-exceptions must carry.
bool CatchesExceptions() {
  try {
    throw std::runtime_error("caught");
  } catch (const std::exception& error) {
    return std::strcmp(error.what(), "caught") == 0;
  }
}

}  // namespace

EMSCRIPTEN_BINDINGS(vfs_module) {
  using namespace emscripten;
  class_<VfsFile>("VfsFile")
      .constructor<std::string>()
      .function("openCode", &VfsFile::OpenCode)
      .function("close", &VfsFile::Close)
      .function("read", &VfsFile::Read)
      .function("write", &VfsFile::Write)
      .function("truncate", &VfsFile::Truncate)
      .function("sync", &VfsFile::Sync)
      .function("size", &VfsFile::Size);
  class_<Database>("Database")
      .constructor<std::string>()
      .function("openCode", &Database::OpenCode)
      .function("execute", &Database::Execute)
      .function("close", &Database::Close);
  function("deleteFile", &DeleteFile);
  function("fileExists", &FileExists);
  function("unixMilliseconds", &UnixMilliseconds);
  function("randomBytes", &RandomBytes);
  function("catchesExceptions", &CatchesExceptions);
}
