// LayoutAnswer: what RecognizeLayouts says, with each table and exclusion as a
// plan of its own.
#ifndef FERRITE_SRC_LAYOUT_ANSWER_H_
#define FERRITE_SRC_LAYOUT_ANSWER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/error.h"
#include "ferrite/pass.h"
#include "ferrite/plan.h"

namespace ferrite::internal {

struct LayoutTable {
  std::string library;
  std::string name;
  std::string json;  // the plan's table, without columns when they are inferred
  bool infers = false;
  size_t source = 0;  // index into the SourceStates
  // A plan of this table alone; null with why_not.
  std::unique_ptr<Plan> plan;
  std::string why_not;
};

struct LayoutExclusion {
  std::string json;  // the plan's
  size_t source = 0;
  Selection records;
};

struct LayoutAnswer {
  std::vector<LayoutTable> tables;
  std::vector<LayoutExclusion> exclusions;
  std::vector<std::string> notes;
  // JSON: [{"preset","library","certainty","evidence"}…]
  std::string layouts = "[]";

  // `answer` is RecognizeLayouts'; what lies in sources that are not ready is
  // left out.
  static LayoutAnswer Read(std::string_view answer,
                           const std::vector<SourceState>& sources);
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_LAYOUT_ANSWER_H_
