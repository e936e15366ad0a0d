// Makes the plan's draft: of each source what its sample or a layout says.
#ifndef FERRITE_SRC_PLAN_DRAFTER_H_
#define FERRITE_SRC_PLAN_DRAFTER_H_

#include <string>
#include <string_view>
#include <vector>

#include "ferrite/pass.h"
#include "layout_guide.h"
#include "plan_draft.h"
#include "source_sample.h"
#include "table_drafter.h"

namespace ferrite::internal {

class PlanDrafter {
 public:
  // Both must outlive it.
  PlanDrafter(const std::vector<SourceState>& sources,
              const LayoutGuide& guide);

  // Drafts the source's tables, in place of earlier ones. The sample has ended.
  void Draft(size_t source, SourceSample* sample);

  // The tables that the sources have now and those of layouts.
  void Finish(PlanDraft* draft);

 private:
  // A table and those of arrays in it.
  struct Group {
    std::vector<TableDraft> tables;
    std::string note;  // empty: none
  };

  std::string StoreName(const Source& source) const;
  void DraftStorage(size_t source, SourceSample* sample);
  void DraftGroup(size_t source, const SampledRecords& sampled,
                  std::string_view name);
  void Release(size_t source);
  // The layout's table that the source's own draft stands for.
  void Rename(size_t source, const LayoutTable& table);
  void Add(Group group, size_t max_tables, PlanDraft* draft) const;

  const std::vector<SourceState>& sources_;
  const LayoutGuide& guide_;
  std::vector<std::vector<Group>> groups_;  // by source
  std::vector<bool> is_drafted_;            // by the guide's tables
  NameSet names_;
  size_t used_columns_ = 0;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_DRAFTER_H_
