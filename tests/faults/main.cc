// The test program whose memory fails on order: operator new and SQLite's
// allocator ask AllocationFaults.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdlib>
#include <new>

#include "tests/support/allocation_faults.h"

using ferrite::testing::AllocationFaults;

namespace {

sqlite3_mem_methods g_sqlite;

void* SqliteMalloc(int size) {
  return AllocationFaults::Fails(true) ? nullptr : g_sqlite.xMalloc(size);
}

void* SqliteRealloc(void* memory, int size) {
  return AllocationFaults::Fails(true) ? nullptr
                                       : g_sqlite.xRealloc(memory, size);
}

bool ReplaceSqlitesMemory() {
  if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &g_sqlite) != SQLITE_OK) {
    return false;
  }
  sqlite3_mem_methods ours = g_sqlite;
  ours.xMalloc = SqliteMalloc;
  ours.xRealloc = SqliteRealloc;
  return sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) == SQLITE_OK;
}

void* Allocate(size_t size) {
  void* memory = AllocationFaults::Fails(false) ? nullptr : std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// The forms that are not here call these.
void* operator new(size_t size) { return Allocate(size == 0 ? 1 : size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (!ReplaceSqlitesMemory()) return 1;
  return RUN_ALL_TESTS();
}
