// What a plan's parts are checked with. Each check is kPlanInvalid with the
// path of what is wrong, what was found there and what is allowed.
#ifndef FERRITE_SRC_PLAN_CHECK_H_
#define FERRITE_SRC_PLAN_CHECK_H_

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ferrite/error.h"
#include "plan_json.h"

namespace ferrite::internal {

Error Invalid(std::string path, std::string message, std::string hint);

// The JSON Pointer of a member or item below `path`.
std::string Below(std::string path, std::string_view token);
std::string Below(std::string path, size_t index);

Result<void> Expect(const JsonValue& value, JsonValue::Type type,
                    std::string_view what, const std::string& path);

// An object without members other than `allowed` and with all of `required`.
// Beside them any may have a $comment, a text.
Result<void> ExpectObject(const JsonValue& value, std::string_view what,
                          std::span<const std::string_view> allowed,
                          std::span<const std::string_view> required,
                          const std::string& path);

// The index of a string in a list of words.
Result<size_t> ExpectWord(const JsonValue& value,
                          std::span<const std::string_view> words,
                          std::string_view what, const std::string& path);

// An array of `least` to `most` items; `what` is what they are: "sources".
Result<void> ExpectCount(const JsonValue& value, size_t least, size_t most,
                         std::string_view what, const std::string& path);

// The member `name`, true or false, where `object` has it.
Result<void> ParseFlag(const JsonValue& object, std::string_view name,
                       const std::string& path, bool* flag);

// An array of at least one name of a column, none of them twice, as indexes.
// `names` are the table's columns; `what` has them: "primary key".
Result<std::vector<size_t>> ParseColumnNames(
    const JsonValue& value, std::span<const std::string_view> names,
    std::string_view what, const std::string& path,
    std::string_view expected = "a column of this table");

// A text with something in it, without NUL. What it says is checked by
// CheckCode.
Result<void> ExpectSql(const JsonValue& value, const std::string& path);

// Members of objects whose names the plan chooses may be comments too.
bool IsComment(std::string_view name);
Result<void> ExpectComment(const JsonValue& value, const std::string& path);

// The rules that the names of tables and columns share.
Result<void> ExpectName(const std::string& name, const std::string& path);

// Of those the ones that a name made from others can break.
Result<void> ExpectUnreservedName(const std::string& name,
                                  const std::string& path);

// Names in ASCII lower case, with the path of their first use.
using NamesInUse = std::unordered_map<std::string, std::string>;

// SQLite tells names apart without regard to ASCII case, and so does this.
Result<void> ExpectNewName(const std::string& name, std::string_view what,
                           NamesInUse* names, const std::string& path);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_CHECK_H_
