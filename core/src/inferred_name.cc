#include "inferred_name.h"

#include <algorithm>
#include <span>

#include "plan_column.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

// Below the limit of 128 bytes, with room for a number behind it.
constexpr size_t kMaxBytes = 100;

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWide(char c) { return (c & 0x80) != 0; }

std::vector<std::string> Words(std::string_view name) {
  std::vector<std::string> words(1);
  for (const char c : SnakeCase(name)) {
    if (c == '_') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

bool HasWord(std::string_view name, std::span<const std::string_view> known) {
  const std::vector<std::string> words = Words(name);
  for (size_t i = 0; i < words.size(); ++i) {
    // "pass_word", "apiKey" and "apikey" are one.
    const std::string pair =
        i + 1 < words.size() ? words[i] + words[i + 1] : std::string();
    for (const std::string_view word : known) {
      if (words[i] == word || pair == word) return true;
    }
  }
  return false;
}

bool EndsWithAny(std::string_view text,
                 std::span<const std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](auto ending) { return text.ends_with(ending); });
}

}  // namespace

std::string SnakeCase(std::string_view text) {
  std::string name;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!IsUpper(c) && !IsLower(c) && !IsDigit(c) && !IsWide(c)) {
      if (!name.empty() && name.back() != '_') name += '_';
      continue;
    }
    const bool begins_word =
        IsUpper(c) && i > 0 &&
        (IsLower(text[i - 1]) || IsDigit(text[i - 1]) ||
         (IsUpper(text[i - 1]) && i + 1 < text.size() && IsLower(text[i + 1])));
    if (begins_word && !name.empty() && name.back() != '_') name += '_';
    name += IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (name.size() > kMaxBytes) {
    size_t end = kMaxBytes;
    while (end > 0 && (name[end] & 0xc0) == 0x80) --end;
    name.resize(end);
  }
  while (name.ends_with('_')) name.pop_back();
  return name;
}

std::string Singular(std::string_view word) {
  static constexpr std::string_view kEs[] = {"ses", "xes", "ches", "shes",
                                             "zes"};
  static constexpr std::string_view kKept[] = {"ss", "us", "is"};
  if (word.size() > 3 && word.ends_with("ies")) {
    return std::string(word.substr(0, word.size() - 3)) + "y";
  }
  if (word.size() > 4 && EndsWithAny(word, kEs) && !word.ends_with("uses")) {
    return std::string(word.substr(0, word.size() - 2));
  }
  if (word.size() > 2 && word.ends_with('s') && !EndsWithAny(word, kKept)) {
    word.remove_suffix(1);
  }
  return std::string(word);
}

bool IsSecret(std::string_view name) {
  static constexpr std::string_view kWords[] = {
      "password", "passwd",     "pwd",         "passphrase", "token",
      "tokens",   "secret",     "secrets",     "apikey",     "privatekey",
      "jwt",      "credential", "credentials", "cvv",        "cvc"};
  return HasWord(name, kWords);
}

bool IsPrivate(std::string_view name) {
  static constexpr std::string_view kWords[] = {
      "email",      "mail",       "phone",     "mobile",   "tel",
      "telephone",  "fax",        "ssn",       "iban",     "pin",
      "otp",        "session",    "auth",      "cookie",   "address",
      "street",     "birthday",   "birthdate", "passport", "salary",
      "creditcard", "cardnumber", "firstname", "lastname", "surname",
      "username",   "login"};
  return IsSecret(name) || HasWord(name, kWords);
}

std::string NameSet::Take(std::string_view wanted, std::string_view otherwise) {
  std::string base(wanted.empty() ? otherwise : wanted);
  const std::string lower = AsciiLower(base);
  const bool is_rowid =
      std::find(std::begin(kRowidNames), std::end(kRowidNames), lower) !=
      std::end(kRowidNames);
  if (is_rowid || lower.starts_with("sqlite_") ||
      lower.starts_with("ferrite_")) {
    base = "app_" + base;
  }
  std::string name = base;
  for (size_t i = 2; !taken_.insert(AsciiLower(name)).second; ++i) {
    name = base + "_" + std::to_string(i);
  }
  return name;
}

void NameSet::Release(std::string_view name) { taken_.erase(AsciiLower(name)); }

bool NameSet::Has(std::string_view name) const {
  return taken_.contains(AsciiLower(name));
}

}  // namespace ferrite::internal
