#include "expression_rules.h"

#include <sqlite3.h>

#include <algorithm>

#include "suggest.h"

namespace ferrite::internal {
namespace {

// Of pragma_function_list, those that depend on their arguments alone. Not
// among them: random, randomblob, changes, last_insert_rowid and the like;
// sqlite_version and what else tells of the build; FTS; and the functions of
// the C library's mathematics (exp, ln, pow, sin …), whose last digit differs
// between the twins. The functions of date and time are those of
// expression_dates.h, which see no clock. Sorted.
constexpr std::string_view kFunctions[] = {
    "->",
    "->>",
    "abs",
    "avg",
    "ceil",
    "ceiling",
    "char",
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "date",
    "datetime",
    "degrees",
    "floor",
    "format",
    "glob",
    "group_concat",
    "hex",
    "if",
    "ifnull",
    "iif",
    "instr",
    "json",
    "json_array",
    "json_array_insert",
    "json_array_length",
    "json_error_position",
    "json_extract",
    "json_group_array",
    "json_group_object",
    "json_insert",
    "json_object",
    "json_patch",
    "json_pretty",
    "json_quote",
    "json_remove",
    "json_replace",
    "json_set",
    "json_type",
    "json_valid",
    "jsonb",
    "jsonb_array",
    "jsonb_array_insert",
    "jsonb_extract",
    "jsonb_group_array",
    "jsonb_group_object",
    "jsonb_insert",
    "jsonb_object",
    "jsonb_patch",
    "jsonb_remove",
    "jsonb_replace",
    "jsonb_set",
    "julianday",
    "length",
    "like",
    "likelihood",
    "likely",
    "lower",
    "ltrim",
    "max",
    "min",
    "mod",
    "nullif",
    "octet_length",
    "pi",
    "printf",
    "quote",
    "radians",
    "replace",
    "round",
    "rtrim",
    "sign",
    "sqrt",
    "strftime",
    "string_agg",
    "substr",
    "substring",
    "sum",
    "time",
    "timediff",
    "total",
    "trim",
    "trunc",
    "typeof",
    "unhex",
    "unicode",
    "unistr",
    "unistr_quote",
    "unixepoch",
    "unlikely",
    "upper",
    "zeroblob",
};

bool IsNameByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
         (byte >= 'A' && byte <= 'Z') || byte == '_' || byte >= 0x80;
}

// Behind the quoted text that begins at `at`, or npos when it has no end. A
// doubled quote ends it and begins another, which comes to the same.
size_t BehindQuotes(std::string_view sql, size_t at) {
  const char closing = sql[at] == '[' ? ']' : sql[at];
  const size_t end = sql.find(closing, at + 1);
  return end == sql.npos ? end : end + 1;
}

size_t BehindComment(std::string_view sql, size_t at) {
  if (sql[at] == '-') {
    return std::min(sql.find('\n', at), sql.size());
  }
  const size_t end = sql.find("*/", at + 2);
  return end == sql.npos ? end : end + 2;
}

bool StartsComment(std::string_view rest) {
  return rest.starts_with("--") || rest.starts_with("/*");
}

bool IsOneOf(const char* name, std::string_view a, std::string_view b) {
  return name != nullptr && (name == a || name == b);
}

}  // namespace

std::string ExpressionTextFault(std::string_view sql) {
  int depth = 0;
  for (size_t at = 0; at < sql.size();) {
    const char c = sql[at];
    const std::string_view rest = sql.substr(at);
    if (c == '\'' || c == '"' || c == '`' || c == '[') {
      at = BehindQuotes(sql, at);
      if (at == sql.npos) return "a quote in it has no end";
    } else if (StartsComment(rest)) {
      at = BehindComment(sql, at);
      if (at == sql.npos) return "a comment in it has no end";
    } else if (IsNameByte(c)) {
      const size_t begin = at;
      while (at < sql.size() && IsNameByte(sql[at])) ++at;
      // Common table expressions can recur, and double what is to be read with
      // each of them.
      if (AsciiLower(sql.substr(begin, at - begin)) == "with") {
        return "it uses WITH";
      }
    } else {
      if (c == '\0') return "it holds a NUL character";
      if (c == ';') return "it holds a semicolon";
      if (c == '(') ++depth;
      if (c == ')' && --depth < 0) return "it closes a parenthesis too many";
      ++at;
    }
  }
  return depth > 0 ? "a parenthesis in it is not closed" : "";
}

int AuthorizeExpression(void*, int action, const char* first,
                        const char* second, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
      return SQLITE_OK;
    case SQLITE_READ:
      return IsOneOf(first, "json_each", "json_tree") ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION:
      return std::binary_search(std::begin(kFunctions), std::end(kFunctions),
                                std::string_view(second))
                 ? SQLITE_OK
                 : SQLITE_DENY;
    default:
      return SQLITE_DENY;
  }
}

}  // namespace ferrite::internal
