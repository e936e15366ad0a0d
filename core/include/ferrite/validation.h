// Validation: the pass that checks every record against a plan, and nothing
// else: does each record fit its tables, is unique what must be, does every
// reference lead somewhere?
//
// It fills `scratch`, an empty store that the host throws away: uniqueness and
// relations of more records than fit into memory need one. What is not checked
// are the tables against the sources, since nothing is kept of them.
//
// The report has "kind":"validation" and the status "completed" when every
// record would become its rows, else "completed_with_differences".
#ifndef FERRITE_VALIDATION_H_
#define FERRITE_VALIDATION_H_

#include <memory>
#include <vector>

#include "ferrite/migration.h"
#include "ferrite/pass.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite {

// Errors as BeginMigration's.
Result<std::unique_ptr<Pass>> BeginValidation(Store* scratch, const Plan& plan,
                                              std::vector<SourceState> sources,
                                              const MigrationOptions& options);

}  // namespace ferrite

#endif  // FERRITE_VALIDATION_H_
