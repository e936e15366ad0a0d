// ServerStore: where a server keeps what clients push to it.
//
// One implementation per database; each keeps the ledger rule of
// core/doc/sync-protocol.md: a push's ledger row is read, decided on and
// advanced in the transaction that applies its rows.
//
// Not thread-safe: one thread calls Apply.
#ifndef FERRITE_NATIVE_STORES_SERVER_STORE_H_
#define FERRITE_NATIVE_STORES_SERVER_STORE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/bytes.h"
#include "ferrite/error.h"
#include "ferrite/push.h"

namespace ferrite {

struct IncomingPush {
  std::string_view tenant;  // from the token, never from the body
  Bytes body;
};

class ServerStore {
 public:
  virtual ~ServerStore() = default;

  // Takes pushes that waited together, in one transaction: one answer for
  // each, in order, durable when this returns. A push that is refused leaves
  // none of its rows and does not touch the others. After an Error nothing was
  // committed, and all of them may be tried again.
  virtual Result<std::vector<PushAnswer>> Apply(
      std::span<const IncomingPush> pushes, int64_t now) = 0;
};

// A SQLite file in WAL mode with synchronous=FULL, created when it is missing.
Result<std::unique_ptr<ServerStore>> OpenSqliteServerStore(
    const std::string& path);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_STORES_SERVER_STORE_H_
