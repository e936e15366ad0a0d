#include "tests/cases/runner/run_case.h"

#include <memory>
#include <stdexcept>
#include <utility>

#include "ferrite/bundle.h"
#include "ferrite/ledger.h"
#include "ferrite/mapper.h"
#include "ferrite/migration.h"
#include "ferrite/store.h"
#include "ferrite/verification.h"
#include "tests/support/json_record.h"
#include "tests/support/temp_dir.h"

namespace ferrite::testing {
namespace {

using Json = nlohmann::ordered_json;

// Small enough that most cases need several.
constexpr uint32_t kBatchBytes = 48;
constexpr int64_t kNow = 1700000000000;

// What no case expects: it ends the case.
class Failure : public std::runtime_error {
 public:
  Failure(const std::string& what, const Error& error)
      : std::runtime_error(what + ": " + error.message) {}
};

template <typename T>
T Take(const std::string& what, Result<T> result) {
  if (!result.ok()) throw Failure(what, result.error());
  return std::move(result).value();
}

void Check(const std::string& what, const Result<void>& result) {
  if (!result.ok()) throw Failure(what, result.error());
}

Json ErrorJson(const Error& error) {
  return {{"code", ErrorText(error.code)}, {"path", error.path}};
}

Json CellJson(const Cell& cell) {
  switch (cell.type) {
    case Cell::Type::kNull:
      return nullptr;
    case Cell::Type::kInteger:
      return {{"i", cell.integer}};
    case Cell::Type::kReal:
      return {{"r", cell.real}};
    case Cell::Type::kText:
      return {{"t", cell.text()}};
    case Cell::Type::kBlob:
      return {{"b", ToHex(cell.bytes)}};
  }
  return nullptr;
}

Json RowsJson(Store* store, const Table& table) {
  Statement select = Take("Reading", store->Prepare(SelectRowsSql(table)));
  Json rows = Json::array();
  while (Take("Reading", select.Step())) {
    Json row = Json::array();
    for (int i = 0; i < select.column_count(); ++i) {
      row.push_back(CellJson(select.Column(i)));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Json LedgerJson(Store* store) {
  Ledger ledger = Take("Reading the ledger", Ledger::Open(store, 1));
  Json failed = Json::array();
  Check("Reading the ledger", ledger.ForEach([&](const FailedRecord& record) {
    failed.push_back({{"table", record.table},
                      {"key", record.key_text},
                      {"code", record.code},
                      {"path", record.path}});
    return true;
  }));
  return failed;
}

Result<std::unique_ptr<Pass>> BeginSmall(Store* store, const Plan& plan,
                                         std::vector<SourceState> sources) {
  MigrationOptions options;
  options.now = kNow;
  options.batch_bytes = kBatchBytes;
  return BeginMigration(store, plan, std::move(sources), options);
}

// The tables, failed records and status of a migration that reached its end.
Json ActualJson(Store* store, const Plan& plan, const Json& report) {
  Json tables = Json::object();
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    const Json& table = report.at("tables").at(i);
    tables[plan.tables[i].name] = {{"rows", table.at("rows")},
                                   {"hash", table.at("hash")},
                                   {"cells", RowsJson(store, plan.tables[i])}};
  }
  return {{"tables", std::move(tables)},
          {"failed", LedgerJson(store)},
          {"status", report.at("status")}};
}

void CheckVerification(const Case& each, Store* store, const Plan& plan,
                       Outcome* outcome) {
  MemoryHost host = each.host;
  std::unique_ptr<Pass> pass =
      Take("Beginning the verification",
           BeginVerification(store, plan, host.States(), kNow));
  Check("Verifying", host.Drive(pass.get()));
  const Json report = Json::parse(pass->ReportJson());
  if (report.at("status") != outcome->actual.at("status")) {
    outcome->faults.push_back("The verification says " +
                              report.at("status").dump() + ".");
  }
  if (report.at("totals").at("differences") != 0) {
    outcome->faults.push_back("The verification finds differences: " +
                              report.at("differences").dump());
  }
  for (const Json& table : report.at("tables")) {
    if (table.at("hash") == table.at("expectedHash")) continue;
    outcome->faults.push_back("The verification expects another hash: " +
                              table.dump());
  }
}

void CheckBundle(const Case& each, const Plan& plan, const std::string& folder,
                 Outcome* outcome) {
  const std::string path = folder + "/bundle";
  MemoryHost host = each.host;
  {
    std::unique_ptr<Pass> pass = Take(
        "Beginning the bundle", BeginBundle(path, {}, host.States(), kNow));
    Check("Writing the bundle", host.Drive(pass.get()));
  }
  std::unique_ptr<BundleReader> bundle =
      Take("Opening the bundle", BundleReader::Open(path));
  std::unique_ptr<Store> store = Take("Opening a store for the bundle",
                                      Store::Open(folder + "/second.db", {}));
  const std::vector<SourceState> states = bundle->StatesFor(plan.sources);
  std::unique_ptr<Pass> pass = Take("Beginning the bundle's migration",
                                    BeginSmall(store.get(), plan, states));
  Check("Migrating the bundle",
        DrivePass(
            bundle.get(), states, pass.get(), [] { return kNow; },
            [](const Progress&) { return true; }));
  const Json second =
      ActualJson(store.get(), plan, Json::parse(pass->ReportJson()));
  if (second != outcome->actual) {
    outcome->faults.push_back("The bundle's migration gives something else: " +
                              second.dump());
  }
}

void CheckMigration(const Case& each, const Plan& plan, Outcome* outcome) {
  TempDir dir;
  std::unique_ptr<Store> store =
      Take("Opening the store", Store::Open(dir.File("first.db"), {}));
  MemoryHost host = each.host;
  Result<std::unique_ptr<Pass>> begun =
      BeginSmall(store.get(), plan, host.States());
  if (!begun.ok()) {
    outcome->is_error = true;
    outcome->actual = ErrorJson(begun.error());
    return;
  }
  std::unique_ptr<Pass> pass = std::move(begun).value();
  Check("Migrating", host.Drive(pass.get()));
  const Json report = Json::parse(pass->ReportJson());
  outcome->tables = report.at("tables");
  outcome->actual = ActualJson(store.get(), plan, report);
  CheckVerification(each, store.get(), plan, outcome);
  CheckBundle(each, plan, dir.File(""), outcome);
}

}  // namespace

Outcome RunCase(const Case& each) {
  Outcome outcome;
  Result<Plan> plan = Plan::Parse(each.plan);
  if (!plan.ok()) {
    outcome.is_error = true;
    outcome.actual = ErrorJson(plan.error());
    return outcome;
  }
  try {
    CheckMigration(each, *plan, &outcome);
  } catch (const Failure& failure) {
    outcome.faults.push_back(failure.what());
  }
  return outcome;
}

std::string Summary(const Case& each, const Outcome& outcome) {
  std::string line = each.name + ":";
  if (outcome.is_error) {
    return line + " " + outcome.actual.at("code").get<std::string>() + " " +
           outcome.actual.at("path").get<std::string>();
  }
  for (const Json& table : outcome.tables) {
    line += " " + table.at("name").dump() + " " +
            table.at("hash").get<std::string>();
  }
  return line;
}

}  // namespace ferrite::testing
