// Expressions: a plan's SQL over one record.
//
// They see what becomes the row as columns of one row: record (JSON text, as a
// json column shows it), key, source, position and name, json_each and
// json_tree, and the functions of SQLite that depend on their arguments alone
// and give the same in both twins. An authorizer refuses everything else when
// they are compiled: tables, subqueries over them, WITH, PRAGMA, ATTACH,
// functions with effects, time or chance, and those whose last digit depends on
// the platform (exp, pow, sin …). The functions of date and time are there, but
// "now", "localtime" and "utc" are kExpression. Steps and the size of values
// are bounded by a multiple of the record's size; an expression that goes over
// is kExpression.
//
// They run on a connection of their own, with no database in it. One
// Expressions serves one thread.
#ifndef FERRITE_EXPRESSION_H_
#define FERRITE_EXPRESSION_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/bytes.h"
#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite {

class Expressions {
 public:
  // kPlanInvalid when one of them cannot be used; `paths` are theirs in the
  // plan, for errors.
  static Result<std::unique_ptr<Expressions>> Compile(
      const std::vector<std::string>& sql,
      const std::vector<std::string>& paths);
  ~Expressions();

  struct Input {
    std::string_view record;  // JSON text
    Cell key;
    std::string_view source;
    int64_t position = 0;
    Cell name;
  };

  // One cell per expression, valid until the next call as long as the input
  // is; text is UTF-8. kExpression with what SQLite says when one fails.
  Result<std::span<const Cell>> Evaluate(const Input& input);

 private:
  struct State;
  Expressions();
  std::unique_ptr<State> state_;
};

}  // namespace ferrite

#endif  // FERRITE_EXPRESSION_H_
