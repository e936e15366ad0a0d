// ResolveConflicts: what somebody decided, written into the store.
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "conflict_decision.h"
#include "ferrite/conflict.h"
#include "ferrite/mapper.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "origin_row.h"
#include "plan_check.h"
#include "plan_json.h"
#include "plan_literal.h"
#include "plan_table.h"
#include "row_cells.h"
#include "row_statements.h"
#include "row_writer.h"
#include "sqlite_error.h"
#include "total.h"

namespace ferrite {
namespace {

using namespace internal;  // NOLINT: our own, in our own .cc

using Type = JsonValue::Type;

// One item of the list.
struct Order {
  std::string path;
  std::optional<int64_t> id;
  std::string table, key;  // without an id
  const JsonValue* decision = nullptr;
};

// One row of ferrite_conflict.
struct Open {
  int64_t id = 0;
  int64_t migration = 0;
  std::string table;
  bool is_undecided = false;
  int64_t source = 0;
  ByteBuffer record_key;
  ByteBuffer source_row;
  ByteBuffer store_row;

  // The record is gone, and its row was changed before.
  bool is_deletion() const { return source_row.empty(); }
};

Error Wrong(std::string path, std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint),
          std::move(path)};
}

// The checks of plans, for what is no plan.
Error AsArgument(Error error) {
  error.code = ErrorCode::kInvalidArgument;
  return error;
}

Result<Order> ReadOrder(const JsonValue& value, std::string path) {
  static constexpr std::string_view kMembers[] = {"id", "table", "key",
                                                  "decision"};
  static constexpr std::string_view kRequired[] = {"decision"};
  if (auto is = ExpectObject(value, "a decision", kMembers, kRequired, path);
      !is.ok()) {
    return AsArgument(is.error());
  }
  Order order;
  order.decision = value.Find("decision");
  const JsonValue* id = value.Find("id");
  const JsonValue* table = value.Find("table");
  const JsonValue* key = value.Find("key");
  if (id != nullptr && id->Is(Type::kNumber) && table == nullptr &&
      key == nullptr) {
    order.id = static_cast<int64_t>(id->number);
  } else if (id == nullptr && table != nullptr && key != nullptr &&
             table->Is(Type::kString) && key->Is(Type::kString)) {
    order.table = table->text;
    order.key = key->text;
  } else {
    return Wrong(std::move(path), "It is not said which conflict is meant.",
                 "Give its id, or table and key as conflicts are listed.");
  }
  order.path = std::move(path);
  return order;
}

// What a table needs while its conflicts are decided.
struct Desk {
  Desk(const Plan& plan, size_t index, Statement by_key, Statement update_row,
       Statement insert_row, Statement remove_row)
      : number(index),
        table(plan.tables[index]),
        mapper(plan, index),
        select(std::move(by_key)),
        update(std::move(update_row)),
        insert(std::move(insert_row)),
        remove(std::move(remove_row)) {}

  const size_t number;
  const Table& table;
  Mapper mapper;
  Statement select;
  Statement update;
  Statement insert;
  Statement remove;
};

class Resolver {
 public:
  Resolver(Store* store, const Plan& plan, int64_t now)
      : store_(store), plan_(plan), now_(now) {}

  Result<void> Run(const std::vector<Order>& orders) {
    for (const Order& order : orders) {
      Result<std::vector<Open>> found = Find(order);
      if (!found.ok()) return std::move(found).error();
      for (const Open& conflict : *found) {
        if (!conflict.is_undecided) {
          ++passed_;
          continue;
        }
        if (auto done = Decide(order, conflict); !done.ok()) {
          Error error = std::move(done).error();
          if (error.path.empty()) error.path = order.path;
          return error;
        }
        ++decided_;
      }
    }
    return {};
  }

  std::string Json() const {
    return "{\"decided\":" + std::to_string(decided_) +
           ",\"passed\":" + std::to_string(passed_) + "}";
  }

 private:
  Result<std::vector<Open>> Find(const Order& order);
  Result<Desk*> DeskOf(const Order& order, const Open& conflict);
  Result<void> CheckIsThePlans(const Order& order, const Open& conflict);
  Result<void> Decide(const Order& order, const Open& conflict);
  Result<void> Write(const Order& order, const Open& conflict, Desk* desk,
                     std::span<const Cell> source);
  Result<void> Note(const Open& conflict, Decision decision,
                    std::span<const Cell> replaced, const Hash128& result,
                    Desk* desk);
  Result<void> MoveTotals(const Open& conflict, Decision decision,
                          const Total& change);

  Store* store_;
  const Plan& plan_;
  const int64_t now_;
  uint64_t decided_ = 0, passed_ = 0;
  std::map<size_t, std::unique_ptr<Desk>> desks_;
};

