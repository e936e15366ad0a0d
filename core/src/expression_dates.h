// SQLite's functions of date and time, without the clock and the time zone.
#ifndef FERRITE_SRC_EXPRESSION_DATES_H_
#define FERRITE_SRC_EXPRESSION_DATES_H_

struct sqlite3;

namespace ferrite::internal {

// Puts functions in front of date, time, datetime, julianday, unixepoch,
// strftime and timediff on `database` that refuse "now" in all its forms,
// "localtime" and "utc", and leave everything else to SQLite's own on a second
// connection. They go with `database`. False when memory runs out.
bool AddDateFunctions(sqlite3* database);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_EXPRESSION_DATES_H_
