// Finds which columns refer to which tables: by inclusion of their values in
// the tables' keys, with a confidence from names, coverage and distinctness.
#ifndef FERRITE_SRC_RELATION_FINDER_H_
#define FERRITE_SRC_RELATION_FINDER_H_

#include <vector>

#include "table_draft.h"

namespace ferrite::internal {

// Writes ColumnDraft::references where it is confident, with an index, and a
// comment where it is less so. A column of a primary key gets the comment only:
// it cannot become NULL, so a wrong guess would cost a row.
void FindRelations(std::vector<TableDraft>* tables);

// From 0 to 1: how much a column's name says that it refers to a table, whose
// key column may be named too.
double NameSimilarity(std::string_view column, std::string_view table,
                      std::string_view key, bool is_same_table);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_RELATION_FINDER_H_
