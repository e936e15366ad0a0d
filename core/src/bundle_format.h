// The bundle's tables and marks: core/doc/bundle.md.
#ifndef FERRITE_CORE_SRC_BUNDLE_FORMAT_H_
#define FERRITE_CORE_SRC_BUNDLE_FORMAT_H_

#include <cstdint>

#include "ferrite/bytes.h"
#include "ferrite/error.h"
#include "ferrite/hash.h"
#include "ferrite/store.h"

namespace ferrite::internal {

inline constexpr int64_t kBundleVersion = 3;
// Read as well: has neither bundle_structure nor bundle_record.raw.
inline constexpr int64_t kOldestBundleVersion = 2;

// Beside kBundleApplicationId and kBundleVersion in the file's header.
inline constexpr char kBundleTables[] = R"sql(
CREATE TABLE bundle_source(
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, status TEXT NOT NULL,
  records INTEGER NOT NULL, info TEXT NOT NULL);
CREATE TABLE bundle_left_out(
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, selection TEXT NOT NULL,
  reason TEXT NOT NULL, records INTEGER NOT NULL);
CREATE TABLE bundle_record(
  source INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, raw BLOB,
  PRIMARY KEY(source, key)) WITHOUT ROWID;
CREATE TABLE bundle_structure(
  id INTEGER PRIMARY KEY, structure TEXT NOT NULL);
CREATE TABLE bundle_meta(
  key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
)sql";

// Hashes records one after the other; their sum is the bundle's hash.
class BundleHasher {
 public:
  // A value without a canonical form (it names a property twice) is hashed as
  // it is: one such record must not keep the others out of the bundle. `raw`
  // is the encoded key where the sortable one is not all of it, else empty.
  Hash128 Hash(Bytes sortable_key, Bytes value, Bytes raw);

 private:
  Canonicalizer canonicalizer_;
  ByteBuffer scratch_;
};

// The sortable form makes 0 of -0, which IndexedDB keeps apart when it gives a
// key back: whether this encoded key holds a -0, or bytes that look like one.
bool MayHoldNegativeZero(Bytes key);

// The hash of what a bundle of that version says about its sources, which the
// records' hash does not cover: created_at, the rows of bundle_source, of
// bundle_left_out and of bundle_structure.
Result<Hash128> HashSources(Store* file, int64_t version);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_BUNDLE_FORMAT_H_
