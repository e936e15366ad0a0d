// SchemaCompare: whether two values are the same JSON.
#ifndef FERRITE_SRC_SCHEMA_COMPARE_H_
#define FERRITE_SRC_SCHEMA_COMPARE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "schema_view.h"

namespace ferrite::internal {

// Numbers are equal when they are the same number, objects when they have the
// same members in whatever order. Failures of the view leave false, and are
// the view's.
class SchemaCompare {
 public:
  explicit SchemaCompare(SchemaView* view) : view_(view) {}

  // A budget for what one record may cost; false is the answer when it is used
  // up.
  void SetSteps(uint64_t* steps) { steps_ = steps; }

  // The items' heads were read by their readers; both are plain.
  bool Equal(const Item& a, Reader inside_a, const Item& b, Reader inside_b);

  // Whether no two of an array's items are equal. `array` is plain.
  bool AllDiffer(const Item& array, Reader inside);

 private:
  struct Element {
    uint64_t hash;
    Item item;  // its head; for the items of a map an array of two
    Reader inside;
  };

  bool NextEqual(Reader* a, Reader* b);
  bool OpenEqual(Item* a, Reader* inside_a, Item* b, Reader* inside_b);
  bool EqualItems(const Item& a, Reader* inside_a, const Item& b,
                  Reader* inside_b);
  bool EqualMembers(const Item& a, Reader inside_a, const Item& b,
                    Reader inside_b);
  uint64_t CountMembers(const Item& object, Reader inside);
  // Passes over the item.
  bool Hash(Item item, Reader* reader, uint64_t* hash);
  bool HashMembers(const Item& object, Reader* reader, uint64_t* hash);
  bool Spend();

  SchemaView* view_;
  uint64_t* steps_ = nullptr;
  int depth_ = 0;
  std::vector<Element> elements_;
  std::string text_a_, text_b_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_COMPARE_H_