Result<std::vector<Open>> Resolver::Find(const Order& order) {
  Result<Statement> select = store_->Prepare(
      std::string("SELECT id,migration,table_name,decision='undecided',"
                  "source,record_key,source_row,store_row FROM "
                  "ferrite_conflict WHERE ") +
      (order.id ? "id=?1" : "table_name=?1 AND key_text=?2") + " ORDER BY id");
  if (!select.ok()) return std::move(select).error();
  if (order.id) {
    select->Bind(1, Cell::Integer(*order.id));
  } else {
    select->Bind(1, Cell::Text(order.table));
    select->Bind(2, Cell::Text(order.key));
  }
  std::vector<Open> found;
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) break;
    const auto blob = [&](int column) {
      const Bytes bytes = select->Column(column).bytes;
      return ByteBuffer(bytes.begin(), bytes.end());
    };
    found.push_back({select->Column(0).integer, select->Column(1).integer,
                     std::string(select->Column(2).text()),
                     select->Column(3).integer != 0, select->Column(4).integer,
                     blob(5), blob(6), blob(7)});
  }
  if (!found.empty()) return found;
  return Wrong(order.path + (order.id ? "/id" : "/key"),
               "The store has no such conflict.",
               "Take them from the list of conflicts.");
}

Result<void> Resolver::CheckIsThePlans(const Order& order,
                                       const Open& conflict) {
  Result<Statement> select =
      store_->Prepare("SELECT plan_hash FROM ferrite_migration WHERE id=?1");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Integer(conflict.migration));
  Result<bool> row = select->Step();
  if (!row.ok()) return std::move(row).error();
  if (*row && FromBlob(select->Column(0).bytes) == plan_.hash) return {};
  return Error{ErrorCode::kPlanChanged,
               "The conflict is of a migration of another plan.",
               "Decide it with the plan that it came from.", order.path};
}

Result<Desk*> Resolver::DeskOf(const Order& order, const Open& conflict) {
  if (auto is = CheckIsThePlans(order, conflict); !is.ok()) return is.error();
  size_t index = 0;
  while (index < plan_.tables.size() &&
         plan_.tables[index].name != conflict.table) {
    ++index;
  }
  if (index == plan_.tables.size()) {
    return Wrong(order.path, "The plan does not have the conflict's table.",
                 "");
  }
  std::unique_ptr<Desk>& desk = desks_[index];
  if (!desk) {
    const Table& table = plan_.tables[index];
    Result<Statement> select = store_->Prepare(SelectByKeySql(table));
    if (!select.ok()) return std::move(select).error();
    Result<Statement> update = store_->Prepare(UpdateRowSql(table));
    if (!update.ok()) return std::move(update).error();
    Result<Statement> insert = store_->Prepare(InsertSql(table));
    if (!insert.ok()) return std::move(insert).error();
    Result<Statement> remove = store_->Prepare(DeleteRowSql(table));
    if (!remove.ok()) return std::move(remove).error();
    desk = std::make_unique<Desk>(
        plan_, index, std::move(select).value(), std::move(update).value(),
        std::move(insert).value(), std::move(remove).value());
  }
  return desk.get();
}

Result<void> Resolver::Decide(const Order& order, const Open& conflict) {
  Result<Desk*> found = DeskOf(order, conflict);
  if (!found.ok()) return std::move(found).error();
  Desk* desk = *found;
  Result<std::vector<Cell>> source =
      ReadRowCells(desk->table, conflict.is_deletion() ? conflict.store_row
                                                       : conflict.source_row);
  if (!source.ok()) return std::move(source).error();
  int parameter = 0;
  for (const size_t column : desk->table.primary_key) {
    desk->select.Bind(++parameter, (*source)[column]);
  }
  Result<void> written = Write(order, conflict, desk, *source);
  desk->select.Reset();
  return written;
}

// Sets the named columns of a row; the literals are what the cells view.
Result<void> SetColumns(const JsonValue& values, const std::string& path,
                        const Table& table, std::vector<Literal>* literals,
                        std::vector<Cell>* row) {
  const std::vector<std::string_view> names = ColumnNames(table);
  literals->reserve(values.items.size());
  for (size_t i = 0; i < values.items.size(); ++i) {
    const std::string at = Below(path, values.names[i]);
    JsonValue name;
    name.type = Type::kString;
    name.text = values.names[i];
    auto column = ExpectWord(name, names, "a column of this table", at);
    if (!column.ok()) return AsArgument(column.error());
    auto literal =
        ParseLiteral(values.items[i], table.columns[*column].type, at);
    if (!literal.ok()) return AsArgument(literal.error());
    literals->push_back(std::move(literal).value());
    (*row)[*column] = LiteralCell(literals->back());
  }
  return {};
}

