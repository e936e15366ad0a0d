// OPFS VFS: SQLite's files over handles that the worker opened beforehand.
//
// Registered as "ferrite-opfs", the default VFS of the browser module, when
// SQLite initialises itself (sqlite3_os_init).
//
// Handles. Opening one is asynchronous and SQLite is not, so before
// sqlite3_open the worker puts into the module
//
//   Module.ferriteFiles: Map<string, Handle>
//
// for every file SQLite may touch: the database and its "-journal". The names
// are the plain OPFS file names, so other SQLite builds can open the file. A
// Handle is a FileSystemSyncAccessHandle or anything with its read, write,
// truncate, getSize and flush. The worker owns the handles: this VFS never
// closes one, and the worker must not use or close one while SQLite has the
// file open. A name that is not in the map cannot be opened
// (SQLITE_CANTOPEN). When a handle throws, Module.ferriteFileError holds
// { name, operation, cause }.
//
// Existence. OPFS entries stay where they are: a file exists if and only if
// it is longer than zero bytes, and deleting one truncates it to zero and
// flushes, because an emptied journal is what makes a commit final.
//
// Writes. Contiguous or overlapping writes are collected, up to 1 MiB per
// file, and reach the handle at the next write elsewhere, at xSync or at
// xClose. Reads see them at once. A collected write that the handle refuses is
// kept and tried again; only xTruncate, xDelete and xClose discard it. SQLite
// may roll back one statement after SQLITE_FULL and carry on, so bytes it was
// told are written must never vanish.
//
// Errors. A write of any other length than asked, and a QuotaExceededError,
// is SQLITE_FULL; any other exception is the SQLITE_IOERR_* of the operation.
// A read past the end fills with zeros and says SQLITE_IOERR_SHORT_READ.
//
// Limits. One connection: a second open of the same name is SQLITE_BUSY, and
// locks are no-ops, since a sync access handle is exclusive by itself. No
// temporary files (temp_store stays in memory) and no super-journal, so a
// transaction over two attached databases needs journal_mode=MEMORY or OFF.
// WAL works only with locking_mode=EXCLUSIVE and a "-wal" handle.
//
// Threads: one, the worker's.
#ifndef FERRITE_WASM_OPFS_VFS_H_
#define FERRITE_WASM_OPFS_VFS_H_

namespace ferrite {

inline constexpr char kOpfsVfsName[] = "ferrite-opfs";

// Most bytes held back per file.
inline constexpr int kOpfsVfsBufferSize = 1 << 20;

}  // namespace ferrite

#endif  // FERRITE_WASM_OPFS_VFS_H_
