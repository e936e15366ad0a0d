#include "native/container/deflate.h"

#include <zlib.h>

#include <utility>

namespace ferrite {
namespace {

constexpr int kRaw = -15;  // no zlib or gzip wrapping; a window of 32 KiB
// Twice as fast as the usual 6 for 7 % more bytes (decision 0008).
constexpr int kLevel = 3;

void Feed(z_stream* stream, Bytes in, std::span<uint8_t> out) {
  stream->next_in = const_cast<Bytef*>(in.data());  // zlib only reads it
  stream->avail_in = static_cast<uInt>(in.size());
  stream->next_out = out.data();
  stream->avail_out = static_cast<uInt>(out.size());
}

Error NoMemory() {
  return {ErrorCode::kOutOfMemory, "There is no memory for compression.", "",
          ""};
}

}  // namespace

Deflater::Deflater(std::unique_ptr<z_stream> stream)
    : stream_(std::move(stream)) {}

Result<std::unique_ptr<Deflater>> Deflater::Make() {
  auto stream = std::make_unique<z_stream>();
  if (deflateInit2(stream.get(), kLevel, Z_DEFLATED, kRaw, /*memLevel=*/8,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return NoMemory();
  }
  return std::unique_ptr<Deflater>(new Deflater(std::move(stream)));
}

Deflater::~Deflater() { deflateEnd(stream_.get()); }

std::optional<size_t> Deflater::Run(Bytes plain, std::span<uint8_t> out) {
  deflateReset(stream_.get());
  Feed(stream_.get(), plain, out);
  if (deflate(stream_.get(), Z_FINISH) != Z_STREAM_END) return std::nullopt;
  return out.size() - stream_->avail_out;
}

Inflater::Inflater(std::unique_ptr<z_stream> stream)
    : stream_(std::move(stream)) {}

Result<std::unique_ptr<Inflater>> Inflater::Make() {
  auto stream = std::make_unique<z_stream>();
  if (inflateInit2(stream.get(), kRaw) != Z_OK) return NoMemory();
  return std::unique_ptr<Inflater>(new Inflater(std::move(stream)));
}

Inflater::~Inflater() { inflateEnd(stream_.get()); }

bool Inflater::Run(Bytes stored, std::span<uint8_t> plain) {
  inflateReset(stream_.get());
  Feed(stream_.get(), stored, plain);
  return inflate(stream_.get(), Z_FINISH) == Z_STREAM_END &&
         stream_->avail_in == 0 && stream_->avail_out == 0;
}

}  // namespace ferrite
