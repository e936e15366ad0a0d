// Names for tables that are made from names found in storage.
#ifndef FERRITE_SRC_LAYOUT_NAMES_H_
#define FERRITE_SRC_LAYOUT_NAMES_H_

#include <string>
#include <unordered_set>

namespace ferrite::internal {

class TableNames {
 public:
  // The wish, or the nearest name that a plan allows and that was not taken.
  std::string Take(const std::string& wish);

 private:
  std::unordered_set<std::string> taken_;  // in ASCII lower case
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_LAYOUT_NAMES_H_
