// A market: a migration with everything in it that can go wrong halfway.
//
// Five sources: orders with their lines (child tables), customers some of whom
// are missing (orphans of every kind), notes, and two address books that
// contradict each other and the app's own table (conflicts that are decided and
// ones that are left open). Some records of each cannot become rows.
#ifndef FERRITE_TESTS_FAULTS_MARKET_H_
#define FERRITE_TESTS_FAULTS_MARKET_H_

#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "tests/support/memory_host.h"

namespace ferrite::testing {

Plan MarketPlan();

// So many records in all; a multiple of 30.
MemoryHost MarketHost(int records);

// What the app has in the store before: one transaction, done once however
// often it is called.
Result<void> OpenMarket(Store* store);

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_FAULTS_MARKET_H_
