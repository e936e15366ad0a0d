// Formats of the net: addresses, names, references.
#ifndef FERRITE_SRC_SCHEMA_NET_FORMAT_H_
#define FERRITE_SRC_SCHEMA_NET_FORMAT_H_

#include <string_view>

namespace ferrite::internal {

bool IsEmailFormat(std::string_view text);     // RFC 5321, 4.1.2
bool IsIdnEmailFormat(std::string_view text);  // RFC 6531
bool IsHostnameFormat(std::string_view text);  // RFC 1123, 2.1
bool IsIpv4Format(std::string_view text);      // RFC 2673, 3.2
bool IsIpv6Format(std::string_view text);      // RFC 4291, 2.2
bool IsUriFormat(std::string_view text);       // RFC 3986
bool IsUriReferenceFormat(std::string_view text);
bool IsIriFormat(std::string_view text);  // RFC 3987
bool IsIriReferenceFormat(std::string_view text);
bool IsUriTemplateFormat(std::string_view text);  // RFC 6570

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_NET_FORMAT_H_
