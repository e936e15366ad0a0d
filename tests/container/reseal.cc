#include "tests/container/reseal.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "ferrite/container_frame.h"
#include "native/container/container_key.h"
#include "native/container/crypto.h"

namespace ferrite::testing {
namespace {

class Sealer {
 public:
  explicit Sealer(std::span<uint8_t> bytes)
      : bytes_(bytes), sha_(Sha256::Make().value()) {}

  // Writes the hash over the `size` bytes at the place, and goes behind it.
  bool Link(size_t size, bool first) {
    if (bytes_.size() - at_ < size + sizeof(Digest)) return false;
    const Bytes part = bytes_.subspan(at_, size);
    chain_ = *(first ? sha_.Of({part}) : sha_.Of({chain_, part}));
    at_ += size;
    std::copy(chain_.begin(), chain_.end(), bytes_.begin() + at_);
    at_ += sizeof(Digest);
    return true;
  }
  Bytes rest() const { return bytes_.subspan(at_); }

 private:
  std::span<uint8_t> bytes_;
  Sha256 sha_;
  Digest chain_{};
  size_t at_ = 0;
};

}  // namespace

void Reseal(ByteBuffer* container) {
  Result<uint32_t> header = DecodeContainerPrologue(*container);
  if (!header.ok()) return;
  Sealer sealer(*container);
  const Bytes json = Bytes(*container).subspan(kContainerPrologueBytes);
  const bool encrypted =
      AsText(json.first(std::min<size_t>(*header, json.size())))
          .find("aes-256-gcm") != std::string_view::npos;
  if (!sealer.Link(kContainerPrologueBytes + *header, true)) return;
  if (encrypted && !sealer.Link(kWrappedKeyBytes, false)) return;
  while (sealer.rest().size() >= kFrameHeadBytes) {
    size_t stored = 0;
    for (uint8_t byte : sealer.rest().subspan(20, 4)) {
      stored = stored << 8 | byte;
    }
    if (!sealer.Link(kFrameHeadBytes + stored, false)) return;
  }
}

}  // namespace ferrite::testing
