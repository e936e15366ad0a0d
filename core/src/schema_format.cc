#include "schema_format.h"

#include <array>

#include "ascii_kind.h"
#include "regex.h"
#include "schema_net_format.h"
#include "schema_time_format.h"

namespace ferrite::internal {
namespace {

bool IsUuid(std::string_view text) {
  return text.size() == 36 && text[8] == '-' && text[13] == '-' &&
         text[18] == '-' && text[23] == '-' &&
         AreKinds(text.substr(0, 8), kHexKind) &&
         AreKinds(text.substr(9, 4), kHexKind) &&
         AreKinds(text.substr(14, 4), kHexKind) &&
         AreKinds(text.substr(19, 4), kHexKind) &&
         AreKinds(text.substr(24), kHexKind);
}

bool IsJsonPointer(std::string_view text) {
  if (!text.empty() && text[0] != '/') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '~') continue;
    if (++i == text.size() || (text[i] != '0' && text[i] != '1')) return false;
  }
  return true;
}

bool IsRelativeJsonPointer(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  if (at == 0 || (at > 1 && text[0] == '0')) return false;
  const std::string_view rest = text.substr(at);
  return rest == "#" || IsJsonPointer(rest);
}

bool IsPointerFragment(std::string_view text) {
  return text.starts_with('#') && IsUriReferenceFormat(text) &&
         IsJsonPointer(text.substr(1));
}

#define FERRITE_DATE_PATTERN                                              \
  "(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|" \
  "[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|"  \
  "3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|"     \
  "2[0-8])))"

// The patterns are those that Zod 4.6 writes next to the format.
constexpr SchemaFormat kFormats[] = {
    {"date-time", IsDateTimeFormat,
     "^" FERRITE_DATE_PATTERN
     "T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$"},
    {"date", IsDateFormat, "^" FERRITE_DATE_PATTERN "$"},
    {"time", IsTimeFormat, ""},
    {"duration", IsDurationFormat, ""},
    {"email", IsEmailFormat, ""},
    {"uuid", IsUuid,
     "^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]"
     "{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-"
     "ffff-ffff-ffffffffffff)$"},
    {"uri", IsUriFormat, ""},
    {"uri-reference", IsUriReferenceFormat, ""},
    {"hostname", IsHostnameFormat, ""},
    {"ipv4", IsIpv4Format, ""},
    {"ipv6", IsIpv6Format, ""},
    {"regex", IsRegex, ""},
    {"json-pointer", IsJsonPointer, ""},
    {"relative-json-pointer", IsRelativeJsonPointer, ""},
    {"json-pointer-uri-fragment", IsPointerFragment, ""},
    {"iri", IsIriFormat, ""},
    {"iri-reference", IsIriReferenceFormat, ""},
    {"idn-email", IsIdnEmailFormat, ""},
    {"uri-template", IsUriTemplateFormat, ""},
    {"url", IsUriFormat, ""},
    {"base64", nullptr,
     "^$|^(?:[0-9a-zA-Z+/]{4})*"
     "(?:(?:[0-9a-zA-Z+/]{2}==)|(?:[0-9a-zA-Z+/]{3}=))?$"},
    {"base64url", nullptr, "^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$"},
    {"cidrv4", nullptr,
     "^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\\.){3}"
     "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])"
     "\\/([0-9]|[1-2][0-9]|3[0-2])$"},
    {"cidrv6",
     [](std::string_view text) {
       const size_t slash = text.find('/');
       if (slash == std::string_view::npos) return false;
       const std::string_view bits = text.substr(slash + 1);
       int value = 0;
       for (const char c : bits) {
         if (c < '0' || c > '9' || bits.size() > 3) return false;
         value = value * 10 + (c - '0');
       }
       return !bits.empty() && (bits[0] != '0' || bits.size() == 1) &&
              value <= 128 && IsIpv6Format(text.substr(0, slash));
     },
     ""},
    {"cuid", nullptr, "^[cC][0-9a-z]{6,}$"},
    {"cuid2", nullptr, "^[0-9a-z]+$"},
    {"e164", nullptr, "^\\+[1-9]\\d{6,14}$"},
    {"emoji", nullptr, "^[\\p{Extended_Pictographic}\\p{Emoji_Component}]+$"},
    {"hex", nullptr, "^[0-9a-fA-F]*$"},
    {"jwt", nullptr, "^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*$"},
    {"ksuid", nullptr, "^[A-Za-z0-9]{27}$"},
    {"mac", nullptr,
     "^(?:[0-9A-F]{2}:){5}[0-9A-F]{2}$|^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$"},
    {"nanoid", nullptr, "^[a-zA-Z0-9_-]{21}$"},
    {"ulid", nullptr, "^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$"},
    {"xid", nullptr, "^[0-9a-vA-V]{20}$"},
    {"lowercase", nullptr, "^[^A-Z]*$"},
    {"uppercase", nullptr, "^[^a-z]*$"},
    {"md5_hex", nullptr, "^[0-9a-fA-F]{32}$"},
    {"md5_base64", nullptr, "^[A-Za-z0-9+/]{22}==$"},
    {"md5_base64url", nullptr, "^[A-Za-z0-9_-]{22}$"},
    {"sha1_hex", nullptr, "^[0-9a-fA-F]{40}$"},
    {"sha1_base64", nullptr, "^[A-Za-z0-9+/]{27}=$"},
    {"sha1_base64url", nullptr, "^[A-Za-z0-9_-]{27}$"},
    {"sha256_hex", nullptr, "^[0-9a-fA-F]{64}$"},
    {"sha256_base64", nullptr, "^[A-Za-z0-9+/]{43}=$"},
    {"sha256_base64url", nullptr, "^[A-Za-z0-9_-]{43}$"},
    {"sha384_hex", nullptr, "^[0-9a-fA-F]{96}$"},
    {"sha384_base64", nullptr, "^[A-Za-z0-9+/]{64}$"},
    {"sha384_base64url", nullptr, "^[A-Za-z0-9_-]{64}$"},
    {"sha512_hex", nullptr, "^[0-9a-fA-F]{128}$"},
    {"sha512_base64", nullptr, "^[A-Za-z0-9+/]{86}==$"},
    {"sha512_base64url", nullptr, "^[A-Za-z0-9_-]{86}$"},
    {"binary", [](std::string_view) { return true; }, ""},
    {"includes", nullptr, ""},
    {"starts_with", nullptr, ""},
    {"ends_with", nullptr, ""},
};

constexpr auto kNames = [] {
  std::array<std::string_view, std::size(kFormats)> names;
  for (size_t i = 0; i < names.size(); ++i) names[i] = kFormats[i].name;
  return names;
}();

}  // namespace

const SchemaFormat* FindSchemaFormat(std::string_view name) {
  for (const SchemaFormat& format : kFormats) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

std::span<const std::string_view> SchemaFormatNames() { return kNames; }

}  // namespace ferrite::internal
