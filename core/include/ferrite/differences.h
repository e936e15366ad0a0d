// What the last verification that ended found: listed, filtered, paged and
// exported. Table ferrite_difference, core/doc/store.md.
#ifndef FERRITE_DIFFERENCES_H_
#define FERRITE_DIFFERENCES_H_

#include <string>
#include <string_view>

#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite {

// One page. The request is a JSON object; what is left out is not asked for:
//   "table", "kind"  a name, or an array of names; kinds are "missing",
//                    "different" and "extra"
//   "column"         differences in this column
//   "search"         text within the key; ASCII letters in any case
//   "sort"           "found" [found], "table", "kind", "key" or "bytes" (how
//                    far the two sizes are apart); "-" before it turns it round
//   "limit"          1 to 1000 [100]
//   "offset"         rows to pass over [0]; or "after", the last page's "next"
//   "format"         "json" [json] or "csv"
// The answer, JSON, is that of core/doc/store.md, "Lists of differences"; its
// "total" counts all rows that the filters let through, not the page's. It is
// empty, with "compared": false, while no verification has ended.
//
// Keys of "csv" answers that could be a formula of a spreadsheet stay as they
// are: the text is RFC 4180, for programs.
//
// Errors: kInvalidArgument with the member's path; the store's.
Result<std::string> ListDifferences(Store* store,
                                    std::string_view request_json);

// All that a request's filters let through, piece by piece: CSV, or a JSON array
// with a row in each line. Memory is bounded by a piece (1000 rows).
class DifferenceExport {
 public:
  // `request_json` as above, without "limit", "offset" and "after", which are
  // not heeded. The Store must outlive it.
  DifferenceExport(Store* store, std::string_view request_json)
      : store_(store), request_(request_json) {}

  // The next piece of the text, or false behind the last. Another verification
  // should not end in between.
  Result<bool> Next(std::string* text);

 private:
  Store* store_;
  std::string request_;
  std::string after_;  // empty: from the beginning
  bool is_done_ = false;
};

}  // namespace ferrite

#endif  // FERRITE_DIFFERENCES_H_
