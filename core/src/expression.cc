#include "ferrite/expression.h"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "expression_dates.h"
#include "expression_rules.h"
#include "sqlite_cell.h"
#include "utf8.h"

namespace ferrite {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMaxExpressionBytes = 64 << 10;
constexpr char kInput[] =
    " FROM (SELECT ?1 AS record,?2 AS key,?3 AS source,?4 AS position,"
    "?5 AS name)";
constexpr int kInputs = 5;

// What one record may cost grows with the record: a pass over it is cheap, a
// text or a loop that has nothing to do with its size is a bomb.
constexpr int kMaxValueBytes = 64 << 20;
constexpr int kValueBytes = 16 << 10;
constexpr uint64_t kValueBytesPerByte = 8;
constexpr uint64_t kSteps = 50'000;
constexpr uint64_t kStepsPerByte = 100;
constexpr uint64_t kMaxSteps = 50'000'000;
// Steps between two looks at what a record has cost.
constexpr int kStepsPerLook = 200;
// A step can be slow (instr of two long texts), so there is a last resort
// beside the count. Only what runs longer than a look is measured: a tab that
// is put to sleep inside a short expression fails no record.
constexpr std::chrono::milliseconds kMaxTime(500);

struct Limit {
  int id;
  int value;
};

constexpr Limit kLimits[] = {
    {SQLITE_LIMIT_LENGTH, kMaxValueBytes},
    {SQLITE_LIMIT_SQL_LENGTH, 8 << 20},
    {SQLITE_LIMIT_COLUMN, 1000},
    {SQLITE_LIMIT_EXPR_DEPTH, 100},
    {SQLITE_LIMIT_COMPOUND_SELECT, 10},
    {SQLITE_LIMIT_VDBE_OP, 250'000},
    {SQLITE_LIMIT_FUNCTION_ARG, 100},
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200},
    {SQLITE_LIMIT_VARIABLE_NUMBER, kInputs},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 0},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
};

struct Finalize {
  void operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
  }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, Finalize>;

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};

Error Unusable(std::string what, const std::string& path) {
  return {ErrorCode::kPlanInvalid,
          "The SQL expression cannot be used: " + std::move(what) + ".",
          "It is one expression over record, key, source, position and name, "
          "and uses functions that depend on their arguments alone.",
          path};
}

Error Unusable(const Error& error, const std::string& path) {
  if (error.code == ErrorCode::kOutOfMemory) return error;
  return Unusable(error.message, path);
}

Error NoMemory() {
  return {ErrorCode::kOutOfMemory,
          "There is not enough memory for the plan's SQL expressions.",
          "Close other programs or tabs.", ""};
}

bool Harden(sqlite3* database) {
  for (const Limit& limit : kLimits) {
    sqlite3_limit(database, limit.id, limit.value);
  }
  constexpr std::pair<int, int> kSwitches[] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1},
      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
      {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
  };
  for (const auto& [option, value] : kSwitches) {
    sqlite3_db_config(database, option, value, nullptr);
  }
  if (!internal::AddDateFunctions(database)) return false;
  return sqlite3_set_authorizer(database, internal::AuthorizeExpression,
                                nullptr) == SQLITE_OK;
}

}  // namespace

struct Expressions::State {
  std::unique_ptr<sqlite3, Close> database;
  StatementHandle statement;
  std::vector<std::string> paths;
  std::vector<Cell> cells;

  // What the record at hand has cost, and may cost.
  uint64_t steps = 0;
  uint64_t max_steps = 0;
  Clock::time_point since;
  bool exhausted = false;

  void Begin(size_t bytes);
  Result<StatementHandle> Prepare(const std::string& sql);
  Result<void> Check(const std::string& sql, const std::string& path);
  Error Failure(int result) const;

  static int Look(void* state) { return static_cast<State*>(state)->Look(); }
  int Look();
};

void Expressions::State::Begin(size_t bytes) {
  steps = 0;
  exhausted = false;
  max_steps = std::min(kMaxSteps, kSteps * std::max<size_t>(1, cells.size()) +
                                      kStepsPerByte * bytes);
  const uint64_t length = kValueBytes + kValueBytesPerByte * bytes;
  sqlite3_limit(database.get(), SQLITE_LIMIT_LENGTH,
                static_cast<int>(std::min<uint64_t>(kMaxValueBytes, length)));
}

int Expressions::State::Look() {
  if (steps == 0) since = Clock::now();
  steps += kStepsPerLook;
  exhausted = steps > max_steps || Clock::now() - since > kMaxTime;
  return exhausted ? 1 : 0;
}

Result<StatementHandle> Expressions::State::Prepare(const std::string& sql) {
  sqlite3_stmt* handle = nullptr;
  const char* tail = nullptr;
  const int result = sqlite3_prepare_v3(
      database.get(), sql.data(), static_cast<int>(sql.size()),
      SQLITE_PREPARE_PERSISTENT, &handle, &tail);
  StatementHandle prepared(handle);
  if ((result & 0xff) == SQLITE_NOMEM) return NoMemory();
  if (result != SQLITE_OK) {
    return Error{ErrorCode::kPlanInvalid, sqlite3_errmsg(database.get()), "",
                 ""};
  }
  if (prepared == nullptr || tail != sql.data() + sql.size()) {
    return Error{ErrorCode::kPlanInvalid, "it is not one expression", "", ""};
  }
  return prepared;
}

