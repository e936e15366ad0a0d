// Layouts: which library wrote what lies in an origin's storage.
//
// core/presets holds one JSON file per library, compiled into the core:
// conditions on names, key paths and keys, how the library's records are
// mapped, and what is excluded (credentials, caches). core/doc/presets.md is
// the format; a team adds a file.
#ifndef FERRITE_LAYOUT_H_
#define FERRITE_LAYOUT_H_

#include <string>
#include <string_view>
#include <vector>

#include "ferrite/error.h"

namespace ferrite {

// `facts` is what a host found: {"databases":[{"name","version","stores":[
// {"name","keyPath","autoIncrement","records","indexes":[{"name"}…],
// "keys":[…]}]}],"localStorage":[entry…],"sessionStorage":[entry…]}; "keys" are
// up to 100 of a store's keys, strings only. An entry is a key or {"key",
// "value"}: some libraries show in their values alone. Of a value of more than
// 256 characters the first and last 128 with … between them are enough. Texts
// are Unicode: leave out names with lone surrogates, which no plan can name.
//
// The answer, as JSON: {"layouts":[{"preset","library","certainty",
// "evidence":[sentence…],"tables":[…],"excluded":[{"from","reason"}],
// "notes":[sentence…]}],"unknown":[source…]}. There is one layout for each
// database and one for each preset that knows keys. "tables" are plan tables
// whose "columns" may be the string "infer"; their names differ throughout the
// answer. Each store and each key is in one layout or in "unknown", a key as
// {"localStorage":{"key":…}}. "certainty" is certain, likely or guess.
// kInvalidArgument when `facts` is not of that form.
Result<std::string> RecognizeLayouts(std::string_view facts);

// As above, with further presets (the text of preset files) before the
// built-in ones. kPlanInvalid with the path of what is wrong in one, also in a
// table that no plan can have; the message says in which.
Result<std::string> RecognizeLayouts(std::string_view facts,
                                     const std::vector<std::string>& presets);

}  // namespace ferrite

#endif  // FERRITE_LAYOUT_H_
