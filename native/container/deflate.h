// Raw deflate (RFC 1951), one group of bytes at a time.
//
// Keeps zlib's state between groups; for one thread at a time.
#ifndef FERRITE_NATIVE_CONTAINER_DEFLATE_H_
#define FERRITE_NATIVE_CONTAINER_DEFLATE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "ferrite/bytes.h"
#include "ferrite/error.h"

struct z_stream_s;

namespace ferrite {

class Deflater {
 public:
  static Result<std::unique_ptr<Deflater>> Make();
  ~Deflater();

  // The compressed length; none when it does not fit into `out`.
  std::optional<size_t> Run(Bytes plain, std::span<uint8_t> out);

 private:
  explicit Deflater(std::unique_ptr<z_stream_s> stream);
  std::unique_ptr<z_stream_s> stream_;
};

class Inflater {
 public:
  static Result<std::unique_ptr<Inflater>> Make();
  ~Inflater();

  // False unless `stored` is one whole stream that gives exactly as many bytes
  // as `plain` has; never writes more.
  bool Run(Bytes stored, std::span<uint8_t> plain);

 private:
  explicit Inflater(std::unique_ptr<z_stream_s> stream);
  std::unique_ptr<z_stream_s> stream_;
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CONTAINER_DEFLATE_H_
