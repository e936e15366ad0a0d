// Tokens: which tenant a bearer token belongs to.
//
// A tenant may have several tokens. A value; does not change after parsing, and
// may then be read from any thread.
#ifndef FERRITE_NATIVE_SERVER_TOKENS_H_
#define FERRITE_NATIVE_SERVER_TOKENS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/error.h"

namespace ferrite {

class Tokens {
 public:
  // "token=tenant,token=tenant", as in the environment variable
  // FERRITE_TOKENS. kInvalidArgument never quotes a token.
  static Result<Tokens> ParseList(std::string_view list);
  // A file with a line "tenant token" for each; empty lines and lines that
  // begin with # are passed over.
  static Result<Tokens> ReadFile(const std::string& path);

  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }

  // Compares with every token, each in a time that does not depend on how
  // much of it agrees.
  std::optional<std::string> FindTenant(std::string_view token) const;

 private:
  struct Entry {
    std::string token;
    std::string tenant;
  };
  Result<void> Add(std::string_view token, std::string_view tenant,
                   const std::string& where);

  std::vector<Entry> entries_;
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_SERVER_TOKENS_H_
