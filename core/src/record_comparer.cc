#include "record_comparer.h"

#include <algorithm>

namespace ferrite::internal {
namespace {

bool IsEqual(const Cell& a, const Cell& b) {
  if (a.type != b.type) return false;
  switch (a.type) {
    case Cell::Type::kNull:
      return true;
    case Cell::Type::kInteger:
      return a.integer == b.integer;
    case Cell::Type::kReal:
      return a.real == b.real;
    default:
      return std::equal(a.bytes.begin(), a.bytes.end(), b.bytes.begin(),
                        b.bytes.end());
  }
}

std::string ColumnName(const Table& table, size_t index) {
  return index < table.columns.size() ? table.columns[index].name
                                      : std::string(kUnmappedColumn);
}

}  // namespace

Result<RecordComparer> RecordComparer::Open(Store* store, const Plan& plan,
                                            size_t table) {
  Result<Statement> select = store->Prepare(SelectByKeySql(plan.tables[table]));
  if (!select.ok()) return std::move(select).error();
  return RecordComparer(plan, table, std::move(select).value());
}

Result<RecordComparer::Finding> RecordComparer::Compare(size_t source,
                                                        const Record& record) {
  Finding finding;
  std::span<const Cell> row;
  if (!mapper_.Begin(source, record.key, record.value).ok()) return finding;
  Result<bool> next = mapper_.Next(&row);
  if (!next.ok() || !*next) return finding;
  finding.is_mapped = true;
  finding.expected = mapper_.HashRow(row);
  int parameter = 0;
  for (const size_t column : table_.primary_key) {
    select_.Bind(++parameter, row[column]);
  }
  Result<void> compared = CompareRow(row, &finding);
  select_.Reset();
  if (!compared.ok()) return std::move(compared).error();
  return finding;
}

Result<void> RecordComparer::CompareRow(std::span<const Cell> wanted,
                                        Finding* finding) {
  Result<bool> found = select_.Step();
  if (!found.ok()) return std::move(found).error();
  if (!*found) return {};
  finding->rowid = select_.Column(0).integer;
  stored_.resize(wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    stored_[i] = select_.Column(static_cast<int>(i) + 1);
    if (!IsEqual(stored_[i], wanted[i])) {
      finding->columns.push_back(ColumnName(table_, i));
    }
  }
  if (finding->columns.empty() && mapper_.is_lossless() &&
      !RebuildsTo(mapper_.row_value())) {
    finding->columns.emplace_back(kUnmappedColumn);
  }
  finding->verdict =
      finding->columns.empty() ? Verdict::kMatched : Verdict::kDifferent;
  return {};
}

// Whether the stored row stands for a record with this value's content.
bool RecordComparer::RebuildsTo(Bytes value) {
  rebuilt_.Clear();
  if (!mapper_.Rebuild(stored_, &rebuilt_).ok()) return false;
  const Result<Hash128> wanted = canonicalizer_.Hash(value);
  // A record that names a property twice has no canonical form; that its cells
  // are what the plan makes of it was seen before.
  if (!wanted.ok()) return true;
  const Result<Hash128> rebuilt = canonicalizer_.Hash(rebuilt_.bytes());
  return rebuilt.ok() && *wanted == *rebuilt;
}

}  // namespace ferrite::internal
