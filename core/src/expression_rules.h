// What an expression of a plan may be: its text on its own, and what SQLite may
// do for it.
#ifndef FERRITE_SRC_EXPRESSION_RULES_H_
#define FERRITE_SRC_EXPRESSION_RULES_H_

#include <string>
#include <string_view>

namespace ferrite::internal {

// Why `sql`, put between parentheses, could end them, swallow what follows or
// cost more to read than its length; empty when it cannot.
std::string ExpressionTextFault(std::string_view sql);

// An authorizer for sqlite3_set_authorizer: SELECT, the functions whose result
// depends on their arguments alone and is the same in both twins, and the table
// functions json_each and json_tree.
int AuthorizeExpression(void*, int action, const char* first,
                        const char* second, const char* database,
                        const char* inside);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_EXPRESSION_RULES_H_
