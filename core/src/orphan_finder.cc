#include "orphan_finder.h"

#include <algorithm>
#include <utility>

#include "ferrite/mapper.h"
#include "row_key.h"

namespace ferrite::internal {
namespace {

// A slice of so many rows or marks takes some milliseconds.
constexpr int64_t kSlice = 4096;

std::string Text(int64_t number) { return std::to_string(number); }
std::string Text(size_t number) { return std::to_string(number); }

// Behind the last row of a slice.
std::optional<int64_t> Behind(std::optional<int64_t> last) {
  if (!last || *last == INT64_MAX) return std::nullopt;
  return *last + 1;
}

bool Intersect(const std::vector<size_t>& a, const std::vector<size_t>& b) {
  return std::any_of(a.begin(), a.end(), [&](size_t each) {
    return std::count(b.begin(), b.end(), each) != 0;
  });
}

}  // namespace

OrphanFinder::OrphanFinder(Store* store, const Plan& plan,
                           const std::vector<Reference>& references)
    : store_(store), plan_(plan), references_(references) {}

Result<void> OrphanFinder::Begin() {
  Result<void> made = store_->Execute(
      "DROP TABLE IF EXISTS temp.ferrite_orphan;"
      "DROP TABLE IF EXISTS temp.ferrite_pair;"
      "CREATE TEMP TABLE ferrite_orphan(id INTEGER PRIMARY KEY, tab INTEGER, "
      "row INTEGER, ref INTEGER, UNIQUE(tab, row, ref));"
      "CREATE TEMP TABLE ferrite_pair(ref INTEGER, target INTEGER, "
      "row INTEGER, PRIMARY KEY(ref, target, row)) WITHOUT ROWID");
  if (!made.ok()) return made;
  courses_.assign(references_.size(), {});
  for (size_t i = 0; i < references_.size(); ++i) {
    courses_[i].causes = CausesOf(references_[i]);
  }
  return {};
}

// Rows that go, and rows whose target columns become NULL.
std::string OrphanFinder::CausesOf(const Reference& reference) const {
  std::string causes;
  for (size_t i = 0; i < references_.size(); ++i) {
    const Reference& cause = references_[i];
    if (cause.table != reference.key->table) continue;
    if (cause.on_orphan == OnOrphan::kNull &&
        !Intersect(cause.nulled, reference.key->target)) {
      continue;
    }
    causes += (causes.empty() ? "" : ",") + Text(i);
  }
  return causes;
}

Result<bool> OrphanFinder::Work() {
  std::vector<Course> draft = courses_;
  bool is_done = false;
  Result<void> worked =
      store_->Atomically([&] { return WorkSlice(&draft, &is_done); });
  if (!worked.ok()) return std::move(worked).error();
  courses_ = std::move(draft);
  return is_done;
}

Result<void> OrphanFinder::WorkSlice(std::vector<Course>* courses, bool* done) {
  for (size_t i = 0; i < courses->size(); ++i) {
    if ((*courses)[i].looked) return Look(i, &(*courses)[i]);
  }
  for (size_t i = 0; i < courses->size(); ++i) {
    Result<bool> spread = Spread(i, &(*courses)[i]);
    if (!spread.ok()) return std::move(spread).error();
    if (*spread) return {};
  }
  *done = true;
  return {};
}

Result<std::optional<int64_t>> OrphanFinder::SliceEnd(size_t reference,
                                                      int64_t first) {
  const Table& table = plan_.tables[references_[reference].table];
  const std::string rowid(RowidName(table));
  Result<Statement> select = store_->Prepare(
      "SELECT max(r) FROM (SELECT " + rowid + " AS r FROM " +
      QuoteIdentifier(table.name) + " WHERE " + rowid + ">=?1 ORDER BY " +
      rowid + " LIMIT " + Text(kSlice) + ")");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Integer(first));
  Result<bool> row = select->Step();
  if (!row.ok()) return std::move(row).error();
  const Cell last = select->Column(0);
  if (last.type == Cell::Type::kNull) return std::optional<int64_t>();
  return std::optional<int64_t>(last.integer);
}

Result<int64_t> OrphanFinder::LastMark() {
  Result<Statement> select =
      store_->Prepare("SELECT max(id) FROM temp.ferrite_orphan");
  if (!select.ok()) return std::move(select).error();
  Result<bool> row = select->Step();
  if (!row.ok()) return std::move(row).error();
  return select->Column(0).integer;
}

// Marks the rows of one slice that refer to no row.
Result<void> OrphanFinder::Look(size_t reference, Course* course) {
  Result<std::optional<int64_t>> last = SliceEnd(reference, *course->looked);
  if (!last.ok()) return std::move(last).error();
  if (*last) {
    Result<int64_t> before = LastMark();
    if (!before.ok()) return std::move(before).error();
    const Reference& from = references_[reference];
    const std::string rowid(RowidName(plan_.tables[from.table]));
    Result<Statement> mark =
        store_->Prepare("INSERT INTO temp.ferrite_orphan(tab,row,ref) " +
                        SelectOrphansSql(plan_, from,
                                         Text(from.table) + ",t." + rowid +
                                             "," + Text(reference)));
    if (!mark.ok()) return std::move(mark).error();
    mark->Bind(1, Cell::Integer(*course->looked));
    mark->Bind(2, Cell::Integer(**last));
    if (auto marked = mark->Run(); !marked.ok()) return marked;
    if (auto checked = CheckFailing(reference, *before); !checked.ok()) {
      return checked;
    }
  }
  course->looked = Behind(*last);
  return {};
}