// That the text cannot leave its parentheses is found by reading it, and what
// it does inside them by compiling it alone: no other expression can help it.
Result<void> Expressions::State::Check(const std::string& sql,
                                       const std::string& path) {
  if (sql.size() > kMaxExpressionBytes) {
    return Unusable("it has " + std::to_string(sql.size()) +
                        " bytes, more than " +
                        std::to_string(kMaxExpressionBytes),
                    path);
  }
  if (!internal::IsUtf8(AsBytes(sql))) return Unusable("it is no text", path);
  if (std::string fault = internal::ExpressionTextFault(sql); !fault.empty()) {
    return Unusable(std::move(fault), path);
  }
  Begin(kMaxExpressionBytes);
  Result<StatementHandle> alone =
      Prepare("SELECT (" + sql +
              "\n) FROM (SELECT 0 AS record,0 AS key,0 AS source,"
              "0 AS position,0 AS name)");
  if (!alone.ok()) return Unusable(alone.error(), path);
  if (sqlite3_column_count(alone->get()) != 1) {
    return Unusable("it gives more than one value", path);
  }
  if (sqlite3_bind_parameter_count(alone->get()) != 0) {
    return Unusable("it has a parameter", path);
  }
  return {};
}

Error Expressions::State::Failure(int result) const {
  if ((result & 0xff) == SQLITE_NOMEM) return NoMemory();
  if (exhausted) {
    return {ErrorCode::kExpression,
            "The SQL expressions take too long for this record.",
            "Make them simpler, or leave such records out with a filter.", ""};
  }
  std::string message = "An SQL expression fails: ";
  message += (result & 0xff) == SQLITE_TOOBIG
                 ? "a value is far larger than the record"
                 : sqlite3_errmsg(database.get());
  return {ErrorCode::kExpression, message + ".", "", ""};
}

Expressions::Expressions() : state_(std::make_unique<State>()) {}
Expressions::~Expressions() = default;

Result<std::unique_ptr<Expressions>> Expressions::Compile(
    const std::vector<std::string>& sql,
    const std::vector<std::string>& paths) {
  std::unique_ptr<Expressions> expressions(new Expressions());
  State& state = *expressions->state_;
  sqlite3* database = nullptr;
  const int opened = sqlite3_open_v2(
      ":memory:", &database,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_EXRESCODE,
      nullptr);
  state.database.reset(database);
  if (opened != SQLITE_OK || !Harden(database)) return NoMemory();
  sqlite3_progress_handler(database, kStepsPerLook, State::Look, &state);
  std::string all = "SELECT ";
  for (size_t i = 0; i < sql.size(); ++i) {
    if (Result<void> good = state.Check(sql[i], paths[i]); !good.ok()) {
      return std::move(good).error();
    }
    all += (i == 0 ? "(" : ",(") + sql[i] + "\n)";
  }
  state.cells.resize(sql.size());
  if (sql.empty()) return expressions;
  state.Begin(kMaxExpressionBytes);
  Result<StatementHandle> statement = state.Prepare(all + kInput);
  if (!statement.ok()) {
    Error error = std::move(statement).error();
    error.message = "together they are too much: " + error.message;
    return Unusable(error, paths[0]);
  }
  state.statement = std::move(statement).value();
  return expressions;
}

Result<std::span<const Cell>> Expressions::Evaluate(const Input& input) {
  State& state = *state_;
  if (state.cells.empty()) return std::span<const Cell>();
  sqlite3_stmt* statement = state.statement.get();
  (void)sqlite3_reset(statement);  // its result repeats the last step's
  state.Begin(input.record.size() + input.key.bytes.size() +
              input.source.size() + input.name.bytes.size());
  const Cell inputs[kInputs] = {Cell::Text(input.record), input.key,
                                Cell::Text(input.source),
                                Cell::Integer(input.position), input.name};
  for (int i = 0; i < kInputs; ++i) {
    const int bound = internal::BindCell(statement, i + 1, inputs[i]);
    if (bound != SQLITE_OK) return state.Failure(bound);
  }
  const int result = sqlite3_step(statement);
  if (result != SQLITE_ROW) return state.Failure(result);
  for (size_t i = 0; i < state.cells.size(); ++i) {
    Cell& cell = state.cells[i];
    cell = internal::ReadCell(statement, static_cast<int>(i));
    if (cell.type == Cell::Type::kText && !internal::IsUtf8(cell.bytes)) {
      return Error{ErrorCode::kExpression,
                   "An SQL expression gives text that is no UTF-8.",
                   "Use hex() for bytes.", ""};
    }
  }
  return std::span<const Cell>(state.cells);
}

}  // namespace ferrite
