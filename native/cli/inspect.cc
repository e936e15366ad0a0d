// ferrite inspect: what a file is, then what is in it.
#include "native/cli/inspect.h"

#include <fmt/format.h>

#include <fstream>
#include <utility>

#include "native/cli/commands.h"
#include "native/cli/container_file.h"
#include "native/cli/plain_file.h"
#include "native/cli/sqlite_file.h"

namespace ferrite {
namespace {

constexpr uint32_t kBundleApplicationId = 0x46655242;  // "FeRB"

// The application id stands in the header's bytes 68 to 71, so that even a
// bundle that is cut short is known for one.
bool CallsItselfBundle(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  unsigned char header[72] = {};
  if (!file.read(reinterpret_cast<char*>(header), sizeof header)) return false;
  uint32_t id = 0;
  for (int i = 68; i < 72; ++i) id = id << 8 | header[i];
  return id == kBundleApplicationId &&
         std::string_view(reinterpret_cast<char*>(header), 15) ==
             "SQLite format 3";
}

}  // namespace

Result<int> Inspect(const InspectOptions& options, const Console& console) {
  const std::string& path = options.file;
  // A store has no key, and is not looked at through a container.
  if (IsContainer(path) || CallsItselfBundle(path)) {
    Result<PlainFile> plain = PlainFile::Open(path, options.key);
    if (!plain.ok()) return std::move(plain).error();
    return InspectBundle(path, plain->path(), console);
  }
  Result<std::unique_ptr<SqliteFile>> file = SqliteFile::Open(path);
  if (!file.ok()) {
    Error error = std::move(file).error();
    if (error.code == ErrorCode::kStoreForeign) {
      error.message = Printable(path) +
                      " is no SQLite file, so it is neither "
                      "a bundle nor a store.";
      error.hint = "A bundle comes from exportBundle(), a store from migrate.";
    }
    return error;
  }
  Result<bool> is_server = (*file)->HasTable("ferrite_push_ledger");
  if (!is_server.ok()) return std::move(is_server).error();
  if (*is_server) return InspectServerStore(path, file->get(), console);
  Result<bool> is_store = (*file)->HasTable("ferrite_meta");
  if (!is_store.ok()) return std::move(is_store).error();
  if (*is_store) {
    file->reset();
    return InspectStore(path, console);
  }
  return Error{
      ErrorCode::kStoreForeign,
      Printable(path) + " is a SQLite database without Ferrite's tables.",
      "A bundle comes from exportBundle(), a store from migrate.", ""};
}

}  // namespace ferrite
