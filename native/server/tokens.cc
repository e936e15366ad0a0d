#include "native/server/tokens.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace ferrite {
namespace {

// What RFC 6750 allows in a bearer token, so that every token can be sent.
bool IsTokenCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') ||
         std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

// The loop runs over the token that was sent, whose length its sender knows.
bool SameToken(std::string_view sent, std::string_view known) {
  size_t difference = sent.size() ^ known.size();
  for (size_t i = 0; i < sent.size(); ++i) {
    difference |= static_cast<unsigned char>(sent[i]) ^
                  static_cast<unsigned char>(known[i % known.size()]);
  }
  return difference == 0;
}

}  // namespace

Result<void> Tokens::Add(std::string_view token, std::string_view tenant,
                         const std::string& where) {
  const auto wrong = [&](const char* what) {
    return Error{ErrorCode::kInvalidArgument, where + " " + what,
                 "A token has letters, digits and -._~+/= only; a tenant's "
                 "name has no spaces.",
                 ""};
  };
  if (token.empty()) return wrong("has no token.");
  if (tenant.empty()) return wrong("has no tenant.");
  if (!std::all_of(token.begin(), token.end(), IsTokenCharacter)) {
    return wrong("has a token with a character that cannot be sent.");
  }
  for (const Entry& entry : entries_) {
    if (entry.token == token) return wrong("repeats an earlier token.");
  }
  entries_.push_back({std::string(token), std::string(tenant)});
  return {};
}

Result<Tokens> Tokens::ParseList(std::string_view list) {
  Tokens tokens;
  size_t number = 0;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    const std::string_view entry = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    // A token may end in "=", a tenant's name has none.
    const size_t equals = entry.rfind('=');
    const std::string where =
        "Entry " + std::to_string(++number) + " of the token list";
    auto added = equals == std::string_view::npos
                     ? tokens.Add(entry, "", where)
                     : tokens.Add(entry.substr(0, equals),
                                  entry.substr(equals + 1), where);
    if (!added.ok()) return added.error();
  }
  return tokens;
}

Result<Tokens> Tokens::ReadFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return Error{ErrorCode::kInvalidArgument,
                 "The token file " + path + " cannot be read.",
                 "It has one line \"tenant token\" for each token.", ""};
  }
  Tokens tokens;
  std::string line;
  for (size_t number = 1; std::getline(file, line); ++number) {
    std::istringstream words(line);
    std::string tenant;
    std::string token;
    std::string more;
    words >> tenant >> token >> more;
    if (tenant.empty() || tenant.front() == '#') continue;
    const std::string where = path + ", line " + std::to_string(number) + ",";
    if (!more.empty()) {
      return Error{ErrorCode::kInvalidArgument,
                   where + " has more than a tenant and a token.", "", ""};
    }
    if (auto added = tokens.Add(token, tenant, where); !added.ok()) {
      return added.error();
    }
  }
  return tokens;
}

std::optional<std::string> Tokens::FindTenant(std::string_view token) const {
  const Entry* found = nullptr;
  for (const Entry& entry : entries_) {
    if (SameToken(token, entry.token)) found = &entry;
  }
  if (found == nullptr) return std::nullopt;
  return found->tenant;
}

}  // namespace ferrite
