// Mapper: turns a record into a table's rows, and a row back into its record.
//
// Map follows one rule for every column: a value that the column holds exactly
// (core/doc/plan.md, "Column types") is taken out of the record; a value that
// it can only show (a BigInt beyond 64 bits in a bigint column, NaN, an
// explicit null) is shown and also stays in the lossless column; a value that
// does not fit at all is kTypeMismatch with the path of the field. What is
// left of the record is the lossless column, NULL when nothing is left. So for
// a table with Unmapped::kKeep and nothing in Table::drop,
// Rebuild(row of record) == record, by canonical hash, for every record; with
// Table::each the same holds for every element.
//
// The only memory used is scratch that is kept from record to record. One
// Mapper serves one thread.
#ifndef FERRITE_MAPPER_H_
#define FERRITE_MAPPER_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/encoding.h"
#include "ferrite/error.h"
#include "ferrite/hash.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite {

class Mapper {
 public:
  // `plan` must outlive the Mapper; `table` is an index into Plan::tables.
  Mapper(const Plan& plan, size_t table);
  ~Mapper();
  Mapper(Mapper&&) noexcept;

  // True when the table takes records of this source (index into
  // Plan::sources) with this (encoded) key.
  bool Takes(size_t source, Bytes key) const;

  // Begins with a record. What it views must stay until the last Next.
  Result<void> Begin(size_t source, Bytes key, Bytes value);
  // The record's next row, or false behind the last: without Table::each one
  // row, or none when Table::when does not hold. One cell per column of the
  // plan, then the lossless column when the table has one. Cells view the
  // record and the Mapper's scratch; they are valid until the next call.
  // Errors are the record's: kTypeMismatch, kNotNull, kSchema, kExpression,
  // kConstraint, kRecordMalformed, kRecordUnsupported; the record has no
  // further rows then.
  Result<bool> Next(std::span<const Cell>* row);
  // What the last row stands for: the record or the element, as an encoded item
  // of its own. Valid as long as the row.
  Bytes row_value() const;
  // How many rows Table::when passed over, since Begin.
  uint64_t filtered() const;

  // Writes the encoded record (or element) that a row stands for. kState when
  // the table leaves something out, since the row does not hold all of it.
  Result<void> Rebuild(std::span<const Cell> row, Writer* value);
  // Whether Rebuild gives the record, for every row.
  bool is_lossless() const;

  // The row's content hash.
  Hash128 HashRow(std::span<const Cell> row);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The name that reaches the table's row number: rowid, or _rowid_ or oid where
// a column is called so. Static lifetime.
std::string_view RowidName(const Table& table);
// CREATE TABLE for the plan's table of this index, names and literals quoted.
std::string CreateTableSql(const Plan& plan, size_t table);
// CREATE INDEX for each of the table's indexes, which exist after the load.
std::vector<std::string> CreateIndexSql(const Table& table);
// INSERT with one parameter per cell of Map's row.
std::string InsertSql(const Table& table);
// SELECT of Map's cells from every row, by rowid.
std::string SelectRowsSql(const Table& table);
// SELECT rowid and Map's cells of the row with a given primary key; parameters
// are the key columns in the plan's order.
std::string SelectByKeySql(const Table& table);
// SELECT of Map's cells of the row with a given rowid.
std::string SelectByRowidSql(const Table& table);

}  // namespace ferrite

#endif  // FERRITE_MAPPER_H_
