// SqlGuard: what SQL may do with Ferrite's own tables.
//
// Everything whose name begins with "ferrite_" is the engine's. SQL of the user
// may read it; what would write, create, alter or drop it is refused when the
// statement is compiled. So is what would stand in its place or act behind it:
// a temporary table of its name, a trigger on it, and, whoever's statement sets
// it off, a trigger of the user that writes to it.
#ifndef FERRITE_CORE_SRC_SQL_GUARD_H_
#define FERRITE_CORE_SRC_SQL_GUARD_H_

#include <string>

#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite::internal {

class SqlGuard {
 public:
  // Until it is destroyed, what `store` compiles is the user's.
  class Users {
   public:
    explicit Users(Store* store);
    ~Users();
    Users(const Users&) = delete;
    Users& operator=(const Users&) = delete;

   private:
    SqlGuard* guard_;
    bool was_users_;
  };

  // Gives the connection a guard, which goes with it; false when there is no
  // memory for one.
  static bool Watch(sqlite3* database);
  static SqlGuard* Of(sqlite3* database);

  // Why the last statement was refused.
  Error Refusal() const;

 private:
  explicit SqlGuard(sqlite3* database) : database_(database) {}

  static int Authorize(void* guard, int action, const char* first,
                       const char* second, const char* database,
                       const char* trigger);
  int Decide(int action, const char* first, const char* second,
             const char* trigger);

  sqlite3* database_;
  bool is_users_ = false;
  std::string refused_;  // the name of what it wanted to change
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_SQL_GUARD_H_
