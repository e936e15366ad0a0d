// Bundle: one SQLite file that holds the sources' records as they were.
//
// The browser writes it (BeginBundle is a pass like any other), the native
// twin reads it (BundleReader is a host for any pass). core/doc/bundle.md is
// the format: application_id, tables, and the closing mark that tells a
// complete bundle from one that was cut short.
#ifndef FERRITE_BUNDLE_H_
#define FERRITE_BUNDLE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ferrite/pass.h"
#include "ferrite/store.h"

namespace ferrite {

// The pass that writes the sources' records into the file at `path`, which
// must not exist or be empty. The pass owns the file and closes it when done.
//
// What a plan excludes never gets into the file, which says how many records
// of which source that were, and why. The exclusions' `source` is an index into
// `sources`; a source that is excluded as a whole is not read.
//
// `structure` is for a snapshot, from which the sources can be built again:
// JSON texts that the host writes and reads (core/doc/bundle.md), kept as they
// are.
Result<std::unique_ptr<Pass>> BeginBundle(
    const std::string& path, const Store::Options& options,
    std::vector<SourceState> sources, std::vector<Exclusion> excluded,
    int64_t now, std::vector<std::string> structure = {});

class BundleReader {
 public:
  // kBundleForeign when the file is no bundle or a newer one;
  // kBundleTruncated when it is damaged, cut short or was never completed.
  // Checked before anything is handed over: header, page count, SQLite's own
  // quick_check, closing mark, each source's record count, and the hashes of
  // records and sources; so it reads the whole file.
  // `vfs`: SQLite's name of it, empty for the default.
  static Result<std::unique_ptr<BundleReader>> Open(
      const std::string& path, const std::string& vfs = "");
  ~BundleReader();

  // With what was left out of each: SourceState::left_out.
  const std::vector<SourceState>& sources() const { return sources_; }

  // As BeginBundle was given it; empty where the bundle is no snapshot.
  const std::vector<std::string>& structure() const { return structure_; }

  // Hex of the hash over what it says about its sources, then of the one over
  // its records: two bundles with one identity hold the same.
  const std::string& identity() const { return identity_; }

  // The states for the plan's sources, in the plan's order; a source that the
  // bundle does not hold is kAbsent.
  std::vector<SourceState> StatesFor(const std::vector<Source>& wanted) const;

  // Fills `batch` with the records of `source` that `step` asks for, of which
  // its `source` is not looked at: until max_bytes or max_records is reached,
  // at least one record unless there is none. `last` is set when none follows.
  Result<void> Read(const Source& source, const Step& step, Writer* batch,
                    bool* last);
  // The encoded key of the last record that Read gave, behind which the next
  // one begins; valid until then.
  Bytes last_key() const { return last_key_; }

 private:
  struct State;
  BundleReader();
  std::unique_ptr<State> state_;
  std::vector<SourceState> sources_;
  std::vector<std::string> structure_;
  std::string identity_;
  ByteBuffer last_key_;
};

// Where DrivePass has batches from.
class BatchFeed {
 public:
  struct Batch {
    Bytes bytes;
    bool last = false;
    const PreparedBatch* prepared = nullptr;  // of these bytes; null: it is not
  };
  virtual ~BatchFeed() = default;
  // The records that a kRead step asks for, as BundleReader::Read gives them;
  // valid until the next call.
  virtual Result<Batch> Next(const Step& step) = 0;
};

// Drives `pass` to its end. `on_progress` is called after each call into the
// pass; returning false cancels (kCancelled; what was committed stays).
Result<void> DrivePass(BatchFeed* feed, Pass* pass,
                       const std::function<int64_t()>& now,
                       const std::function<bool(const Progress&)>& on_progress);

// With the bundle's records, each batch read when it is asked for. `sources`
// are the states the pass began with.
Result<void> DrivePass(BundleReader* bundle,
                       const std::vector<SourceState>& sources, Pass* pass,
                       const std::function<int64_t()>& now,
                       const std::function<bool(const Progress&)>& on_progress);

}  // namespace ferrite

#endif  // FERRITE_BUNDLE_H_
