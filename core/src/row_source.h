// RowSource: what a record's rows are made of, for tables in which that is not
// simply the record.
#ifndef FERRITE_SRC_ROW_SOURCE_H_
#define FERRITE_SRC_ROW_SOURCE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "element_walk.h"
#include "ferrite/plan.h"
#include "ferrite/record_schema.h"
#include "row_filter.h"
#include "row_sql.h"
#include "row_writer.h"
#include "value_copier.h"

namespace ferrite::internal {

class RowSource {
 public:
  // Whether a table needs one.
  static bool IsNeededFor(const Table& table);

  // `plan` must outlive the RowSource.
  RowSource(const Plan& plan, size_t table);

  // Begins with a record, which must stay until the last Next.
  Result<void> Begin(size_t source, Bytes key, Bytes value);

  // Goes to what becomes the next row; false behind the last. The input is
  // valid until the next call.
  Result<bool> Next();
  const RowInput& input() const { return input_; }
  // An error about the input, as one about the record.
  Error Locate(Error error) const;

  // How many rows were passed over since Begin.
  uint64_t filtered() const { return filtered_; }

 private:
  Result<void> ReadJson(Bytes value);
  Result<void> Check();
  Result<bool> NextValue();
  Result<void> CopyElement();
  Result<bool> IsTaken();
  Result<void> MapRecord();
  const SharedValues& shared() const;

  const Plan& plan_;
  const Table& table_;
  const bool checks_;   // the record is looked into before it is mapped
  const bool filters_;  // there are conditions, or expressions to begin with
  std::vector<std::string> labels_;  // by source
  std::vector<size_t> source_columns_;
  std::optional<ElementWalk> elements_;
  RowFilter filter_;
  std::optional<SchemaChecker> schema_;
  std::unique_ptr<RowSql> sql_;  // null: the plan has none
  // A table of its own of the columns that are the whole record's, and a
  // writer for it.
  Table record_table_;
  std::vector<size_t> record_columns_;  // by column there: the column here
  std::optional<RowWriter> to_record_cells_;

  Bytes record_;  // what is mapped: the record, or what its JSON says
  Writer json_;
  RecordWalk walk_;
  SharedValues shared_;
  // Of elements of a record with references, and the values they share.
  ValueCopier copier_;
  Writer element_, name_;
  size_t copied_ = 0;
  SharedValues element_shared_;

  RowInput input_;
  std::vector<GivenCell> given_;
  size_t source_ = 0;
  size_t record_cells_ = 0;  // in given_: before those of the element
  bool has_record_cells_ = false;
  bool is_begun_ = false;  // and without elements, still to be given
  bool is_located_ = false;
  uint64_t next_position_ = 0;
  uint64_t filtered_ = 0;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_ROW_SOURCE_H_
