// Ferrite's own tables (core/doc/store.md): made in a new file, recognised in
// an old one.
#ifndef FERRITE_CORE_SRC_STORE_SCHEMA_H_
#define FERRITE_CORE_SRC_STORE_SCHEMA_H_

#include "ferrite/store.h"

namespace ferrite::internal {

// The application_id of bundles, which are not stores.
inline constexpr int64_t kBundleApplicationId = 0x46655242;

// Checks that the file is one that this version may write to, before anything
// is written, and creates what it lacks.
Result<void> PrepareSchema(Store* store, const Store::Options& options);

// The single integer that a statement gives.
Result<int64_t> QueryInteger(Store* store, std::string_view sql);

// The CREATE text of what has this name in any case, if anything has. Text is
// empty for what SQLite made itself.
Result<std::optional<std::string>> CreateTextOf(Store* store,
                                                const std::string& name);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_STORE_SCHEMA_H_
