// Fuzzes the container's reader.
//
// Each input is read as it is, then with a hash chain that fits: without that
// the chain would stop nearly every input at its first frame. Passphrases are
// left out, for they take a tenth of a second each.
#include <cstdint>
#include <cstdlib>

#include "native/container/container_copy.h"
#include "tests/container/reseal.h"

namespace ferrite {
namespace {

// A container whose chain fits and that is read to its end is whole: its size
// and its groups are what the header says.
void ReadWhole(Bytes input, const ContainerKey* key) {
  MemorySource source(input);
  auto reader = ContainerReader::Open(&source, key);
  if (!reader.ok()) return;
  const ContainerHeader header = (*reader)->header();
  uint64_t bytes = 0;
  uint64_t next = 0;
  for (;;) {
    const auto group = (*reader)->Next();
    if (!group.ok()) return;
    if (!*group) break;
    if ((*group)->index < next ||
        (*group)->plain.size() != header.group_length((*group)->index)) {
      std::abort();
    }
    next = (*group)->index + 1;
    bytes += (*group)->plain.size();
  }
  if (!header.base && bytes != header.plain_bytes) std::abort();
  MemorySource again(input);
  if (!CheckContainer(&again).ok()) std::abort();
}

}  // namespace
}  // namespace ferrite

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using ferrite::ContainerKey;
  static const ContainerKey* const key = new ContainerKey(
      ContainerKey::FromBytes(ferrite::ByteBuffer(32, 7)).value());
  ferrite::ByteBuffer input(data, data + size);
  for (const ContainerKey* given : {(const ContainerKey*)nullptr, key}) {
    ferrite::ReadWhole(input, given);
  }
  ferrite::testing::Reseal(&input);
  for (const ContainerKey* given : {(const ContainerKey*)nullptr, key}) {
    ferrite::ReadWhole(input, given);
  }
  return 0;
}
