// FieldStatistics: what was seen at one path of a source's records, and below.
//
// Memory is bounded whatever the records are: a tree has at most kMaxFields
// nodes, a node at most kMaxNames property names of at most kMaxName bytes, and
// nothing is looked at below kMaxLevels. What was not looked at for that
// reason is counted, and stays in the lossless column.
#ifndef FERRITE_SRC_FIELD_STATISTICS_H_
#define FERRITE_SRC_FIELD_STATISTICS_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "ferrite/encoding.h"
#include "text_shape.h"
#include "value_sketch.h"

namespace ferrite::internal {

inline constexpr size_t kMaxFields = 3000;
inline constexpr size_t kMaxNames = 512;
inline constexpr size_t kMaxName = 128;
inline constexpr int kMaxLevels = 6;
// Distinct values whose hashes are kept per field.
inline constexpr size_t kSketchValues = 256;
// Distinct short values that are kept to be shown.
inline constexpr size_t kShownValues = 12;

// What matters of a value's Kind for the choice of a column's type.
enum class Seen : uint8_t {
  kUndefined,
  kNull,
  kBoolean,
  kInteger,
  kReal,
  kText,
  kBigInt,
  kDate,
  kBytes,
  kArray,
  kObject,
  kOther,
  kCount,
};

struct FieldStatistics {
  using Children =
      std::vector<std::pair<std::string, std::unique_ptr<FieldStatistics>>>;

  std::array<uint64_t, static_cast<size_t>(Seen::kCount)> seen = {};
  std::array<uint64_t, 6> shapes = {};  // of texts, by TextShape
  uint64_t milliseconds = 0;  // Numbers that are moments of 2000 to 2040 …
  uint64_t seconds = 0;       // … in this unit
  double least = 0;           // of the whole numbers
  double most = 0;
  bool has_shared = false;   // was shared between places, or a reference
  bool comes_twice = false;  // one object had the property twice
  ValueSketch values{kSketchValues};
  // Short texts and integers with their counts, while they are few.
  std::map<std::string, uint64_t> shown;
  bool shows_all = true;

  // Objects: the properties in the order in which they were first seen.
  Children fields;
  std::unordered_map<std::string, size_t> field_index;
  uint64_t properties = 0;         // of all objects
  uint64_t unseen_properties = 0;  // those of them not in `fields`

  // Arrays.
  std::unique_ptr<FieldStatistics> items;
  uint64_t item_count = 0;

  uint64_t last_object = 0;  // tells a property that comes twice

  uint64_t count(Seen kind) const { return seen[static_cast<size_t>(kind)]; }
  uint64_t shaped(TextShape shape) const {
    return shapes[static_cast<size_t>(shape)];
  }
  // All values, absent ones not among them.
  uint64_t total() const;
  // Those that are neither null nor undefined.
  uint64_t present() const;
  const FieldStatistics* Find(const std::vector<std::string>& path) const;
};

// The statistics of one source, or of a part of it.
class RecordStatistics {
 public:
  RecordStatistics();

  // A malformed record is counted and not looked at.
  void Add(Bytes value);

  uint64_t records() const { return records_; }
  uint64_t malformed() const { return malformed_; }
  bool has_twice() const { return has_twice_; }
  const FieldStatistics& root() const { return *root_; }

 private:
  void Value(Reader* reader, FieldStatistics* field, int level);
  void Object(Reader* reader, uint64_t count, FieldStatistics* field,
              int level);
  void Array(Reader* reader, uint64_t count, FieldStatistics* field, int level);
  FieldStatistics* Child(const Item& name, FieldStatistics* field);

  std::unique_ptr<FieldStatistics> root_;
  size_t fields_ = 1;
  uint64_t records_ = 0;
  uint64_t malformed_ = 0;
  uint64_t objects_ = 0;
  bool has_twice_ = false;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_FIELD_STATISTICS_H_
