#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "native/cli/bundle.h"
#include "native/cli/container_file.h"
#include "native/cli/stop_on_signal.h"
#include "native/container/container_copy.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

bool GoOn(uint64_t, uint64_t) { return !StopOnSignal::came(); }

Result<CheckedContainer> Check(const std::string& path) {
  auto file = DiskFile::Open(path, DiskFile::Mode::kRead);
  if (!file.ok()) return std::move(file).error();
  auto checked = CheckContainer(file->get(), GoOn);
  if (checked.ok()) return checked;
  Error error = checked.error();
  error.message = path + ": " + error.message;
  return error;
}

// Reads all of it and keeps nothing.
Result<void> CheckContent(const std::string& path,
                          std::optional<ContainerKey> key) {
  auto opened = OpenContainer(path, std::move(key));
  if (!opened.ok()) return std::move(opened).error();
  for (;;) {
    auto group = opened->reader->Next();
    if (!group.ok()) return std::move(group).error();
    if (!*group) return {};
    if (StopOnSignal::came()) {
      return Error{ErrorCode::kCancelled, "Stopped.", "", ""};
    }
  }
}

std::string EncryptionText(const ContainerHeader& header) {
  if (!header.encryption) return "not encrypted";
  if (header.encryption->key == ContainerEncryption::KeySource::kRaw) {
    return "encrypted with a raw key";
  }
  return "encrypted with a passphrase";
}

Json Document(const BundleInfoOptions& options, const CheckedContainer& found,
              uint64_t bytes, bool content_checked) {
  const ContainerHeader& header = found.header;
  return {{"kind", "container"},
          {"file", options.file},
          {"bytes", bytes},
          {"id", DigestText(found.id)},
          {"header", Json::parse(header.ToJson())},
          {"groups", {{"held", found.groups}, {"whole", header.group_count()}}},
          {"heldBytes", found.group_plain_bytes},
          {"storedBytes", found.stored_bytes},
          {"contentChecked", content_checked}};
}

}  // namespace

Result<int> BundleInfo(const BundleInfoOptions& options,
                       const Console& console) {
  StopOnSignal signals;
  Result<CheckedContainer> found = Check(options.file);
  if (!found.ok()) return std::move(found).error();
  const ContainerHeader& header = found->header;
  Result<std::optional<ContainerKey>> key = GivenKey(options.key);
  if (!key.ok()) return std::move(key).error();
  const bool readable = *key || !header.encryption;
  if (readable) {
    auto checked = CheckContent(options.file, std::move(key).value());
    if (!checked.ok()) return checked.error();
  }
  auto file = DiskFile::Open(options.file, DiskFile::Mode::kRead);
  if (!file.ok()) return std::move(file).error();
  const uint64_t bytes = (*file)->size();
  console.Document(Document(options, *found, bytes, readable)
                       .dump(-1, ' ', false, Json::error_handler_t::replace));

  const bool is_bundle = header.content == ContainerHeader::Content::kBundle;
  console.Line(fmt::format(
      "{} is a {} of a {}, {}, {}.", Printable(options.file),
      console.Paint(Tone::kBold, "container"), is_bundle ? "bundle" : "store",
      ByteText(bytes), EncryptionText(header)));
  console.Line(fmt::format("Made {}.", TimeText(header.created_at)));
  if (!header.description.empty()) console.Line(Printable(header.description));
  console.Line();
  console.Line(fmt::format(
      "  {} of {}, {}", Grouped(found->groups),
      Counted(header.group_count(), "group"),
      header.compressed ? "compressed by deflate" : "not compressed"));
  console.Line(fmt::format("  {} held, {} stored; the whole file has {}",
                           ByteText(found->group_plain_bytes),
                           ByteText(found->stored_bytes),
                           ByteText(header.plain_bytes)));
  console.Line("  id   " + DigestText(found->id));
  if (header.base) {
    console.Line("  base " + DigestText(*header.base) +
                 ", whose changes these are");
  }
  console.Line();
  console.Line(readable ? "Every frame and the content are whole."
                        : "Every frame is whole; the content was not looked "
                          "at without the key.");
  return 0;
}

}  // namespace ferrite
