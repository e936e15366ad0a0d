// Writes and reads containers for the tests of both twins:
//
//   container_tool write PLAIN OUT [KEY] [--base BASE-PLAIN BASE-ID] [--stored]
//   container_tool read CONTAINER OUT [KEY] [--base BASE-PLAIN BASE-ID]
//
// KEY is pass:TEXT, or hex:64 digits. With --base, write holds what changed
// since BASE-PLAIN, and read applies the container to a copy of it. Prints the
// container's id, and the seconds and CPU seconds of it as JSON, or the error.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "native/container/container_copy.h"

namespace ferrite {
namespace {

struct Arguments {
  std::string command;
  std::string in;
  std::string out;
  std::optional<ContainerKey> key;
  std::string base_plain;
  std::optional<Digest> base;
  bool stored = false;
};

ByteBuffer FromHex(const std::string& hex) {
  ByteBuffer bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<uint8_t>(
        std::strtoul(hex.substr(i, 2).c_str(), nullptr, 16)));
  }
  return bytes;
}

Arguments Parse(const std::vector<std::string>& given) {
  Arguments arguments{given.at(0), given.at(1), given.at(2), {}, {}, {}, {}};
  for (size_t i = 3; i < given.size(); ++i) {
    if (given[i].rfind("pass:", 0) == 0) {
      arguments.key.emplace(
          ContainerKey::FromPassphrase(given[i].substr(5)).value());
    } else if (given[i].rfind("hex:", 0) == 0) {
      arguments.key.emplace(
          ContainerKey::FromBytes(FromHex(given[i].substr(4))).value());
    } else if (given[i] == "--stored") {
      arguments.stored = true;
    } else if (given[i] == "--base") {
      arguments.base_plain = given.at(++i);
      const ByteBuffer id = FromHex(given.at(++i));
      std::copy(id.begin(), id.end(), arguments.base.emplace().begin());
    }
  }
  return arguments;
}

using Files = std::unique_ptr<DiskFile>;

Result<Files> Open(const std::string& path) {
  return DiskFile::Open(path, DiskFile::Mode::kRead);
}

Result<Digest> Write(const Arguments& arguments) {
  ContainerHeader header;
  header.content = ContainerHeader::Content::kStore;
  header.page_bytes = 4096;
  header.created_at = 1700000000000;
  header.description = "written natively: Zürich";
  header.compressed = !arguments.stored;
  header.base = arguments.base;
  std::vector<Digest> groups;
  if (arguments.base) {
    Result<Files> base = Open(arguments.base_plain);
    if (!base.ok()) return std::move(base).error();
    MemorySink ignored;
    ContainerHeader whole = header;
    whole.base.reset();
    auto hashed = WriteContainer(base->get(), whole, nullptr, {}, &ignored);
    if (!hashed.ok()) return std::move(hashed).error();
    groups = hashed->groups;
  }
  Result<Files> source = Open(arguments.in);
  if (!source.ok()) return std::move(source).error();
  auto output = OutputFile::Make(arguments.out);
  if (!output.ok()) return std::move(output).error();
  auto written = WriteContainer(source->get(), header,
                                arguments.key ? &*arguments.key : nullptr,
                                groups, (*output)->file());
  if (!written.ok()) return std::move(written).error();
  if (auto kept = (*output)->Commit(); !kept.ok()) return kept.error();
  return written->id;
}

Result<Digest> Read(const Arguments& arguments) {
  Result<Files> source = Open(arguments.in);
  if (!source.ok()) return std::move(source).error();
  auto reader = ContainerReader::Open(
      source->get(), arguments.key ? &*arguments.key : nullptr);
  if (!reader.ok()) return std::move(reader).error();
  if (!arguments.base) {
    auto output = OutputFile::Make(arguments.out);
    if (!output.ok()) return std::move(output).error();
    auto read = ReadContainer(reader->get(), (*output)->file());
    if (!read.ok()) return read.error();
    if (auto kept = (*output)->Commit(); !kept.ok()) return kept.error();
    return (*reader)->id();
  }
  std::filesystem::copy_file(arguments.base_plain, arguments.out);
  auto target = DiskFile::Open(arguments.out, DiskFile::Mode::kChange);
  if (!target.ok()) return std::move(target).error();
  auto applied = ApplyContainer(reader->get(), *arguments.base, target->get());
  if (!applied.ok()) return applied.error();
  return (*reader)->id();
}

int Run(const Arguments& arguments) {
  const auto begin = std::chrono::steady_clock::now();
  const Result<Digest> id =
      arguments.command == "write" ? Write(arguments) : Read(arguments);
  const std::chrono::duration<double> taken =
      std::chrono::steady_clock::now() - begin;
  if (!id.ok()) {
    std::printf("{\"error\":%s}\n", id.error().ToJson().c_str());
    return ErrorExitStatus(id.error().code);
  }
  std::printf("{\"id\":\"%s\",\"seconds\":%.6f,\"cpuSeconds\":%.6f}\n",
              DigestText(*id).c_str(), taken.count(),
              static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
  return 0;
}

}  // namespace
}  // namespace ferrite

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "container_tool write|read IN OUT [KEY] …\n");
    return 2;
  }
  return ferrite::Run(
      ferrite::Parse(std::vector<std::string>(argv + 1, argv + argc)));
}
