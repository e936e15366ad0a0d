// Reseal: gives bytes the hash chain of a container, as somebody would who
// changed one and knows no key.
#ifndef FERRITE_TESTS_CONTAINER_RESEAL_H_
#define FERRITE_TESTS_CONTAINER_RESEAL_H_

#include "ferrite/bytes.h"

namespace ferrite::testing {

// Follows the lengths in `container` as far as they lead.
void Reseal(ByteBuffer* container);

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_CONTAINER_RESEAL_H_
