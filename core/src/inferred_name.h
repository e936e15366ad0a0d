// Names for inferred tables and columns: in snake_case, and such that SQLite
// and the plan take them.
#ifndef FERRITE_SRC_INFERRED_NAME_H_
#define FERRITE_SRC_INFERRED_NAME_H_

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace ferrite::internal {

// "createdAt" → "created_at", "HTMLText" → "html_text", "a.b" → "a_b". Empty
// when nothing is left.
std::string SnakeCase(std::string_view text);

// "categories" → "category", "boxes" → "box", "status" → "status".
std::string Singular(std::string_view word);

// Whether a field's values are kept out of comments, by its name.
bool IsPrivate(std::string_view name);
// Whether it is so secret that it is kept out of logs too.
bool IsSecret(std::string_view name);

// Names that are told apart without regard to ASCII case.
class NameSet {
 public:
  // `wanted`, changed as little as needed to be allowed and new; `otherwise`
  // when it is empty.
  std::string Take(std::string_view wanted, std::string_view otherwise);
  bool Has(std::string_view name) const;
  // The name may be taken again.
  void Release(std::string_view name);

 private:
  std::unordered_set<std::string> taken_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_INFERRED_NAME_H_
