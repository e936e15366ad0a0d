// The bundle's tables and marks: core/doc/bundle.md.
#ifndef FERRITE_CORE_SRC_BUNDLE_FORMAT_H_
#define FERRITE_CORE_SRC_BUNDLE_FORMAT_H_

#include <cstdint>

#include "ferrite/bytes.h"
#include "ferrite/error.h"
#include "ferrite/hash.h"
#include "ferrite/store.h"

namespace ferrite::internal {

inline constexpr int64_t kBundleVersion = 2;

// Beside kBundleApplicationId and kBundleVersion in the file's header.
inline constexpr char kBundleTables[] = R"sql(
CREATE TABLE bundle_source(
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, status TEXT NOT NULL,
  records INTEGER NOT NULL, info TEXT NOT NULL);
CREATE TABLE bundle_left_out(
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, selection TEXT NOT NULL,
  reason TEXT NOT NULL, records INTEGER NOT NULL);
CREATE TABLE bundle_record(
  source INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY(source, key)) WITHOUT ROWID;
CREATE TABLE bundle_meta(
  key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
)sql";

// Hashes records one after the other; their sum is the bundle's hash.
class BundleHasher {
 public:
  // A value without a canonical form (it names a property twice) is hashed as
  // it is: one such record must not keep the others out of the bundle.
  Hash128 Hash(Bytes sortable_key, Bytes value);

 private:
  Canonicalizer canonicalizer_;
  ByteBuffer scratch_;
};

// The hash of what the bundle says about its sources, which the records' hash
// does not cover: created_at, the rows of bundle_source and of bundle_left_out.
Result<Hash128> HashSources(Store* file);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_BUNDLE_FORMAT_H_
