#include "tests/cases/runner/case_run.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <utility>

#include "ferrite/bundle.h"
#include "ferrite/ledger.h"
#include "ferrite/mapper.h"
#include "ferrite/migration.h"
#include "ferrite/retry.h"
#include "ferrite/verification.h"
#include "tests/cases/runner/json_difference.h"
#include "tests/support/json_record.h"
#include "tests/support/prepared_feed.h"
#include "tests/support/temp_dir.h"

namespace ferrite::testing {
namespace {

using Json = nlohmann::ordered_json;

// So that a case of some records takes several batches.
constexpr uint32_t kBatchBytes = 200;

void Check(const std::string& what, const Result<void>& result) {
  if (result.ok()) return;
  throw std::runtime_error(what + ": " + result.error().ToJson());
}

template <typename T>
T Take(const std::string& what, Result<T> result) {
  if (!result.ok()) {
    throw std::runtime_error(what + ": " + result.error().ToJson());
  }
  return std::move(result).value();
}

Json CellJson(const Cell& cell) {
  switch (cell.type) {
    case Cell::Type::kNull:
      return nullptr;
    case Cell::Type::kInteger:
      return {{"i", cell.integer}};
    case Cell::Type::kReal:
      // JSON has no word for infinity.
      if (std::isinf(cell.real)) {
        return {{"r", cell.real > 0 ? "Infinity" : "-Infinity"}};
      }
      return {{"r", cell.real}};
    case Cell::Type::kText:
      return {{"t", std::string(cell.text())}};
    case Cell::Type::kBlob:
      return {{"b", ToHex(cell.bytes)}};
  }
  return nullptr;
}

Json QueryJson(Store* store, const std::string& sql) {
  Statement select = Take("SELECT", store->Prepare(sql));
  Json rows = Json::array();
  while (Take("SELECT", select.Step())) {
    Json row = Json::array();
    for (int i = 0; i < select.column_count(); ++i) {
      row.push_back(CellJson(select.Column(i)));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Json ErrorJson(const Error& error) {
  return {{"code", ErrorText(error.code)}, {"path", error.path}};
}

// Those of the counts that are not 0.
void AddCounts(const Json& from, std::initializer_list<const char*> names,
               Json* to) {
  for (const char* name : names) {
    if (from.at(name) != 0) (*to)[name] = from.at(name);
  }
}

// A report in the form of expected.json, without cells.
Json Summary(const Json& report) {
  Json summary;
  summary["tables"] = Json::object();
  for (const Json& table : report.at("tables")) {
    summary["tables"][table.at("name").get<std::string>()] = {
        {"rows", table.at("rows")}, {"hash", table.at("hash")}};
    AddCounts(table, {"quarantined", "nulled"},
              &summary["tables"][table.at("name").get<std::string>()]);
  }
  for (const Json& source : report.at("sources")) {
    Json counts = Json::object();
    AddCounts(source, {"filtered", "excluded"}, &counts);
    if (counts.empty()) continue;
    summary["sources"][source.at("label").get<std::string>()] = counts;
  }
  summary["failed"] = Json::array();
  for (const Json& failed : report.at("failed")) {
    summary["failed"].push_back({{"table", failed.at("table")},
                                 {"key", failed.at("key")},
                                 {"code", failed.at("code")},
                                 {"path", failed.at("path")}});
  }
  summary["status"] = report.at("status");
  return summary;
}

class Runner {
 public:
  explicit Runner(const CaseFolder& folder) : folder_(folder) {}

  CaseRun Run() {
    Result<Plan> plan = Plan::Parse(folder_.PlanText());
    if (!plan.ok()) {
      run_.found = ErrorJson(plan.error());
      return std::move(run_);
    }
    plan_ = std::move(plan).value();
    host_ = folder_.Host(plan_);
    later_ = folder_.LaterHost(plan_);
    store_ = Take("store", Store::Open(dir_.File("store"), {}));
    corrections_ = folder_.Corrections();
    const std::optional<std::string> first = folder_.FirstPlanText();
    const Plan first_plan =
        first ? Take("first_plan.json", Plan::Parse(*first)) : plan_;
    auto begun =
        BeginMigration(store_.get(), first_plan, host_.States(), Options());
    if (!begun.ok()) {
      run_.found = ErrorJson(begun.error());
      CheckNothingWritten();
      return std::move(run_);
    }
    if (auto driven = host_.Drive(begun->get()); !driven.ok()) {
      run_.found = ErrorJson(driven.error());
      return std::move(run_);
    }
    if (first || !corrections_.empty()) {
      begun->reset();
      begun = Retry();
    }
    if (later_) {
      begun->reset();
      begun = BringUpToDate();
    }
    const Json report = Json::parse((*begun)->ReportJson());
    CheckTotals(report);
    run_.found = Summary(report);
    KeepSources(report.at("sources"));
    Verify();
    // Its records are those that were not corrected.
    if (corrections_.empty()) MigrateFromBundle();
    // Neither of the two has any.
    if (later_) run_.found["incremental"] = report.at("incremental");
    for (const Table& table : plan_.tables) {
      run_.found["tables"][table.name]["cells"] =
          QueryJson(store_.get(), SelectRowsSql(table));
    }
    return std::move(run_);
  }

 private:
  MigrationOptions Options() {
    MigrationOptions options;
    options.now = host_.now;
    options.batch_bytes = kBatchBytes;
    options.incremental = later_.has_value();
    return options;
  }

  void ExpectEqual(const std::string& what, const Json& wanted,
                   const Json& got) {
    for (const std::string& line : DescribeDifferences(wanted, got)) {
      run_.faults.push_back(what + ": " + line);
    }
  }

  // What is in the ledger, by the corrected plan and as it was corrected.
  Result<std::unique_ptr<Pass>> Retry() {
    {
      Ledger ledger = Take("ledger", Ledger::OpenLatest(store_.get()));
      const LedgerPage page = Take("ledger", ledger.List({}, 0, 1000));
      for (const CaseFolder::Correction& each : corrections_) {
        const auto entry =
            std::find_if(page.records.begin(), page.records.end(),
                         [&](const FailedRecord& record) {
                           return record.table == each.table &&
                                  record.key_text == each.key_text;
                         });
        if (entry == page.records.end()) {
          throw std::runtime_error("not in the ledger: " + each.key_text);
        }
        Check("correction", ledger.Correct(entry->id, each.value, host_.now));
      }
    }
    auto pass = Take("retry", BeginRetry(store_.get(), plan_, {host_.now, {}}));
    Check("retry", host_.Drive(pass.get()));
    return pass;
  }

  // With what the sources have then.
  Result<std::unique_ptr<Pass>> BringUpToDate() {
    host_.sources = later_->sources;
    auto pass =
        Take("incremental run",
             BeginMigration(store_.get(), plan_, host_.States(), Options()));
    Check("incremental run", host_.Drive(pass.get()));
    return pass;
  }

  // As a migration of the same records into a new store reports them.
  void KeepSources(const Json& sources) {
    sources_ = sources;
    for (Json& source : sources_) {
      // Of what was not read it knows the records alone.
      if (source.contains("unread")) source["bytes"] = nullptr;
      for (const char* name :
           {"new", "changed", "deleted", "unchanged", "unread"}) {
        source.erase(name);
      }
    }
  }

  void CheckNothingWritten() {
    ExpectEqual("tables after the error", Json::array(),
                QueryJson(store_.get(),
                          "SELECT name FROM sqlite_schema WHERE "
                          "tbl_name NOT GLOB 'ferrite_*'"));
    ExpectEqual("migrations after the error", Json::array(),
                QueryJson(store_.get(), "SELECT id FROM ferrite_migration"));
  }

  // The report lists the first failed records only, and must count them all.
  void CheckTotals(const Json& report) {
    ExpectEqual("totals.failed", report.at("failed").size(),
                report.at("totals").at("failed"));
    for (const Json& table : report.at("tables")) {
      const std::string name = table.at("name");
      ExpectEqual(name + ": expectedRows", table.at("rows"),
                  table.at("expectedRows"));
      ExpectEqual(name + ": expectedHash", table.at("hash"),
                  table.at("expectedHash"));
    }
  }

  void Verify() {
    auto pass = Take("verification",
                     BeginVerification(store_.get(), plan_, host_.States(),
                                       {.now = host_.now}));
    Check("verification", host_.Drive(pass.get()));
    const Json report = Json::parse(pass->ReportJson());
    CheckTotals(report);
    ExpectEqual("verification", run_.found, Summary(report));
    ExpectEqual("differences", Json::array(), report.at("differences"));
    for (const Json& table : report.at("tables")) {
      const std::string name = table.at("name");
      // Where rows meet, not every record has its own.
      if (!table.contains("conflicts")) {
        ExpectEqual(name + ": matched", table.at("rows"), table.at("matched"));
      }
      for (const char* kind : {"missing", "different", "extra"}) {
        ExpectEqual(name + ": " + kind, 0, table.at(kind));
      }
    }
  }

  // Whose batches are prepared first: that must not change anything.
  void MigrateFromBundle() {
    const std::string path = dir_.File("bundle");
    auto writing = Take("bundle", BeginBundle(path, {}, host_.States(),
                                              plan_.excluded, host_.now));
    Check("bundle", host_.Drive(writing.get()));
    ExpectEqual("bundle's status", "completed",
                Json::parse(writing->ReportJson()).at("status"));
    auto bundle = Take("bundle", BundleReader::Open(path));
    const std::vector<SourceState> states = bundle->StatesFor(plan_.sources);
    auto store = Take("second store", Store::Open(dir_.File("second"), {}));
    auto pass = Take("migration from the bundle",
                     BeginMigration(store.get(), plan_, states, Options()));
    PreparedFeed feed(bundle.get(), states, *pass);
    Check("migration from the bundle",
          DrivePass(
              &feed, pass.get(), [this] { return ++host_.now; },
              [](const Progress&) { return true; }));
    const Json report = Json::parse(pass->ReportJson());
    ExpectEqual("from the bundle", run_.found, Summary(report));
    Json sources = report.at("sources");
    for (size_t i = 0; i < sources.size(); ++i) {
      if (sources_.at(i).at("bytes").is_null()) sources[i]["bytes"] = nullptr;
    }
    ExpectEqual("the bundle's sources", sources_, sources);
  }

  const CaseFolder& folder_;
  TempDir dir_;
  Plan plan_;
  MemoryHost host_;
  std::optional<MemoryHost> later_;
  std::unique_ptr<Store> store_;
  std::vector<CaseFolder::Correction> corrections_;
  CaseRun run_;
  Json sources_;  // as the migration reports them
};

}  // namespace

CaseRun RunCase(const CaseFolder& folder) { return Runner(folder).Run(); }

}  // namespace ferrite::testing
