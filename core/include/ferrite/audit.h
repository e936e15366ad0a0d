// Audit: who changed what, when and from where; never changed itself.
//
// Whatever changes a store appends an entry, in the transaction of the change.
// Triggers refuse to change or remove one, and SQL of the user
// (ferrite/query.h) cannot touch the table. Entries are chained: each holds the
// SHA-256 of the one before, and ferrite_meta the newest one's, so that an
// entry that was edited, removed or put in with another tool shows. The chain
// has no secret: it finds tampering, and cannot keep somebody who can write the
// file, and knows how it is made, from making a whole new one.
//
// Table ferrite_audit: core/doc/store.md. Use from the store's thread.
#ifndef FERRITE_AUDIT_H_
#define FERRITE_AUDIT_H_

#include <cstdint>
#include <string>

#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite {

// The person or program behind a command, as the host knows it.
struct Actor {
  std::string who = "app";
  std::string origin;  // from where: a page's origin, user@host
};

struct AuditEntry {
  int64_t at = 0;  // milliseconds since the epoch
  Actor actor;
  std::string action;          // "migration.begin", "history.import" …
  std::string target;          // what it was done to: a plan, a table, a file
  std::string details = "{}";  // a JSON object
};

// Inside the transaction that is open, or in one of its own.
Result<void> AppendAudit(Store* store, const AuditEntry& entry);

// Walks the whole chain: {"entries":12,"intact":true}, or
// {"entries":12,"intact":false,"broken":7,"message":"…"} with the id of the
// first entry that is not what was appended; 13 when the last ones are gone.
Result<std::string> CheckAudit(Store* store);

}  // namespace ferrite

#endif  // FERRITE_AUDIT_H_
