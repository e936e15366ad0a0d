// The store's push tables (core/doc/store.md, "Pushing to a server"), as
// values. Every function is one statement and belongs inside a transaction.
#ifndef FERRITE_SRC_PUSH_STATE_H_
#define FERRITE_SRC_PUSH_STATE_H_

#include <optional>
#include <string>

#include "ferrite/pusher.h"
#include "ferrite/store.h"
#include "push_tables.h"

namespace ferrite::internal {

struct PushState {
  std::string epoch;
  uint64_t sequence = 0;
  uint64_t pushes = 0;
  uint64_t rows = 0;
};

struct PushFlight {
  uint64_t sequence = 0;
  uint64_t rows = 0;
  ByteBuffer body;
};

Result<void> CreatePushTables(Store* store);
Result<bool> HasPushTables(Store* store);

Result<std::optional<PushState>> LoadPushState(Store* store);
Result<void> SavePushState(Store* store, const PushState& state, int64_t now);

Result<PushCursor> LoadPushCursor(Store* store, std::string_view table);
Result<void> SavePushCursor(Store* store, std::string_view table,
                            const PushCursor& cursor);

Result<std::optional<PushFlight>> LoadPushFlight(Store* store);
Result<void> SavePushFlight(Store* store, const PushFlight& flight,
                            int64_t now);

// Copies the flight to the refused pushes.
Result<void> KeepRefusedFlight(Store* store, std::string_view epoch,
                               const Error& reason, std::string_view code,
                               int64_t now);
Result<std::vector<RefusedPush>> LoadRefusedPushes(Store* store);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PUSH_STATE_H_