Result<void> Resolver::Write(const Order& order, const Open& conflict,
                             Desk* desk, std::span<const Cell> source) {
  Result<bool> is_there = desk->select.Step();
  if (!is_there.ok()) return std::move(is_there).error();
  std::vector<Cell> current;
  if (*is_there) {
    for (size_t i = 0; i < source.size(); ++i) {
      current.push_back(desk->select.Column(static_cast<int>(i) + 1));
    }
  }
  std::vector<Literal> literals;
  std::vector<Cell> wanted = current;
  Decision decision = Decision::kKept;
  const JsonValue& given = *order.decision;
  const std::string path = Below(order.path, "decision");
  if (given.Is(Type::kObject)) {
    // A row that is gone is made from the record's.
    if (!*is_there) wanted.assign(source.begin(), source.end());
    auto set = SetColumns(given, path, desk->table, &literals, &wanted);
    if (!set.ok()) return set;
    decision = Decision::kMerged;
  } else if (given.Is(Type::kString) && given.text == "source") {
    wanted.assign(source.begin(), source.end());
    if (conflict.is_deletion()) wanted.clear();
    decision = Decision::kOverwritten;
  } else if (!given.Is(Type::kString) || given.text != "store") {
    return Wrong(path, "Found " + Describe(given) + ".",
                 "Expected \"source\", \"store\" or an object of columns.");
  }
  Total change;
  Hash128 result;
  if (*is_there) result = desk->mapper.HashRow(current);
  if (decision != Decision::kKept && *is_there) change.Subtract(result);
  if (decision != Decision::kKept && wanted.empty()) {
    result = {};
    if (*is_there) {
      desk->remove.Bind(1, desk->select.Column(0));
      if (auto run = desk->remove.Run(); !run.ok()) return run;
    }
  } else if (decision != Decision::kKept) {
    result = desk->mapper.HashRow(wanted);
    change.Add(result);
    Statement& statement = *is_there ? desk->update : desk->insert;
    int parameter = 0;
    for (const Cell& cell : wanted) statement.Bind(++parameter, cell);
    if (*is_there) statement.Bind(++parameter, desk->select.Column(0));
    if (auto run = statement.Run(); !run.ok()) return run;
  }
  if (auto noted = Note(conflict, decision, current, result, desk);
      !noted.ok()) {
    return noted;
  }
  if (decision == Decision::kOverwritten && !conflict.is_deletion()) {
    // From here on an incremental run may change it.
    Result<void> owned = AddOriginRow(
        store_, conflict.migration, static_cast<size_t>(conflict.source),
        conflict.record_key, {plan_, desk->number, wanted, result});
    if (!owned.ok()) return owned;
  }
  return MoveTotals(conflict, decision, change);
}

Result<void> Resolver::Note(const Open& conflict, Decision decision,
                            std::span<const Cell> replaced,
                            const Hash128& result, Desk* desk) {
  Result<Statement> update = store_->Prepare(
      "UPDATE ferrite_conflict SET decision=?2, decided_at=?3, result=?4, "
      "store_row=?5 WHERE id=?1");
  if (!update.ok()) return std::move(update).error();
  const std::string name(kDecisionNames[static_cast<size_t>(decision)]);
  const auto hash = ToBlob(result);
  // What is replaced now, which may be another row than that of then.
  Writer row;
  if (decision != Decision::kKept && !replaced.empty()) {
    WriteRowCells(desk->table, replaced, &row);
  }
  update->Bind(1, Cell::Integer(conflict.id));
  update->Bind(2, Cell::Text(name));
  update->Bind(3, Cell::Integer(now_));
  update->Bind(4, Cell::Blob(hash));
  update->Bind(
      5, Cell::Blob(row.size() == 0 ? Bytes(conflict.store_row) : row.bytes()));
  return update->Run();
}

Result<void> Resolver::MoveTotals(const Open& conflict, Decision decision,
                                  const Total& change) {
  Result<TotalTable> totals = TotalTable::Open(store_, conflict.migration);
  if (!totals.ok()) return std::move(totals).error();
  Result<Total> total = totals->Load(conflict.table);
  if (!total.ok()) return std::move(total).error();
  total->Add(change);
  if (auto saved = totals->Save(conflict.table, *total); !saved.ok()) {
    return saved;
  }
  Result<ConflictCounts> counts = totals->LoadConflicts(conflict.table);
  if (!counts.ok()) return std::move(counts).error();
  --counts->undecided;
  counts->Count(decision);
  return totals->SaveConflicts(conflict.table, *counts);
}

}  // namespace

Result<std::string> ResolveConflicts(Store* store, const Plan& plan,
                                     std::string_view decisions, int64_t now,
                                     const Actor& actor) {
  Result<JsonValue> json = ParsePlanJson(decisions);
  if (!json.ok()) return AsArgument(std::move(json).error());
  if (!json->Is(Type::kArray)) {
    return Wrong("", "Found " + Describe(*json) + ".",
                 "Expected an array of decisions.");
  }
  std::vector<Order> orders;
  for (size_t i = 0; i < json->items.size(); ++i) {
    Result<Order> order = ReadOrder(json->items[i], Below("", i));
    if (!order.ok()) return std::move(order).error();
    orders.push_back(std::move(order).value());
  }
  std::optional<Resolver> resolver;
  Result<void> done = store->Atomically([&]() -> Result<void> {
    resolver.emplace(store, plan, now);
    if (auto run = resolver->Run(orders); !run.ok()) return run;
    return AppendAudit(store, {now, actor, "conflicts.decided", plan.name,
                               resolver->Json()});
  });
  if (!done.ok()) return std::move(done).error();
  return resolver->Json();
}

}  // namespace ferrite
