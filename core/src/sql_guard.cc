#include "sql_guard.h"

#include <sqlite3.h>

#include <new>
#include <string_view>

#include "suggest.h"

namespace ferrite::internal {
namespace {

// Of the connection's client data.
constexpr char kName[] = "ferrite_guard";

bool IsOurs(const char* name) {
  constexpr std::string_view kPrefix = "ferrite_";
  return name != nullptr &&
         sqlite3_strnicmp(name, kPrefix.data(),
                          static_cast<int>(kPrefix.size())) == 0;
}

// Which of the authorizer's two names is changed by the action: both where a
// name of ours in either means it.
bool ChangesFirst(int action) {
  switch (action) {
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
    case SQLITE_CREATE_TABLE:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_TEMP_TABLE:
    case SQLITE_CREATE_VIEW:
    case SQLITE_CREATE_TEMP_VIEW:
    case SQLITE_DROP_VIEW:
    case SQLITE_DROP_TEMP_VIEW:
    case SQLITE_CREATE_VTABLE:
    case SQLITE_DROP_VTABLE:
      return true;
    default:
      return false;
  }
}

bool ChangesEither(int action) {
  switch (action) {
    case SQLITE_CREATE_INDEX:
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_DROP_INDEX:
    case SQLITE_DROP_TEMP_INDEX:
    case SQLITE_CREATE_TRIGGER:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_DROP_TRIGGER:
    case SQLITE_DROP_TEMP_TRIGGER:
      return true;
    default:
      return false;
  }
}

const char* Changed(int action, const char* first, const char* second) {
  if (ChangesFirst(action)) return IsOurs(first) ? first : nullptr;
  // Its first name is the database.
  if (action == SQLITE_ALTER_TABLE) return IsOurs(second) ? second : nullptr;
  if (!ChangesEither(action)) return nullptr;
  if (IsOurs(second)) return second;
  return IsOurs(first) ? first : nullptr;
}

// Behind blanks and comments.
std::string_view FirstWord(std::string_view sql) {
  for (;;) {
    const size_t begin = sql.find_first_not_of(" \t\r\n\f");
    if (begin == std::string_view::npos) return {};
    sql.remove_prefix(begin);
    const bool is_line = sql.substr(0, 2) == "--";
    if (!is_line && sql.substr(0, 2) != "/*") break;
    const size_t end = sql.find(is_line ? "\n" : "*/", 2);
    if (end == std::string_view::npos) return {};
    sql.remove_prefix(end + (is_line ? 1 : 2));
  }
  return sql.substr(0, sql.find_first_of(" \t\r\n\f;-/'\"[`"));
}

// VACUUM compiles statements of its own that write every table into the new
// file; nobody else compiles any while it runs.
bool IsVacuuming(sqlite3* database) {
  constexpr std::string_view kVacuum = "vacuum";
  for (sqlite3_stmt* each = sqlite3_next_stmt(database, nullptr);
       each != nullptr; each = sqlite3_next_stmt(database, each)) {
    const char* sql = sqlite3_sql(each);
    if (sql == nullptr || sqlite3_stmt_busy(each) == 0) continue;
    const std::string_view word = FirstWord(sql);
    if (word.size() == kVacuum.size() &&
        sqlite3_strnicmp(word.data(), kVacuum.data(),
                         static_cast<int>(kVacuum.size())) == 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

SqlGuard::Users::Users(Store* store)
    : guard_(Of(store->handle())), was_users_(guard_->is_users_) {
  guard_->is_users_ = true;
  guard_->refused_.clear();
}

SqlGuard::Users::~Users() { guard_->is_users_ = was_users_; }

bool SqlGuard::Watch(sqlite3* database) {
  auto* guard = new (std::nothrow) SqlGuard(database);
  // Takes the guard also when it fails.
  if (guard == nullptr ||
      sqlite3_set_clientdata(database, kName, guard, [](void* ours) {
        delete static_cast<SqlGuard*>(ours);
      }) != SQLITE_OK) {
    return false;
  }
  sqlite3_set_authorizer(database, Authorize, guard);
  return true;
}

SqlGuard* SqlGuard::Of(sqlite3* database) {
  return static_cast<SqlGuard*>(sqlite3_get_clientdata(database, kName));
}

Error SqlGuard::Refusal() const {
  return {
      ErrorCode::kSql,
      "SQL may read " + Quoted(refused_) + ", and not change it.",
      "Tables, indexes and triggers whose names begin with \"ferrite_\" are "
      "Ferrite's own; choose another name, or use Ferrite's calls.",
      ""};
}

int SqlGuard::Authorize(void* guard, int action, const char* first,
                        const char* second, const char*, const char* trigger) {
  return static_cast<SqlGuard*>(guard)->Decide(action, first, second, trigger);
}

int SqlGuard::Decide(int action, const char* first, const char* second,
                     const char* trigger) {
  const bool is_ours = trigger == nullptr ? !is_users_ : IsOurs(trigger);
  if (is_ours) return SQLITE_OK;
  const char* changed = Changed(action, first, second);
  if (changed == nullptr || IsVacuuming(database_)) return SQLITE_OK;
  try {
    refused_ = changed;
  } catch (const std::bad_alloc&) {
    refused_.clear();
  }
  return SQLITE_DENY;
}

}  // namespace ferrite::internal
