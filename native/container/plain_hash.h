// PlainHash: the hash over a whole file's plain bytes, group by group.
//
// It begins with 32 zero bytes and goes on with each group, in order:
// SHA-256(hash so far, SHA-256(group)). So who knows the groups' hashes knows
// the file's without its bytes, and one-shot hashes suffice to compute it.
// For one thread at a time.
#ifndef FERRITE_NATIVE_CONTAINER_PLAIN_HASH_H_
#define FERRITE_NATIVE_CONTAINER_PLAIN_HASH_H_

#include "native/container/crypto.h"

namespace ferrite {

class PlainHash {
 public:
  // `sha` must outlive it.
  explicit PlainHash(Sha256* sha) : sha_(sha) {}

  Result<void> Add(const Digest& group) {
    Result<Digest> next = sha_->Of({value_, group});
    if (!next.ok()) return std::move(next).error();
    value_ = *next;
    return {};
  }
  const Digest& value() const { return value_; }

 private:
  Sha256* sha_;
  Digest value_{};
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CONTAINER_PLAIN_HASH_H_
