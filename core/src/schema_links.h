// How the schemas of a program refer to each other.
#ifndef FERRITE_SRC_SCHEMA_LINKS_H_
#define FERRITE_SRC_SCHEMA_LINKS_H_

#include <cstdint>

#include "schema_node.h"

namespace ferrite::internal {

// The number of a schema that applies itself to the same value, which would
// never end; kNoSchema when there is none.
uint32_t FindSchemaLoop(const SchemaProgram& program);

// Replaces schemas that are a $ref and nothing else by what they refer to.
// There must be no loop.
void ShortenReferences(SchemaProgram* program);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_LINKS_H_
