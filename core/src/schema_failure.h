// SchemaFailure: the first field that does not satisfy a schema, and why.
#ifndef FERRITE_SRC_SCHEMA_FAILURE_H_
#define FERRITE_SRC_SCHEMA_FAILURE_H_

#include <string>
#include <string_view>
#include <vector>

#include "ferrite/encoding.h"
#include "ferrite/error.h"

namespace ferrite::internal {

class SchemaFailure {
 public:
  void Clear();

  void Enter(std::string_view name);
  void EnterItem(uint64_t index);
  void Leave() { path_.pop_back(); }

  // Only the first failure counts. `wanted` completes "It must …".
  void Note(const Item& found, const std::string& wanted);
  // The member called `name` of the current object is missing.
  void NoteMissing(std::string_view name);
  bool noted() const { return noted_; }

  Error ToError() const { return error_; }

 private:
  void Note(std::string message, std::string hint);

  std::vector<std::string> path_;
  bool noted_ = false;
  Error error_;
};

// A value for a message: a string in quotes, shortened, control characters
// escaped; a number; "an array".
std::string DescribeFound(const Item& item);

// A part of a message.
inline std::string FailurePart(std::string_view text) {
  return std::string(text);
}
inline std::string FailurePart(uint64_t number) {
  return std::to_string(number);
}

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_FAILURE_H_
