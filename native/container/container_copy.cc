#include "native/container/container_copy.h"

#include <utility>

#include "native/container/container_writer.h"

namespace ferrite {
namespace {

Result<void> Tell(const CopyProgress& progress, uint64_t done, uint64_t total) {
  if (!progress || progress(done, total)) return {};
  return Error{ErrorCode::kCancelled, "Stopped; nothing was written.", "", ""};
}

Error OtherBase(std::string message) {
  return {ErrorCode::kContainerBase, std::move(message),
          "Apply the containers in the order in which they were made.", ""};
}

// The hash of the whole of `file`, in groups as the header says.
Result<Digest> HashOf(ByteSource* file, const ContainerHeader& header) {
  Result<Sha256> sha = Sha256::Make();
  if (!sha.ok()) return std::move(sha).error();
  PlainHash hash(&*sha);
  ByteBuffer group;
  for (uint64_t i = 0; i < header.group_count(); ++i) {
    group.resize(header.group_length(i));
    auto read = file->Read(i * header.group_bytes, group);
    if (!read.ok()) return read.error();
    Result<Digest> one = sha->Of({group});
    if (!one.ok()) return std::move(one).error();
    if (auto added = hash.Add(*one); !added.ok()) return added.error();
  }
  return hash.value();
}

}  // namespace

Result<WrittenContainer> WriteContainer(ByteSource* source,
                                        ContainerHeader header,
                                        const ContainerKey* key,
                                        const std::vector<Digest>& base_groups,
                                        ByteSink* sink,
                                        const CopyProgress& progress) {
  header.plain_bytes = source->size();
  Result<std::unique_ptr<ContainerWriter>> writer =
      ContainerWriter::Begin(header, key, sink);
  if (!writer.ok()) return std::move(writer).error();
  Result<Sha256> sha = Sha256::Make();
  if (!sha.ok()) return std::move(sha).error();
  WrittenContainer written;
  ByteBuffer group;
  for (uint64_t i = 0; i < header.group_count(); ++i) {
    const uint64_t offset = i * header.group_bytes;
    group.resize(header.group_length(i));
    if (auto read = source->Read(offset, group); !read.ok()) {
      return read.error();
    }
    Result<Digest> hash = Digest();
    bool same = false;
    if (header.base && i < base_groups.size()) {
      hash = sha->Of({group});
      same = hash.ok() && *hash == base_groups[i];
    }
    if (same) {
      auto skipped = (*writer)->Skip(*hash);
      if (!skipped.ok()) return skipped.error();
    } else {
      hash = (*writer)->Add(group);
    }
    if (!hash.ok()) return std::move(hash).error();
    written.groups.push_back(*hash);
    auto told = Tell(progress, offset + group.size(), header.plain_bytes);
    if (!told.ok()) return told.error();
  }
  Result<Digest> id = (*writer)->Finish();
  if (!id.ok()) return std::move(id).error();
  written.id = *id;
  return written;
}

Result<void> ReadContainer(ContainerReader* reader, ByteSink* sink,
                           const CopyProgress& progress) {
  const ContainerHeader& header = reader->header();
  if (header.base) {
    return OtherBase("The container holds only what changed since another.");
  }
  uint64_t done = 0;
  for (;;) {
    auto group = reader->Next();
    if (!group.ok()) return std::move(group).error();
    if (!*group) return {};
    auto written = sink->Write((*group)->plain);
    if (!written.ok()) return written;
    done += (*group)->plain.size();
    if (auto told = Tell(progress, done, header.plain_bytes); !told.ok()) {
      return told;
    }
  }
}

Result<void> ApplyContainer(ContainerReader* reader, const Digest& base,
                            DiskFile* target, const CopyProgress& progress) {
  const ContainerHeader& header = reader->header();
  if (header.base != base) {
    return OtherBase("The container holds changes to another one.");
  }
  if (auto cut = target->Truncate(header.plain_bytes); !cut.ok()) return cut;
  for (;;) {
    auto group = reader->Next();
    if (!group.ok()) return std::move(group).error();
    if (!*group) break;
    const uint64_t offset = (*group)->index * header.group_bytes;
    auto written = target->WriteAt(offset, (*group)->plain);
    if (!written.ok()) return written;
    auto told = Tell(progress, offset, header.plain_bytes);
    if (!told.ok()) return told;
  }
  Result<Digest> hash = HashOf(target, header);
  if (!hash.ok()) return std::move(hash).error();
  if (*hash == reader->plain_hash()) return {};
  return OtherBase("The file did not hold what the container changes.");
}

Result<CheckedContainer> CheckContainer(ByteSource* source,
                                        const CopyProgress& progress) {
  Result<std::unique_ptr<FrameReader>> reader = FrameReader::Open(source);
  if (!reader.ok()) return std::move(reader).error();
  FrameReader& frames = **reader;
  CheckedContainer checked;
  while (!frames.ended()) {
    Result<FrameReader::Frame> frame = frames.Next();
    if (!frame.ok()) return std::move(frame).error();
    if (!frame->head.final) {
      ++checked.groups;
      checked.stored_bytes += frame->head.stored_bytes;
      checked.group_plain_bytes += frame->head.plain_bytes;
    }
    auto told = Tell(progress, frames.offset(), source->size());
    if (!told.ok()) return told.error();
  }
  checked.header = frames.header();
  checked.id = frames.id();
  return checked;
}

}  // namespace ferrite
