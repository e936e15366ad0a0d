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
// {"name","keyPath","autoIncrement","records","indexes":[…],"keys":[…]}]}],
// "localStorage":["key",…],"sessionStorage":["key",…]}; "keys" are up to 100
// of a store's keys, strings only.
//
// The answer, as JSON: {"layouts":[{"preset","library","evidence":[sentence…],
// "tables":[…],"excluded":[{"from","reason"}],"notes":[sentence…]}],
// "unknown":[source…]}. "tables" are plan tables whose "columns" may be the
// string "infer". Each source is in one layout or in "unknown".
// kInvalidArgument when `facts` is not of that form.
Result<std::string> RecognizeLayouts(std::string_view facts);

// As above, with further presets (the text of preset files) before the
// built-in ones. kPlanInvalid with the path of what is wrong in one.
Result<std::string> RecognizeLayouts(std::string_view facts,
                                     const std::vector<std::string>& presets);

}  // namespace ferrite

#endif  // FERRITE_LAYOUT_H_
