// ContainerReader: a container's groups, decrypted and inflated, one by one.
//
// A group is handed over once its frame was found whole, and in an encrypted
// container authentic. That none is missing is known at the end: what was made
// of the groups counts only once Next() has returned none.
// Memory: three groups. For one thread at a time.
#ifndef FERRITE_NATIVE_CONTAINER_CONTAINER_READER_H_
#define FERRITE_NATIVE_CONTAINER_CONTAINER_READER_H_

#include <memory>
#include <optional>

#include "native/container/container_key.h"
#include "native/container/deflate.h"
#include "native/container/frame_reader.h"
#include "native/container/plain_hash.h"

namespace ferrite {

class ContainerReader {
 public:
  struct Group {
    uint64_t index = 0;
    Bytes plain;
  };

  // `key` is null when none is given. kKeyMissing, kKeyWrong; kNotEncrypted
  // when a key is given that the file does not need, for a file that somebody
  // put in the place of an encrypted one must not pass for it. Else as
  // FrameReader. `source` must outlive the reader.
  static Result<std::unique_ptr<ContainerReader>> Open(ByteSource* source,
                                                       const ContainerKey* key);

  const ContainerHeader& header() const { return frames_->header(); }

  // The next group, in order of index: every one, or with a base those that
  // changed; the view is valid until the next call. None at the end.
  // kContainerDamaged; after an error the reader is of no more use.
  Result<std::optional<Group>> Next();

  // Of use once Next() returned none.
  const Digest& id() const { return frames_->id(); }
  // Over the whole file, all of its groups. Without a base it has been
  // compared with what was read.
  const Digest& plain_hash() const { return plain_hash_; }

 private:
  explicit ContainerReader(std::unique_ptr<FrameReader> frames, Sha256 sha)
      : frames_(std::move(frames)), sha_(std::move(sha)), read_(&sha_) {}
  Result<void> Unlock(const ContainerKey* key);
  // The frame's plain bytes, in plain_ or where they lie.
  Result<Bytes> Plain(const FrameReader::Frame& frame);
  Result<void> Finish(Bytes payload);

  std::unique_ptr<FrameReader> frames_;
  Sha256 sha_;
  PlainHash read_;
  std::optional<AesGcm> cipher_;
  std::unique_ptr<Inflater> inflater_;
  ByteBuffer opened_;
  ByteBuffer plain_;
  Digest plain_hash_{};
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CONTAINER_CONTAINER_READER_H_
