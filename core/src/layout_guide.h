// LayoutGuide: what the layouts of known libraries say about the sources that
// inference looks at.
//
// It takes the facts from the sources' states and from the keys that inference
// sees, has them recognised, tries the layouts' tables on records, and gives up
// those that the plan or a record does not agree with: their sources are then
// inferred as if nothing had been recognised.
#ifndef FERRITE_SRC_LAYOUT_GUIDE_H_
#define FERRITE_SRC_LAYOUT_GUIDE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "ferrite/bytes.h"
#include "ferrite/mapper.h"
#include "ferrite/pass.h"
#include "ferrite/plan.h"
#include "layout_answer.h"

namespace ferrite::internal {

class LayoutGuide {
 public:
  // `sources` must outlive it.
  explicit LayoutGuide(const std::vector<SourceState>& sources);

  // A record's key and value, encoded, in the first reading.
  void Note(size_t source, Bytes key, Bytes value);
  // All that is to be seen was noted.
  void Recognize();

  // Whether the source has tables that are to be tried on its records.
  bool Tries(size_t source) const;
  void Try(size_t source, Bytes key, Bytes value);
  // Gives up what failed.
  void EndTrial();

  // What is left, by source. For a storage what is taken are single keys.
  const std::vector<LayoutTable>& tables() const { return answer_.tables; }
  const std::vector<LayoutExclusion>& exclusions() const {
    return answer_.exclusions;
  }
  bool Knows(size_t source) const;
  // Whether a table, by its index, has the record.
  enum class Place { kNone, kTable, kExcluded };
  Place Find(size_t source, Bytes key, size_t* table) const;

  // JSON of the report's "layouts", and what was given up or is to be known.
  const std::string& layouts() const { return answer_.layouts; }
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  struct Trial {
    std::unique_ptr<Mapper> mapper;
    std::unordered_set<std::string> keys;  // hashes of primary keys
    std::string failure;                   // empty: none
  };

  std::string Facts() const;
  bool IsTried(const LayoutTable& table) const;
  std::string TryOn(LayoutTable* table, Trial* trial, Bytes key, Bytes value);
  void GiveUp(const std::map<size_t, std::string>& failures);

  const std::vector<SourceState>& sources_;
  // By source: keys, and for a storage the beginnings of values.
  struct Entry {
    std::string key;
    std::string value;
  };
  std::vector<std::vector<Entry>> entries_;
  LayoutAnswer answer_;
  std::vector<Trial> trials_;  // by table
  std::vector<std::string> notes_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_LAYOUT_GUIDE_H_
