// Page: filter, search, sort and paging over one of Ferrite's own tables.
//
// A table describes once which columns its rows have in an answer and which
// filters and orders it takes; ReadPage then answers any request. Nothing of a
// request becomes SQL text: names are looked up in the description, values are
// bound.
//
// A request is a JSON object. A member that is null counts as left out.
//   each filter      a value, or with kOneOf also an array of them
//   "search"         text that one of PageTable::search contains; ASCII
//                    letters in any case, at most 1000 bytes
//   "sort"           the name of an order; "-" before it for the other way
//                    round. Rows that are equal in it come in the order of
//                    their keys, so that every page has its place.
//   "limit"          1 to 1000 [100]
//   "offset"         rows to pass over [0]; or
//   "after"          the "next" of the page before: costs the same however far
//                    behind, and rows that come or go move nothing
//   "format"         "json" [json] or "csv"
// The answer is
//   {"total":250,"offset":0,"limit":100,"rows":[{…},…],"next":[…]}
// `total` counts all rows that the filters and the search let through. A page
// asked for with "after" has neither total nor offset: its first page gave
// them. `next` is left out when no row is behind. A cell that is NULL is left
// out of its row. With "csv" there is "csv" instead of "rows": RFC 4180 text,
// each line ended by CRLF, the first page with the line of names; NULL is an
// empty cell, JSON its text, a time ISO 8601 in UTC.
//
// Errors: kInvalidArgument, with the member's path ("/limit") and, for a name
// or value that is not known, the nearest one.
#ifndef FERRITE_CORE_SRC_PAGE_H_
#define FERRITE_CORE_SRC_PAGE_H_

#include <span>
#include <string>
#include <string_view>

#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite::internal {

// `sql` is an expression over the table's columns, written by us.
struct PageColumn {
  enum class Kind {
    kValue,  // integer, real or text as it is
    kTime,   // milliseconds since the epoch
    kBool,   // 0 or 1
    kJson,   // text of JSON, which becomes part of the answer
    kHex,    // BLOB
  };
  std::string_view name;
  std::string_view sql;
  Kind kind = Kind::kValue;
};

struct PageFilter {
  enum class Kind {
    kOneOf,    // equal to the value, or to one of them
    kAtLeast,  // `allowed` from the value on; text
    kFrom,     // not less than it; an integer, or a moment as ISO 8601
    kBefore,   // less than it; likewise
    kMember,   // `sql` is a JSON object that has a member of that name; text
  };
  enum class Type { kInteger, kText };
  std::string_view name;
  std::string_view sql;
  Kind kind = Kind::kOneOf;
  Type type = Type::kText;
  std::span<const std::string_view> allowed;  // empty: any text
};

// Never NULL, as the columns of an index.
struct PageSort {
  std::string_view name;
  std::string_view sql;
};

// All views must outlive the call: constants.
struct PageTable {
  std::string_view name;
  std::string_view key = "id";  // INTEGER PRIMARY KEY
  std::span<const PageColumn> columns;
  std::span<const PageFilter> filters;
  std::span<const PageSort> sorts;  // the key may be one of them
  std::string_view sort;            // when none is asked for, as "-id"
  std::span<const std::string_view> search;
};

Result<std::string> ReadPage(Store* store, const PageTable& table,
                             std::string_view request_json);

// The SELECT that ReadPage would run for the page, for tests of the indexes.
Result<std::string> PageSql(const PageTable& table,
                            std::string_view request_json);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_PAGE_H_
