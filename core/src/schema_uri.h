// References between schemas (RFC 3986, section 5).
#ifndef FERRITE_SRC_SCHEMA_URI_H_
#define FERRITE_SRC_SCHEMA_URI_H_

#include <optional>
#include <string>
#include <string_view>

namespace ferrite::internal {

// `reference` without its fragment, seen from `base`; either may be relative.
std::string ResolveUri(std::string_view base, std::string_view reference);

// What follows the first "#", with %xx decoded; empty when there is none.
std::string UriFragment(std::string_view reference);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_URI_H_
