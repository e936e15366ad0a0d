#include "tests/support/fault_disk.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <utility>

namespace ferrite::testing {
namespace {

using Kind = DiskChange::Kind;

void Redo(const DiskChange& change, ByteBuffer* content) {
  const auto offset = static_cast<size_t>(change.offset);
  if (change.kind == Kind::kTruncate) {
    content->resize(offset);
    return;
  }
  content->resize(std::max(content->size(), offset + change.bytes.size()));
  std::copy(change.bytes.begin(), change.bytes.end(),
            content->begin() + static_cast<ptrdiff_t>(offset));
}

// The sectors of a write come through each for itself.
void RedoTorn(const DiskChange& change, size_t synced_size,
              const std::function<uint32_t()>& random, ByteBuffer* content) {
  if (change.kind == Kind::kTruncate) {
    if (random() % 2 == 0) Redo(change, content);
    return;
  }
  for (size_t done = 0; done < change.bytes.size();) {
    const auto at = static_cast<size_t>(change.offset) + done;
    const size_t size = std::min(change.bytes.size() - done,
                                 FaultFile::kSector - at % FaultFile::kSector);
    DiskChange sector{Kind::kWrite, static_cast<int64_t>(at), {}, false};
    const auto from = change.bytes.begin() + static_cast<ptrdiff_t>(done);
    sector.bytes.assign(from, from + static_cast<ptrdiff_t>(size));
    const uint32_t luck = random();
    done += size;
    if (luck % 2 == 0) {
      Redo(sector, content);
    } else if (at >= synced_size && luck % 4 == 1) {
      std::generate(sector.bytes.begin(), sector.bytes.end(),
                    [&] { return static_cast<uint8_t>(random()); });
      Redo(sector, content);
    }
  }
}

}  // namespace

size_t FaultFile::Read(int64_t offset, uint8_t* out, size_t size) const {
  const auto from = std::min(static_cast<size_t>(offset), seen_.size());
  const size_t read = std::min(size, seen_.size() - from);
  if (read > 0) std::memcpy(out, seen_.data() + from, read);
  std::memset(out + read, 0, size - read);
  return read;
}

void FaultFile::Apply(const DiskChange& change) {
  switch (change.kind) {
    case Kind::kCreate:
      is_there_ = true;
      return;
    case Kind::kWrite:
    case Kind::kTruncate:
      Redo(change, &seen_);
      unsynced_.push_back(change);
      return;
    case Kind::kSync:
      return Sync();
    case Kind::kDelete:
      return Delete(change.is_synced);
  }
}

void FaultFile::Sync() {
  deleted_.reset();
  // Not a copy of what is seen: a large file is synced for each small batch.
  for (const DiskChange& change : unsynced_) Redo(change, &synced_);
  unsynced_.clear();
  is_synced_ = true;
}

void FaultFile::Delete(bool is_synced) {
  if (is_synced) {
    deleted_.reset();
  } else if (is_synced_) {
    deleted_ = std::move(synced_);
  }
  is_there_ = is_synced_ = false;
  seen_.clear();
  synced_.clear();
  unsynced_.clear();
}

void FaultFile::PowerCut(Unsynced unsynced,
                         const std::function<uint32_t()>& random) {
  if (unsynced == Unsynced::kKept) {
    Sync();
    is_synced_ = is_there_;
    return;
  }
  if (deleted_ && (unsynced == Unsynced::kDropped || random() % 2 == 0)) {
    synced_ = *std::move(deleted_);
    unsynced_.clear();
    is_synced_ = true;
  }
  deleted_.reset();
  ByteBuffer left = synced_;
  for (const DiskChange& change : unsynced_) {
    if (unsynced == Unsynced::kTorn) {
      RedoTorn(change, synced_.size(), random, &left);
    } else if (unsynced == Unsynced::kSome && random() % 2 == 0) {
      Redo(change, &left);
    }
  }
  unsynced_.clear();
  const bool is_lucky = unsynced != Unsynced::kDropped && random() % 2 == 0;
  is_there_ = is_synced_ || (is_there_ && is_lucky);
  is_synced_ = is_there_;
  if (!is_there_) left.clear();
  seen_ = left;
  synced_ = std::move(left);
}

FaultFile* FaultDisk::Find(const std::string& name) {
  const auto found = files_.find(name);
  return found == files_.end() ? nullptr : &found->second;
}

void FaultDisk::Apply(const std::string& name, const DiskChange& change) {
  files_[name].Apply(change);
}

void FaultDisk::PowerCut(Unsynced unsynced, uint32_t seed) {
  std::mt19937 random(seed);
  for (auto& [name, file] : files_) {
    file.PowerCut(unsynced, [&] { return static_cast<uint32_t>(random()); });
  }
}

}  // namespace ferrite::testing
