// SourceSample: what is being found out about the source that is being read.
#ifndef FERRITE_SRC_SOURCE_SAMPLE_H_
#define FERRITE_SRC_SOURCE_SAMPLE_H_

#include <cstdint>
#include <map>

#include "ferrite/encoding.h"
#include "field_statistics.h"
#include "key_statistics.h"
#include "sample_walk.h"
#include "storage_groups.h"

namespace ferrite::internal {

// Entries of a storage that one table of a layout takes.
struct LayoutSample {
  // `parsed` is scratch.
  void Add(Bytes key, Bytes value, Writer* parsed);

  // Of the JSON objects that the entries' texts say.
  RecordStatistics records;
  KeyStatistics keys;
  uint64_t entries = 0;
  bool are_objects = true;
};

struct SourceSample {
  SourceSample(uint64_t records, uint64_t sample_size)
      : walk(records, sample_size) {}

  SampleWalk walk;
  RecordStatistics records;
  KeyStatistics keys;
  StorageGroups groups;
  std::map<size_t, LayoutSample> layouts;  // by LayoutGuide::tables()
  Writer parsed;
  uint64_t bytes = 0;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SOURCE_SAMPLE_H_
