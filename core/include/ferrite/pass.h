// Pass: one walk over the sources, driven by the host.
//
// The core decides what comes next and the host only fetches it:
//
//   while (pass->step().kind != StepKind::kDone) {
//     if (pass->step().kind == StepKind::kRead)
//       read records of step().source behind step().after, up to
//       step().max_bytes of encoded records or step().max_records, and Apply()
//       them in one call, then say with Took() how long that was;
//     else
//       Work();
//   }
//
// A batch is a CBOR sequence of records, each an array of two items: the key
// and the value, in key order. Apply is one transaction: rows, ledger and
// checkpoint are committed together or not at all. After an error the pass
// stands where it stood before the call and may be called again; destroying it
// at any time loses nothing that was committed.
//
// A migration finds the records at fault in a batch that fails by applying it
// piece by piece. When that ends in an error after all, step() stands behind
// the last piece that was committed. A host that gets an error of nature
// kRecord and sees that step() moved reads on from there; the same batch may
// be handed over again, too.
//
// A host that reads ahead may do so: the batch after this one starts behind
// the last key it handed over, and behind a source's last batch come those of
// step().then. What step() says in its turn is what counts. A host with threads
// may have batches prepared meanwhile (ferrite/preparer.h).
//
// Where step().since is not empty, a host that knows of a record that it is as
// it was may hand over an array of one item instead, the key. It looks at
// step() behind each Apply then: when `since` is gone, the pass wants the
// records themselves, and reading begins anew behind step().after, which may
// lie within the last batch.
//
// Not thread-safe. The Store must outlive the pass.
#ifndef FERRITE_PASS_H_
#define FERRITE_PASS_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/bytes.h"
#include "ferrite/error.h"
#include "ferrite/plan.h"
#include "ferrite/preparer.h"

namespace ferrite {

// Records of a source that were left out on purpose when it was brought here:
// what a plan excluded from a bundle.
struct LeftOut {
  Match match = Match::kAll;
  std::string text;    // as Selection::text
  std::string reason;  // as Exclusion::reason
  uint64_t records = 0;
};

// What the host found when it looked at a source before the pass began.
// "Absent", "empty", "blocked" and "unreadable" are four different answers.
struct SourceState {
  enum class Status { kReady, kEmpty, kAbsent, kBlocked, kUnreadable };
  Source source;
  Status status = Status::kReady;
  uint64_t records = 0;
  // Facts the host knows, as JSON for reports and bundles: keyPath,
  // autoIncrement, version, indexes. The core reads keyPath only.
  std::string info = "{}";
  std::string message;  // why it is blocked or unreadable
  // What this host does not hand over although the source held it: a bundle's.
  // `records` does not count it.
  std::vector<LeftOut> left_out = {};
  // How far the changes of its records reach at this look, in words that are
  // the host's own; empty: it cannot tell.
  std::string watermark = "";

  // A JSON array of {"source":{…},"status":"ready","records":1,"info":{…},
  // "message":"…","watermark":"…"}, as hosts hand it over. kInvalidArgument
  // when it is not.
  static Result<std::vector<SourceState>> ParseList(std::string_view json);
};

enum class StepKind { kRead, kWork, kDone };

struct Step {
  StepKind kind = StepKind::kDone;
  size_t source = 0;  // index into the list of SourceStates the pass began with
  Bytes after;        // encoded key; empty: from the first record on
  // Records to pass over behind `after` before reading; passes that sample ask
  // for it. The batch is the `last` one when none is left behind them. A pass
  // that samples may leave a source before its last batch.
  uint64_t skip = 0;
  // Not empty: the SourceState::watermark of the migration that this one brings
  // up to date. Records that were not changed since are known.
  std::string_view since;
  uint32_t max_bytes = 0;
  uint32_t max_records = 0;  // 0: as many as the bytes allow
  // The sources that are read behind this one with nothing between, in their
  // order; a pass that cannot tell gives none.
  std::span<const size_t> then;
};

struct Progress {
  std::string_view stage;  // "survey", "copy", "relations", "index",
                           // "reconcile", "verify", "export", "infer", "done"
  size_t source = 0;       // as Step::source
  uint64_t current = 0;    // records handled, over all sources
  uint64_t total = 0;      // records expected, over all sources; in the
                           // stages between "copy" and "done" both count rows
                           // of the tables
  uint64_t bytes = 0;      // encoded bytes handled
  uint64_t failed = 0;     // records in the ledger, or differences found
};

// What a batch is to take by default, in ms. A cancellation is to be answered
// within 100 ms, and a batch is not interrupted; smaller ones cost speed
// (core/doc/decisions/0007-pace.md has the figures).
constexpr double kBatchTargetMs = 32;

class Pass {
 public:
  virtual ~Pass() = default;

  // Views inside are valid until the next call that is not const.
  virtual Step step() const = 0;

  // `last` says that the source has no record behind this batch; the batch may
  // be empty then. `now` is milliseconds since the epoch, from the host: the
  // core has no clock.
  virtual Result<void> Apply(Bytes batch, bool last, int64_t now) = 0;

  // One for each thread that is to prepare batches; null when the pass has no
  // use for it. The pass must outlive it.
  virtual std::unique_ptr<Preparer> MakePreparer() const { return nullptr; }

  // As Apply of the same bytes, in less time.
  virtual Result<void> ApplyPrepared(const PreparedBatch& batch, bool last,
                                     int64_t now) {
    return Apply(batch.bytes(), last, now);
  }

  // How long the last Apply took, in ms: what step().max_bytes asks for follows
  // it. Hosts without a clock need not call it; batches then keep their size.
  virtual void Took(double ms) { (void)ms; }

  // One bounded slice (some milliseconds) of work that needs no source.
  virtual Result<void> Work(int64_t now) = 0;

  virtual Progress progress() const = 0;

  // The report so far, as JSON (core/schema/report.schema.json).
  virtual std::string ReportJson() const = 0;
};

}  // namespace ferrite

#endif  // FERRITE_PASS_H_
