#include "ferrite/container.h"

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>
#include <utility>

#include "utf8.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

// The way of PNG: a first byte that is no text, and line ends that a transfer
// in text mode would change.
constexpr std::array<uint8_t, 8> kMagic = {0xf0, 'F',  'e',  'R',
                                           '\r', '\n', 0x1a, '\n'};
constexpr uint64_t kMaxInteger = (uint64_t{1} << 53) - 1;  // JavaScript's

constexpr char kCipher[] = "aes-256-gcm";
constexpr char kKdf[] = "pbkdf2-hmac-sha-256";

Error Foreign(std::string message, std::string hint) {
  return {ErrorCode::kContainerForeign, std::move(message), std::move(hint),
          ""};
}

Error NoHeader(const std::string& why) {
  return Foreign("The container's header is not usable: " + why + ".",
                 "It was written by another program.");
}

std::string Hex(std::span<const uint8_t> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (uint8_t byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

bool FromHex(const Json& value, std::span<uint8_t> out) {
  if (!value.is_string()) return false;
  const auto& hex = value.get_ref<const std::string&>();
  if (hex.size() != out.size() * 2) return false;
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
  };
  for (size_t i = 0; i < out.size(); ++i) {
    const int high = digit(hex[2 * i]);
    const int low = digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return true;
}

bool IsUnsigned(const Json& value, uint64_t limit) {
  return value.is_number_unsigned() && value.get<uint64_t>() <= limit;
}

Json EncryptionJson(const ContainerEncryption& encryption) {
  Json json = {{"cipher", kCipher}};
  if (encryption.key == ContainerEncryption::KeySource::kRaw) {
    json["key"] = "raw";
    return json;
  }
  json["key"] = "passphrase";
  json["kdf"] = kKdf;
  json["iterations"] = encryption.iterations;
  json["salt"] = Hex(encryption.salt);
  return json;
}

Result<ContainerEncryption> ParseEncryption(const Json& json) {
  if (!json.is_object() || json.value("cipher", Json()) != kCipher) {
    return NoHeader("its cipher is not known");
  }
  const Json source = json.value("key", Json());
  ContainerEncryption encryption;
  if (source == "raw" && json.size() == 2) return encryption;
  if (source != "passphrase" || json.value("kdf", Json()) != kKdf ||
      json.size() != 5) {
    return NoHeader("where its key comes from is not known");
  }
  encryption.key = ContainerEncryption::KeySource::kPassphrase;
  const Json iterations = json.value("iterations", Json());
  if (!IsUnsigned(iterations, ContainerEncryption::kMaxIterations) ||
      iterations.get<uint32_t>() < ContainerEncryption::kIterations) {
    return NoHeader("its iteration count " + iterations.dump() +
                    " is not between " +
                    std::to_string(ContainerEncryption::kIterations) + " and " +
                    std::to_string(ContainerEncryption::kMaxIterations));
  }
  encryption.iterations = iterations.get<uint32_t>();
  if (!FromHex(json.value("salt", Json()), encryption.salt)) {
    return NoHeader("its salt is not 16 bytes");
  }
  return encryption;
}

}  // namespace

std::string DigestText(const Digest& digest) { return Hex(digest); }

uint64_t ContainerHeader::group_count() const {
  return plain_bytes / group_bytes + (plain_bytes % group_bytes != 0 ? 1 : 0);
}

uint32_t ContainerHeader::group_length(uint64_t index) const {
  return static_cast<uint32_t>(
      std::min<uint64_t>(group_bytes, plain_bytes - index * group_bytes));
}

Result<void> ContainerHeader::Check() const {
  const auto wrong = [](const char* why) {
    return Error{ErrorCode::kInvalidArgument, why, "", ""};
  };
  if (!std::has_single_bit(group_bytes) ||
      group_bytes < kContainerMinGroupBytes ||
      group_bytes > kContainerMaxGroupBytes) {
    return wrong("A group's size is a power of two from 4 KiB to 4 MiB.");
  }
  if (page_bytes != 0 && (!std::has_single_bit(page_bytes) ||
                          page_bytes < 512 || page_bytes > 65536)) {
    return wrong("A page's size is 0 or a power of two from 512 to 65536.");
  }
  // One frame each and the final one: sequence numbers have 32 bits.
  if (plain_bytes > kMaxInteger || group_count() >= UINT32_MAX) {
    return wrong("The file is too large for groups of this size.");
  }
  if (created_at < 0 || created_at > static_cast<int64_t>(kMaxInteger)) {
    return wrong("The time is not one that the header can say.");
  }
  if (description.size() > kContainerDescriptionLimit ||
      !internal::IsUtf8(AsBytes(description))) {
    return wrong("A description is UTF-8 of at most 1024 bytes.");
  }
  return {};
}

std::string ContainerHeader::ToJson() const {
  const Json json = {
      {"content", content == Content::kBundle ? "bundle" : "store"},
      {"plainBytes", plain_bytes},
      {"groupBytes", group_bytes},
      {"pageBytes", page_bytes},
      {"compression", compressed ? "deflate" : "none"},
      {"createdAt", created_at},
      {"description", description},
      {"base", base ? Json(Hex(*base)) : Json()},
      {"encryption", encryption ? EncryptionJson(*encryption) : Json()}};
  return json.dump();
}

Result<ContainerHeader> ContainerHeader::Parse(Bytes bytes) {
  const Json json =
      Json::parse(bytes.begin(), bytes.end(), nullptr, /*exceptions=*/false);
  if (!json.is_object()) return NoHeader("it is no JSON object");
  const auto member = [&](const char* name) {
    return json.value(name, Json());
  };
  // Another member may change what the file means: it needs another version.
  for (const char* name : {"base", "encryption"}) {
    if (!json.contains(name)) return NoHeader("a member is missing");
  }
  if (json.size() != 9) return NoHeader("it has other members");

  ContainerHeader header;
  const Json content = member("content");
  if (content != "bundle" && content != "store") {
    return NoHeader("its content is not known");
  }
  header.content = content == "bundle" ? Content::kBundle : Content::kStore;
  const Json compression = member("compression");
  if (compression != "deflate" && compression != "none") {
    return NoHeader("its compression is not known");
  }
  header.compressed = compression == "deflate";
  for (const char* name :
       {"plainBytes", "groupBytes", "pageBytes", "createdAt"}) {
    if (!IsUnsigned(member(name), kMaxInteger)) {
      return NoHeader(std::string(name) + " is no number");
    }
  }
  for (const char* name : {"groupBytes", "pageBytes"}) {
    if (!IsUnsigned(member(name), kContainerMaxGroupBytes)) {
      return NoHeader(std::string(name) + " is too large");
    }
  }
  header.plain_bytes = member("plainBytes").get<uint64_t>();
  header.group_bytes = member("groupBytes").get<uint32_t>();
  header.page_bytes = member("pageBytes").get<uint32_t>();
  header.created_at = member("createdAt").get<int64_t>();
  if (!member("description").is_string()) {
    return NoHeader("its description is no text");
  }
  header.description = member("description").get<std::string>();
  if (!member("base").is_null() &&
      !FromHex(member("base"), header.base.emplace())) {
    return NoHeader("its base is no id");
  }
  if (!member("encryption").is_null()) {
    Result<ContainerEncryption> encryption =
        ParseEncryption(member("encryption"));
    if (!encryption.ok()) return std::move(encryption).error();
    header.encryption = *encryption;
  }
  if (auto checked = header.Check(); !checked.ok()) {
    return Foreign(checked.error().message,
                   "It was written by another program.");
  }
  return header;
}

std::array<uint8_t, kContainerPrologueBytes> EncodeContainerPrologue(
    uint32_t header_bytes) {
  std::array<uint8_t, kContainerPrologueBytes> out{};
  std::copy(kMagic.begin(), kMagic.end(), out.begin());
  for (int i = 0; i < 4; ++i) {
    out[8 + i] = static_cast<uint8_t>(kContainerVersion >> (24 - 8 * i));
    out[12 + i] = static_cast<uint8_t>(header_bytes >> (24 - 8 * i));
  }
  return out;
}

bool BeginsContainer(Bytes bytes) {
  return bytes.size() >= 4 &&
         std::equal(kMagic.begin(), kMagic.begin() + 4, bytes.begin());
}

Result<uint32_t> DecodeContainerPrologue(Bytes bytes) {
  const size_t known = std::min(bytes.size(), kMagic.size());
  if (!BeginsContainer(bytes)) {
    return Foreign("The file is no Ferrite container.",
                   "Give a file that Ferrite packed or encrypted.");
  }
  const auto damaged = [](const char* why) {
    return Error{ErrorCode::kContainerDamaged, why, "Get the file again.", ""};
  };
  if (!std::equal(kMagic.begin(), kMagic.begin() + known, bytes.begin())) {
    return damaged("The container was changed on its way, as text is.");
  }
  if (bytes.size() < kContainerPrologueBytes) {
    return damaged("The container is cut short within its beginning.");
  }
  uint32_t version = 0;
  uint32_t header_bytes = 0;
  for (int i = 0; i < 4; ++i) {
    version = version << 8 | bytes[8 + i];
    header_bytes = header_bytes << 8 | bytes[12 + i];
  }
  if (version != kContainerVersion) {
    return Foreign("The container has version " + std::to_string(version) +
                       ", this program reads version " +
                       std::to_string(kContainerVersion) + ".",
                   "Use a newer Ferrite.");
  }
  if (header_bytes > kContainerHeaderLimit) {
    return damaged("The container's header is longer than a header can be.");
  }
  return header_bytes;
}

}  // namespace ferrite
