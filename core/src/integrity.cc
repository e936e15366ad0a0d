#include <string>

#include "ferrite/rollback.h"

namespace ferrite {

Result<void> CheckIntegrity(Store* store, bool quick) {
  Result<Statement> check = store->Prepare(quick ? "PRAGMA quick_check(1)"
                                                 : "PRAGMA integrity_check(1)");
  if (!check.ok()) return std::move(check).error();
  Result<bool> row = check->Step();
  if (!row.ok()) return std::move(row).error();
  const std::string found(check->Column(0).text());
  if (found == "ok") return {};
  return Error{ErrorCode::kStoreCorrupt,
               "The database is damaged. SQLite says: " + found + ".",
               "A backup from before brings the store back.", ""};
}

Result<void> CheckFileIntegrity(const std::string& path,
                                const std::string& vfs) {
  Store::Options options;
  options.vfs = vfs;
  options.create = false;
  options.read_only = true;
  Result<std::unique_ptr<Store>> file = Store::OpenPlain(path, options);
  if (!file.ok()) return std::move(file).error();
  return CheckIntegrity(file->get(), /*quick=*/false);
}

}  // namespace ferrite
