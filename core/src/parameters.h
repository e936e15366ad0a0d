// Query parameters: from the record encoding into cells.
#ifndef FERRITE_CORE_SRC_PARAMETERS_H_
#define FERRITE_CORE_SRC_PARAMETERS_H_

#include "ferrite/bytes.h"
#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite::internal {

// Binds an encoded array or object (query.h) to the statement; the cells view
// `parameters`. No bytes at all means no parameters. Every parameter of the
// statement must be given, and nothing else.
Result<void> BindParameters(Bytes parameters, Statement* statement);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_PARAMETERS_H_
