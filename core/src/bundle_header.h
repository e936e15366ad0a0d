#ifndef FERRITE_CORE_SRC_BUNDLE_HEADER_H_
#define FERRITE_CORE_SRC_BUNDLE_HEADER_H_

#include <string>

namespace ferrite::internal {

// Whether the file begins as a bundle does, as far as it goes: SQLite tells a
// file that was cut within its first page not apart from one that is none.
// False for what cannot be read. `vfs`: SQLite's name of it, empty for the
// default.
bool BeginsAsBundle(const std::string& path, const std::string& vfs);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_BUNDLE_HEADER_H_
