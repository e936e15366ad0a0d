#include "index_builder.h"

#include <optional>

#include "ferrite/mapper.h"
#include "store_schema.h"

namespace ferrite::internal {
IndexBuilder::IndexBuilder(Store* store, const Plan& plan) : store_(store) {
  for (const Table& table : plan.tables) {
    const std::vector<std::string> statements = CreateIndexSql(table);
    for (size_t i = 0; i < statements.size(); ++i) {
      builds_.push_back({table.indexes[i].name, statements[i]});
    }
    tables_.push_back(table.name);
  }
}

Result<bool> IndexBuilder::Work() {
  while (next_ < builds_.size()) {
    const Build& build = builds_[next_];
    Result<bool> exists = Exists(build);
    if (!exists.ok()) return exists;
    if (!*exists) {
      if (auto made = store_->Execute(build.sql); !made.ok()) {
        return std::move(made).error();
      }
      ++next_;
      return false;
    }
    ++next_;
  }
  if (next_ < builds_.size() + tables_.size()) {
    // A sample of so many rows of each index is enough for the planner.
    Result<void> looked =
        store_->Execute("PRAGMA analysis_limit=400; ANALYZE main." +
                        QuoteIdentifier(tables_[next_ - builds_.size()]));
    if (!looked.ok()) return std::move(looked).error();
    ++next_;
    return false;
  }
  if (auto done = store_->Execute("PRAGMA optimize"); !done.ok()) {
    return std::move(done).error();
  }
  return true;
}

Result<bool> IndexBuilder::Exists(const Build& build) {
  Result<std::optional<std::string>> found = CreateTextOf(store_, build.name);
  if (!found.ok()) return std::move(found).error();
  return found->has_value() && **found == build.sql;
}

Result<void> CheckIndexNames(Store* store, const Plan& plan) {
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    const Table& table = plan.tables[i];
    const std::vector<std::string> statements = CreateIndexSql(table);
    for (size_t j = 0; j < statements.size(); ++j) {
      const std::string& name = table.indexes[j].name;
      Result<std::optional<std::string>> found = CreateTextOf(store, name);
      if (!found.ok()) return std::move(found).error();
      if (!found->has_value() || **found == statements[j]) continue;
      return Error{
          ErrorCode::kTableExists,
          "The store already has something named " + QuoteIdentifier(name) +
              " that this migration did not make.",
          "Name the index otherwise in the plan, or use a new store.",
          "/tables/" + std::to_string(i) + "/indexes/" + std::to_string(j)};
    }
  }
  return {};
}

}  // namespace ferrite::internal
