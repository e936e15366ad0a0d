// ValueCopier: a part of a record as a value of its own.
#ifndef FERRITE_SRC_VALUE_COPIER_H_
#define FERRITE_SRC_VALUE_COPIER_H_

#include <cstdint>
#include <vector>

#include "ferrite/encoding.h"
#include "record_walk.h"

namespace ferrite::internal {

// Properties that are left out of a copy, by where they lie in the record.
class Omission {
 public:
  void Clear();
  bool empty() const { return properties_.empty(); }
  // In the order of the record. `object` is where the object begins that has
  // the property, `property` its name and value.
  void Add(Bytes object, Bytes property);

  // How many properties of the object at `begin` are left out.
  uint64_t CountOf(const uint8_t* begin) const;
  // The property that is left out at `begin`; empty when none is.
  Bytes At(const uint8_t* begin) const;

 private:
  std::vector<Bytes> properties_;
  std::vector<const uint8_t*> objects_;  // one per property, sorted
};

class ValueCopier {
 public:
  // Appends the value at the beginning of `value`, a checked part of a record
  // whose shared values are `shared`. Where it refers to something outside or
  // left out, that stands in its place; values met twice are shared, and no
  // others. So a copy is hardly longer than the record.
  void Copy(Bytes value, const SharedValues& shared, const Omission& omission,
            Writer* out);

 private:
  // Walks the value; writes it to `out`, or, where that is null, finds out
  // which shared values are met twice.
  void Walk(Bytes value, Writer* out);
  // True when the shared value was met before, which is then noted or written
  // as a reference.
  bool WasMet(uint64_t index, Writer* out);
  uint64_t IndexOf(const uint8_t* begin) const;

  struct Frame {
    Bytes value;
    Reader reader;
    uint64_t left;  // items to come
  };
  static constexpr uint64_t kUnmet = UINT64_MAX;

  const SharedValues* shared_ = nullptr;
  const Omission* omission_ = nullptr;
  std::vector<Frame> frames_;
  std::vector<uint8_t> meetings_;  // by shared value: 0, 1, or 2 for more
  std::vector<uint64_t> numbers_;  // by shared value: its number in the copy
  uint64_t next_number_ = 0;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_VALUE_COPIER_H_
