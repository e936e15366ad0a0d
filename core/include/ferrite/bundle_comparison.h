// Whether the sources hold what a bundle holds: a pass that reads them and
// compares record by record.
//
// Two records are equal when their encoded keys and values are equal byte by
// byte. That is more than equal content hashes: property order, the sign of a
// zero in a key and what is shared count too. One host's encoder writes one
// value in one way, so records that were written by the encoder that reads them
// now differ only when their values do.
//
// Not thread-safe. The bundle must outlive the pass.
#ifndef FERRITE_BUNDLE_COMPARISON_H_
#define FERRITE_BUNDLE_COMPARISON_H_

#include <memory>

#include "ferrite/bundle.h"
#include "ferrite/pass.h"

namespace ferrite {

// Reads every source of `bundle`, in its order; step().source is an index into
// bundle->sources(). A source that the bundle did not find is not read. After
// an error the pass is over: begin another one.
//
// ReportJson(), once it is done:
//   {"kind":"comparison","status":"verified"|"completed_with_differences",
//    "sources":[{"source":{…},"records","missing","different","extra",
//                "keys":["…"]}],
//    "hash":"…","expectedHash":"…"}
// `records` were read; `keys` are the first 20 that differ, as a person reads
// them; the hashes are the bundle's content hash of what was read, and of what
// is in the bundle.
std::unique_ptr<Pass> BeginComparison(BundleReader* bundle);

}  // namespace ferrite

#endif  // FERRITE_BUNDLE_COMPARISON_H_
