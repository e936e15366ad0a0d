// PlanDraft: the plan that inference writes, as JSON with comments.
#ifndef FERRITE_SRC_PLAN_DRAFT_H_
#define FERRITE_SRC_PLAN_DRAFT_H_

#include <string>
#include <vector>

#include "ferrite/pass.h"
#include "table_draft.h"

namespace ferrite::internal {

struct PlanNote {
  std::string path;  // a JSON Pointer into the plan
  std::string text;
};

struct PlanDraft {
  std::string name;
  std::vector<TableDraft> tables;
  std::vector<PlanNote> notes;
  // Behind the tables, as layouts have them: the plan's JSON.
  std::vector<std::string> layout_tables;
  std::vector<std::string> excluded;
  std::string layouts = "[]";  // JSON of the report's member

  // {"report":1,"kind":"inference","plan":…,"layouts":[…],"notes":[…]}; the
  // plan is null when there is nothing to make a table of.
  std::string ReportJson() const;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_DRAFT_H_
