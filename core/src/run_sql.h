// One statement that gives no rows, prepared for this call alone.
#ifndef FERRITE_CORE_SRC_RUN_SQL_H_
#define FERRITE_CORE_SRC_RUN_SQL_H_

#include <initializer_list>
#include <string_view>

#include "ferrite/store.h"

namespace ferrite::internal {

// Parameters count from 1, as the cells come.
Result<void> RunSql(Store* store, std::string_view sql,
                    std::initializer_list<Cell> parameters);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_RUN_SQL_H_
