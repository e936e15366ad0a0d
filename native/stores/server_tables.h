// ServerTables: the clients' tables in a server's SQLite file.
//
// Each has the column _tenant before its own, at the head of its primary key.
#ifndef FERRITE_NATIVE_STORES_SERVER_TABLES_H_
#define FERRITE_NATIVE_STORES_SERVER_TABLES_H_

#include <map>
#include <string>
#include <string_view>

#include "ferrite/push.h"
#include "ferrite/store.h"

namespace ferrite {

class ServerTables {
 public:
  explicit ServerTables(Store* store) : store_(store) {}

  // Applies every change of the push; the number of rows.
  Result<uint64_t> Apply(std::string_view tenant, PushReader* push);

  // Must be called after a rollback: tables that were created are gone.
  void Forget() { open_.clear(); }

 private:
  struct OpenTable {
    ByteBuffer schema;
    Statement upsert;
  };

  // The table's upsert, after its schema was compared; creates the table that
  // no push has named before.
  Result<OpenTable*> Open(const PushReader& push);
  Result<void> Create(const PushReader& push);
  Result<void> ApplyRows(std::string_view tenant, Statement* upsert,
                         uint64_t change, PushReader* push);

  Store* store_;
  std::map<std::string, OpenTable, std::less<>> open_;
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_STORES_SERVER_TABLES_H_
