// Makes table drafts of what was seen in a source.
//
// A draft must not fail on a record that was not seen: typed columns give NULL
// for what does not fit, and keys and child tables rest on what is known of
// all records only. core/doc/inference.md has the rules.
#ifndef FERRITE_SRC_TABLE_DRAFTER_H_
#define FERRITE_SRC_TABLE_DRAFTER_H_

#include <string>
#include <string_view>
#include <vector>

#include "ferrite/pass.h"
#include "field_statistics.h"
#include "key_statistics.h"
#include "table_draft.h"

namespace ferrite::internal {

inline constexpr size_t kMaxDraftColumns = 200;

// A source, or a part of it, and what was seen there.
struct SampledRecords {
  const SourceState* state = nullptr;
  const RecordStatistics* records = nullptr;
  const KeyStatistics* keys = nullptr;
  Match match = Match::kAll;
  std::string match_text;
  RecordForm form = RecordForm::kValue;
};

// The table of the source's records and, behind it, those of arrays in them.
// `TableDraft::parent` of the latter is relative: 0 is the first of the result.
// At most `max_columns` in all of them.
std::vector<TableDraft> DraftTables(const SampledRecords& sample,
                                    std::string_view name, size_t max_columns,
                                    NameSet* table_names);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_TABLE_DRAFTER_H_
