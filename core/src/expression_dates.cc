#include "expression_dates.h"

#include <sqlite3.h>

#include <new>
#include <string>
#include <utility>

namespace ferrite::internal {
namespace {

constexpr int kMostArguments = 12;

struct DateFunction {
  const char* name;
  int first_time;  // the arguments from here on are times,
  int times;       // so many of them; without the first one it is now
};

constexpr DateFunction kDateFunctions[] = {
    {"date", 0, 1},      {"time", 0, 1},      {"datetime", 0, 1},
    {"julianday", 0, 1}, {"unixepoch", 0, 1}, {"strftime", 1, 1},
    {"timediff", 0, 2},
};

// One function's own connection, opened by its first call, and statements.
class Dates {
 public:
  explicit Dates(const DateFunction& function) : function_(function) {}
  ~Dates() {
    for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
    sqlite3_close_v2(database_);
  }
  Dates(const Dates&) = delete;
  Dates& operator=(const Dates&) = delete;

  static void Call(sqlite3_context* context, int count,
                   sqlite3_value** arguments) {
    // No exception goes through SQLite.
    try {
      static_cast<Dates*>(sqlite3_user_data(context))
          ->Run(context, count, arguments);
    } catch (const std::bad_alloc&) {
      sqlite3_result_error_nomem(context);
    }
  }

  static void Destroy(void* dates) { delete static_cast<Dates*>(dates); }

 private:
  bool IsTime(int argument) const {
    return argument >= function_.first_time &&
           argument < function_.first_time + function_.times;
  }

  // Compared as SQLite does, so that nothing is the clock for it alone.
  bool SeesClock(int count, sqlite3_value** arguments) const {
    if (count <= function_.first_time) return true;
    for (int i = function_.first_time; i < count; ++i) {
      const int type = sqlite3_value_type(arguments[i]);
      if (type != SQLITE_TEXT && type != SQLITE_BLOB) continue;
      const auto* text =
          reinterpret_cast<const char*>(sqlite3_value_text(arguments[i]));
      if (text == nullptr) continue;
      const auto is = [text](const char* word) {
        return sqlite3_stricmp(text, word) == 0;
      };
      if (IsTime(i) ? is("now") || is("subsec") || is("subsecond")
                    : is("localtime") || is("utc")) {
        return true;
      }
    }
    return false;
  }

  void Fail(sqlite3_context* context, const char* what) const {
    const std::string message = std::string(function_.name) + "(): " + what;
    sqlite3_result_error(context, message.c_str(),
                         static_cast<int>(message.size()));
  }

  // What went wrong on this function's own connection. Memory that is out is
  // not the expression's fault.
  void Fail(sqlite3_context* context, int result) const {
    if ((result & 0xff) == SQLITE_NOMEM) {
      sqlite3_result_error_nomem(context);
    } else {
      Fail(context, sqlite3_errmsg(database_));
    }
  }

  // Makes statements_[count].
  int Prepare(int count) {
    if (database_ == nullptr) {
      const int opened =
          sqlite3_open_v2(":memory:", &database_,
                          SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, nullptr);
      if (opened != SQLITE_OK) {
        sqlite3_close_v2(std::exchange(database_, nullptr));
        return opened;
      }
    }
    std::string sql = std::string("SELECT ") + function_.name + "(";
    for (int i = 0; i < count; ++i) sql += i == 0 ? "?" : ",?";
    sql += ")";
    return sqlite3_prepare_v3(
        database_, sql.c_str(), static_cast<int>(sql.size()),
        SQLITE_PREPARE_PERSISTENT, &statements_[count], nullptr);
  }

  void Run(sqlite3_context* context, int count, sqlite3_value** arguments) {
    if (count > kMostArguments) return Fail(context, "too many arguments");
    if (SeesClock(count, arguments)) {
      return Fail(context,
                  "the current time and time zones are not known here");
    }
    if (statements_[count] == nullptr) {
      if (const int result = Prepare(count)) return Fail(context, result);
    }
    sqlite3_stmt* statement = statements_[count];
    int result = SQLITE_OK;
    for (int i = 0; i < count && result == SQLITE_OK; ++i) {
      // What is not bound would count as NULL.
      result = sqlite3_bind_value(statement, i + 1, arguments[i]);
    }
    if (result == SQLITE_OK) result = sqlite3_step(statement);
    if (result == SQLITE_ROW) {
      sqlite3_result_value(context, sqlite3_column_value(statement, 0));
    } else {
      Fail(context, result);
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }

  const DateFunction& function_;
  sqlite3* database_ = nullptr;
  sqlite3_stmt* statements_[kMostArguments + 1] = {};
};

}  // namespace

bool AddDateFunctions(sqlite3* database) {
  for (const DateFunction& function : kDateFunctions) {
    auto* dates = new Dates(function);
    // On failure SQLite has called Destroy.
    if (sqlite3_create_function_v2(database, function.name, -1,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC, dates,
                                   Dates::Call, nullptr, nullptr,
                                   Dates::Destroy) != SQLITE_OK) {
      return false;
    }
  }
  return true;
}

}  // namespace ferrite::internal
