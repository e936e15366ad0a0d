// Query: SQL from the host, with parameters and results in the record encoding.
//
// One call per statement, whatever the number of rows. Parameters are an
// encoded array (positional: ?1, ?2 …) or object (named: the key "id" binds
// :id, @id and $id). null and undefined bind NULL; a boolean 0 or 1; a Number
// INTEGER or REAL; a BigInt INTEGER (beyond 64 bits kTypeMismatch); a string
// TEXT; a string with lone surrogates BLOB (its WTF-8, as the migration stores
// it); a Date INTEGER milliseconds; binary BLOB. Anything else is
// kTypeMismatch with the parameter's path.
//
// The result is one encoded array: the array of column names, then one array
// per row. INTEGER within ±2^53 is a Number, beyond it a BigInt; TEXT a
// string (invalid UTF-8: as WTF-8 or U+FFFD); BLOB a Uint8Array.
//
// Tables, indexes and triggers whose names begin with "ferrite_" may be read
// and not changed: kSql, with a message that says so.
#ifndef FERRITE_QUERY_H_
#define FERRITE_QUERY_H_

#include <string_view>

#include "ferrite/encoding.h"
#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite {

struct QueryOutcome {
  int64_t changes = 0;  // rows changed by this statement
  int64_t last_insert_id = 0;
  bool truncated = false;  // max_rows was reached
};

// Runs exactly one statement. `max_rows` 0 means all.
Result<QueryOutcome> RunQuery(Store* store, std::string_view sql,
                              Bytes parameters, uint64_t max_rows,
                              Writer* rows);

// Runs any number of statements, without parameters or results.
Result<void> RunScript(Store* store, std::string_view sql);

}  // namespace ferrite

#endif  // FERRITE_QUERY_H_