// Notes who refers to whom, for one slice of rows.
Result<void> OrphanFinder::Pair(size_t reference, Course* course) {
  Result<std::optional<int64_t>> last = SliceEnd(reference, *course->paired);
  if (!last.ok()) return std::move(last).error();
  if (*last) {
    const Reference& from = references_[reference];
    const std::string row(RowidName(plan_.tables[from.table]));
    const std::string target(RowidName(plan_.tables[from.key->table]));
    Result<Statement> note = store_->Prepare(
        "INSERT INTO temp.ferrite_pair(ref,target,row) " +
        SelectPairsSql(plan_, from,
                       Text(reference) + ",target." + target + ",t." + row));
    if (!note.ok()) return std::move(note).error();
    note->Bind(1, Cell::Integer(*course->paired));
    note->Bind(2, Cell::Integer(**last));
    if (auto noted = note->Run(); !noted.ok()) return noted;
  }
  course->paired = Behind(*last);
  return {};
}

// Marks the rows that referred to rows marked since the last time; false when
// there are no such marks.
Result<bool> OrphanFinder::Spread(size_t reference, Course* course) {
  if (course->causes.empty()) return false;
  Result<int64_t> last = LastMark();
  if (!last.ok()) return std::move(last).error();
  const std::string marks =
      "o.id>?1 AND o.id<=?2 AND o.ref IN (" + course->causes + ")";
  while (course->spread < *last) {
    const int64_t end = std::min(course->spread + kSlice, *last);
    if (course->paired) {
      Result<Statement> any = store_->Prepare(
          "SELECT 1 FROM temp.ferrite_orphan AS o WHERE " + marks + " LIMIT 1");
      if (!any.ok()) return std::move(any).error();
      any->Bind(1, Cell::Integer(course->spread));
      any->Bind(2, Cell::Integer(end));
      Result<bool> row = any->Step();
      if (!row.ok()) return row;
      if (!*row) {
        course->spread = end;
        continue;
      }
      any->Reset();
      Result<void> paired = Pair(reference, course);
      if (!paired.ok()) return std::move(paired).error();
      return true;
    }
    Result<Statement> mark = store_->Prepare(
        "INSERT OR IGNORE INTO temp.ferrite_orphan(tab,row,ref) SELECT " +
        Text(references_[reference].table) + ",p.row," + Text(reference) +
        " FROM temp.ferrite_orphan AS o CROSS JOIN temp.ferrite_pair AS p "
        "WHERE " +
        marks + " AND p.ref=" + Text(reference) + " AND p.target=o.row");
    if (!mark.ok()) return std::move(mark).error();
    mark->Bind(1, Cell::Integer(course->spread));
    mark->Bind(2, Cell::Integer(end));
    if (auto marked = mark->Run(); !marked.ok()) {
      return std::move(marked).error();
    }
    if (auto checked = CheckFailing(reference, *last); !checked.ok()) {
      return std::move(checked).error();
    }
    course->spread = end;
    return true;
  }
  return false;
}

// kOrphan when a reference that must not lead nowhere was marked behind this
// mark. It is an error of the plan's data, so the marks are taken back with
// the transaction.
Result<void> OrphanFinder::CheckFailing(size_t reference, int64_t before) {
  const Reference& from = references_[reference];
  if (from.on_orphan != OnOrphan::kFail) return {};
  const Table& table = plan_.tables[from.table];
  std::string sql = "SELECT ";
  for (size_t i = 0; i < table.primary_key.size(); ++i) {
    sql += (i > 0 ? ",t." : "t.") +
           QuoteIdentifier(table.columns[table.primary_key[i]].name);
  }
  Result<Statement> select = store_->Prepare(
      sql + " FROM temp.ferrite_orphan AS o JOIN " +
      QuoteIdentifier(table.name) + " AS t ON t." +
      std::string(RowidName(table)) + "=o.row WHERE o.id>?1 LIMIT 1");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Integer(before));
  Result<bool> row = select->Step();
  if (!row.ok()) return std::move(row).error();
  if (!*row) return {};
  std::vector<Cell> key;
  for (size_t i = 0; i < table.primary_key.size(); ++i) {
    key.push_back(select->Column(static_cast<int>(i)));
  }
  return Error{ErrorCode::kOrphan,
               "The row " + RowKeyText(table, key) + " of " +
                   QuoteIdentifier(table.name) + " refers to a row of " +
                   QuoteIdentifier(plan_.tables[from.key->table].name) +
                   " that is not there, or does not stay.",
               "Choose another onOrphan, or mend the source; nothing was "
               "changed.",
               "/tables/" + Text(from.table)};
}

Result<std::vector<Orphan>> OrphanFinder::Next(const Position& after,
                                               size_t limit) {
  // By the index of the UNIQUE constraint.
  Result<Statement> select = store_->Prepare(
      "SELECT tab,row,ref FROM temp.ferrite_orphan WHERE (tab,row)>(?1,?2) "
      "ORDER BY tab,row,ref");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Integer(after.table));
  select->Bind(2, Cell::Integer(after.rowid));
  std::vector<Orphan> orphans;
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return orphans;
    const auto table = static_cast<size_t>(select->Column(0).integer);
    const int64_t rowid = select->Column(1).integer;
    if (orphans.empty() || orphans.back().table != table ||
        orphans.back().rowid != rowid) {
      if (orphans.size() == limit) return orphans;
      orphans.push_back({table, rowid, {}});
    }
    orphans.back().references.push_back(
        static_cast<size_t>(select->Column(2).integer));
  }
}

void OrphanFinder::Drop(Store* store) noexcept {
  store->Try(
      "DROP TABLE IF EXISTS temp.ferrite_orphan;"
      "DROP TABLE IF EXISTS temp.ferrite_pair");
}

}  // namespace ferrite::internal
