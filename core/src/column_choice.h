// Which column holds what was seen at a path, and what to say of it.
#ifndef FERRITE_SRC_COLUMN_CHOICE_H_
#define FERRITE_SRC_COLUMN_CHOICE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "field_statistics.h"
#include "table_draft.h"

namespace ferrite::internal {

// The type and conversion whose exact values cover all that was seen.
ColumnDraft ChooseColumn(const FieldStatistics& field);

// The type for a part of a primary key when every record was seen. Nothing
// when a record has no such value or one that could not be a key's cell.
std::optional<ColumnType> ChooseKeyType(const FieldStatistics& field,
                                        uint64_t records);

// Objects with many property names of which each has few: {"de": …, "fr": …}.
bool IsMapLike(const FieldStatistics& field);

// `seen in 1 980 of 2 000; 2 distinct: "open", "paid"; …`. Values are shown
// unless `is_private`.
std::string DescribeField(const FieldStatistics& field, uint64_t records,
                          const ColumnDraft& column, bool is_private);

// "1 980".
std::string Spaced(uint64_t number);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_COLUMN_CHOICE_H_
