// ferrite bundle encrypt and decrypt.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "native/cli/bundle.h"
#include "native/cli/container_file.h"
#include "native/cli/plain_file.h"
#include "native/cli/sqlite_file.h"
#include "native/cli/stop_on_signal.h"
#include "native/clock.h"
#include "native/container/container_copy.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

struct Copied {
  std::string kind;  // of what was written
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;
  std::optional<Digest> id;
};

int Print(const BundleCopyOptions& options, const Copied& copied,
          const Console& console) {
  Json document = {{"kind", copied.kind},
                   {"file", options.output},
                   {"from", options.file},
                   {"bytesRead", copied.bytes_in},
                   {"bytes", copied.bytes_out}};
  if (copied.id) document["id"] = DigestText(*copied.id);
  console.Document(
      document.dump(-1, ' ', false, Json::error_handler_t::replace));
  console.Line(fmt::format("Wrote {}, {} of {}.", Printable(options.output),
                           ByteText(copied.bytes_out),
                           ByteText(copied.bytes_in)));
  return 0;
}

// Page size of a SQLite file, from its header; 0 when it has none.
uint32_t PageBytes(DiskFile* file) {
  std::array<uint8_t, 18> header{};
  if (file->size() < header.size() || !file->Read(0, header).ok()) return 0;
  const uint32_t said = static_cast<uint32_t>(header[16]) << 8 | header[17];
  return said == 1 ? 65536 : said;
}

Result<ContainerKey> KeyToEncryptWith(const KeyOptions& options) {
  Result<std::optional<ContainerKey>> given = GivenKey(options);
  if (!given.ok()) return std::move(given).error();
  if (*given) return std::move(*given).value();
  return AskForKey(Ask::kTwice);
}

Result<WrittenContainer> EncryptInto(const BundleCopyOptions& options,
                                     const std::string& plain,
                                     const ContainerKey& key, DiskFile* out) {
  auto source = DiskFile::Open(plain, DiskFile::Mode::kRead);
  if (!source.ok()) return std::move(source).error();
  ContainerHeader header;
  header.page_bytes = PageBytes(source->get());
  header.created_at = Now();
  header.description = options.description;
  return WriteContainer(
      source->get(), header, &key, {}, out,
      [](uint64_t, uint64_t) { return !StopOnSignal::came(); });
}

}  // namespace

Result<int> BundleEncrypt(const BundleCopyOptions& options,
                          const Console& console) {
  StopOnSignal signals;
  // The key is the new file's; that of an encrypted one is not asked for.
  Result<PlainFile> plain = PlainFile::OpenUnencrypted(options.file);
  if (!plain.ok()) return std::move(plain).error();
  // What is damaged already is not worth a key.
  Result<std::unique_ptr<BundleReader>> bundle = plain->ReadBundle();
  if (!bundle.ok()) return std::move(bundle).error();
  bundle->reset();
  auto output = OutputFile::Make(options.output);
  if (!output.ok()) return std::move(output).error();
  Result<ContainerKey> key = KeyToEncryptWith(options.key);
  if (!key.ok()) return std::move(key).error();
  auto written = EncryptInto(options, plain->path(), *key, (*output)->file());
  if (!written.ok()) return std::move(written).error();
  if (auto kept = (*output)->Commit(); !kept.ok()) return kept.error();
  return Print(options,
               {"container", FileSize(options.file), (*output)->file()->size(),
                written->id},
               console);
}

Result<int> BundleDecrypt(const BundleCopyOptions& options,
                          const Console& console) {
  StopOnSignal signals;
  auto output = OutputFile::Make(options.output);
  if (!output.ok()) return std::move(output).error();
  Result<std::optional<ContainerKey>> key = GivenKey(options.key);
  if (!key.ok()) return std::move(key).error();
  auto opened = OpenContainer(options.file, std::move(key).value());
  if (!opened.ok()) return std::move(opened).error();
  if (!opened->reader->header().encryption) {
    return Error{ErrorCode::kNotEncrypted,
                 options.file + " is a container that is not encrypted.",
                 "The other commands read it as it is.", ""};
  }
  auto read = CopyOut(opened->reader.get(), (*output)->file());
  if (!read.ok()) return read.error();
  if (auto kept = (*output)->Commit(); !kept.ok()) return kept.error();
  const bool is_bundle =
      opened->reader->header().content == ContainerHeader::Content::kBundle;
  return Print(options,
               {is_bundle ? "bundle" : "store", opened->file->size(),
                (*output)->file()->size(), std::nullopt},
               console);
}

}  // namespace ferrite
