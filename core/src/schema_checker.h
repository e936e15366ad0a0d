// SchemaRun: a schema's program over one record after the other.
#ifndef FERRITE_SRC_SCHEMA_CHECKER_H_
#define FERRITE_SRC_SCHEMA_CHECKER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "schema_compare.h"
#include "schema_failure.h"
#include "schema_node.h"
#include "schema_view.h"

namespace ferrite::internal {

// A record is checked once without noting anything but yes or no, and a second
// time for the reason when it was no.
class SchemaRun {
 public:
  explicit SchemaRun(const SchemaProgram* program);

  Result<void> Check(Bytes record);

 private:
  struct MemberName {
    uint32_t slot;          // of the object's rules, or kNoSchema
    std::string_view text;  // views the record, a slot or well_formed
    std::string well_formed;
  };

  bool Record(Bytes record);
  void Reset(Bytes record);

  // Each checks a value whose head was read, and leaves `reader` behind it
  // when it gives true. They recurse as deep as a record is, so they keep few
  // locals: WebAssembly stacks are small.
  bool Schema(uint32_t number, const Item& item, Reader* reader);
  bool Bent(uint32_t number, Item item, Reader* reader);
  // What asks about the whole value: enum and the like, schemas in place.
  bool WholeValue(const SchemaNode& node, const Item& item,
                  const Reader& inside);
  bool Container(const SchemaNode& node, const Item& item, Reader* reader);
  bool Number(const NumberRules& rules, const Item& item);
  bool String(const StringRules& rules, const Item& item);
  bool Array(const ArrayRules& rules, const Item& item, Reader* reader);
  bool Items(const ArrayRules& rules, const Item& item, Reader* reader);
  bool Object(const ObjectRules& rules, const Item& item, Reader* reader);
  bool Members(const ObjectRules& rules, const Item& item, size_t seen,
               Reader* reader);
  bool ReadName(const ObjectRules& rules, uint32_t* last, MemberName* name,
                Reader* reader);
  bool Member(uint32_t schema, const Item& value, Reader* reader);
  bool NamedMember(const ObjectRules& rules, const MemberName& name,
                   const Item& value, Reader* reader);
  bool Present(const ObjectRules& rules, const Item& item, size_t seen,
               const Reader& inside);
  bool InPlace(const InPlaceRules& rules, const Item& item,
               const Reader& inside);
  bool Any(const std::vector<uint32_t>& schemas, const Item& item,
           const Reader& inside);
  bool One(const std::vector<uint32_t>& schemas, const Item& item,
           const Reader& inside);
  bool Values(const ValueRules& rules, const Item& item, const Reader& inside);
  bool Matches(const SchemaPattern& pattern, std::string_view text) {
    return matchers_[pattern.regex].Matches(text);
  }

  // Whether the value satisfies the schema, without noting why not.
  bool Try(uint32_t number, const Item& item, Reader inside);
  // Notes why no branch fits: the reason of the only one of its type.
  bool FailBranches(const std::vector<uint32_t>& schemas, const Item& item,
                    const Reader& inside);
  bool HasSlot(size_t seen, uint32_t slot) const {
    return (seen_[seen + slot / 64] >> (slot % 64) & 1) != 0;
  }
  static uint32_t FindSlot(const ObjectRules& rules, std::string_view name);

  // All give false. Malformed and Stop end the whole check.
  bool Malformed(Error error);
  bool Stop(const char* message);
  // `wanted`, texts and numbers, completes "It must …".
  template <typename... Parts>
  bool Fail(const Item& item, const Parts&... wanted) {
    if (explaining_) failure_.Note(item, (FailurePart(wanted) + ...));
    return false;
  }

  const SchemaProgram* program_;
  std::vector<RegexMatcher> matchers_;
  SchemaView view_;
  SchemaCompare compare_;
  SchemaFailure failure_;
  std::vector<uint64_t> seen_;     // bits of the slots of all open objects
  std::vector<uint32_t> guesses_;  // the slot that last followed another
  std::string text_;               // of binary values
  uint64_t steps_ = 0;
  int depth_ = 0;
  bool explaining_ = false;
  bool stopped_ = false;
  Error error_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_CHECKER_H_
