// All that a store holds, as text.
#ifndef FERRITE_TESTS_SUPPORT_STORE_TEXT_H_
#define FERRITE_TESTS_SUPPORT_STORE_TEXT_H_

#include <string>

#include "ferrite/store.h"

namespace ferrite::testing {

// Tables, their rows and their indexes, behind a report of it. Without what two
// stores never share, their identity.
std::string StoreText(Store* store, const std::string& report = "");

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_STORE_TEXT_H_
