// The one file where C++ meets JavaScript. web/src/worker/engine.ts is the
// same interface seen from the other side, with the meaning of each call.
//
// Text crosses as u16string: embind's std::string corrupts lone surrogates.
// Data crosses as bytes in an input area that the core reads in place and an
// output area that JavaScript reads in place; one call per batch or query.
#include <emscripten/bind.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backup_calls.h"
#include "bundle_json.h"
#include "ferrite/backup.h"
#include "ferrite/bundle.h"
#include "ferrite/bundle_comparison.h"
#include "ferrite/chain.h"
#include "ferrite/clean_up.h"
#include "ferrite/conflict.h"
#include "ferrite/differences.h"
#include "ferrite/encoding.h"
#include "ferrite/error.h"
#include "ferrite/history.h"
#include "ferrite/inference.h"
#include "ferrite/layout.h"
#include "ferrite/ledger.h"
#include "ferrite/migration.h"
#include "ferrite/pass.h"
#include "ferrite/plan.h"
#include "ferrite/plan_answer.h"
#include "ferrite/query.h"
#include "ferrite/rate.h"
#include "ferrite/report_page.h"
#include "ferrite/retry.h"
#include "ferrite/rollback.h"
#include "ferrite/sqlite_info.h"
#include "ferrite/store.h"
#include "ferrite/validation.h"
#include "ferrite/verification.h"
#include "utf16.h"

namespace ferrite {
namespace {

using Json = nlohmann::json;
using Text = std::u16string;

Text Answer(const Error& error) { return ToUtf16(error.ToJson()); }

Text Answer(const Result<void>& result) {
  return result.ok() ? Text() : Answer(result.error());
}

Error NotOpen() {
  return {ErrorCode::kState, "No store is open.", "Call openStore first.", ""};
}

Error NoPass() {
  return {ErrorCode::kState, "No pass is running.", "Call beginPass first.",
          ""};
}

// Options come from our own worker, not from a user: what is missing or of
// another type is a defect of the caller.
Result<Json> ParseOptions(const Text& text) {
  Json options = Json::parse(ToUtf8(text), nullptr, /*allow_exceptions=*/false);
  if (!options.is_object()) {
    return Error{ErrorCode::kInvalidArgument, "The options are no JSON object.",
                 "", ""};
  }
  return options;
}

LedgerFilter FilterFrom(const Json& options) {
  LedgerFilter filter;
  for (const Json& id : options.value("ids", Json::array())) {
    filter.ids.push_back(static_cast<int64_t>(id.get<double>()));
  }
  filter.table = options.value("table", "");
  filter.code = options.value("code", "");
  filter.search = options.value("search", "");
  return filter;
}

class Engine {
 public:
  Text OpenStore(const Text& options_text) {
    CloseStore();
    Result<Json> options = ParseOptions(options_text);
    if (!options.ok()) return Answer(options.error());
    Store::Options store_options;
    store_options.vfs = options->value("vfs", "");
    store_options.create = options->value("create", true);
    store_options.read_only = options->value("readOnly", false);
    store_options.page_size = options->value("pageSize", 8192);
    Result<std::unique_ptr<Store>> store =
        Store::Open(options->value("path", ""), store_options);
    if (!store.ok()) return Answer(store.error());
    store_ = std::move(store).value();
    return {};
  }

  Text CloseStore() {
    pass_.reset();
    export_.reset();
    store_.reset();
    return {};
  }

  Text OpenBundle(const Text& path, const Text& vfs) {
    CloseBundle();
    Result<std::unique_ptr<BundleReader>> bundle =
        BundleReader::Open(ToUtf8(path), ToUtf8(vfs));
    if (!bundle.ok()) return Answer(bundle.error());
    bundle_ = std::move(bundle).value();
    return ToUtf16(BundleJson(*bundle_));
  }

  // The encoded key to go on behind lies in the input area; length 0: none.
  Text ReadBundle(uint32_t source, uint32_t after_length, uint32_t max_bytes) {
    if (bundle_ == nullptr) return Answer(NotOpen());
    if (after_length > input_.size()) return Answer(OutsideInput());
    if (source >= bundle_->sources().size()) return Answer(NotOpen());
    Step step;
    step.after = Bytes(input_.data(), after_length);
    step.max_bytes = max_bytes;
    output_.Clear();
    return Answer(bundle_->Read(bundle_->sources()[source].source, step,
                                &output_, &bundle_at_end_));
  }

  // Whether what was read last was the source's last.
  bool BundleAtEnd() const { return bundle_at_end_; }

  void CloseBundle() {
    pass_.reset();
    bundle_.reset();
  }

  Text BeginPass(const Text& kind, const Text& plan_text,
                 const Text& sources_text, const Text& options_text) {
    pass_.reset();
    Result<Json> options = ParseOptions(options_text);
    if (!options.ok()) return Answer(options.error());
    Result<std::vector<SourceState>> sources =
        SourceState::ParseList(ToUtf8(sources_text));
    if (!sources.ok()) return Answer(sources.error());
    Result<std::unique_ptr<Pass>> pass = Begin(
        ToUtf8(kind), ToUtf8(plan_text), std::move(sources).value(), *options);
    if (!pass.ok()) return Answer(pass.error());
    pass_ = std::move(pass).value();
    rate_ = Rate();
    return {};
  }

  Text StepJson() const {
    if (pass_ == nullptr) return Answer(NoPass());
    const Step step = pass_->step();
    const char* kind = step.kind == StepKind::kRead   ? "read"
                       : step.kind == StepKind::kWork ? "work"
                                                      : "done";
    return ToUtf16(Json{{"kind", kind},
                        {"source", step.source},
                        {"skip", step.skip},
                        {"since", step.since},
                        {"maxBytes", step.max_bytes},
                        {"maxRecords", step.max_records}}
                       .dump());
  }

  uint32_t StepAfter() {
    if (pass_ == nullptr) return 0;
    const Bytes after = pass_->step().after;
    input_.assign(after.begin(), after.end());
    return static_cast<uint32_t>(after.size());
  }

  uintptr_t Input(uint32_t size) {
    if (input_.size() < size) input_.resize(size);
    return reinterpret_cast<uintptr_t>(input_.data());
  }

  Text Apply(uint32_t length, bool last, double now) {
    if (pass_ == nullptr) return Answer(NoPass());
    if (length > input_.size()) return Answer(OutsideInput());
    return Answer(pass_->Apply(Bytes(input_.data(), length), last,
                               static_cast<int64_t>(now)));
  }

  void Took(double ms) {
    if (pass_ != nullptr) pass_->Took(ms);
  }

  Text Work(double now) {
    if (pass_ == nullptr) return Answer(NoPass());
    return Answer(pass_->Work(static_cast<int64_t>(now)));
  }

  Text ProgressJson(double clock) {
    if (pass_ == nullptr) return Answer(NoPass());
    const Progress progress = pass_->progress();
    rate_.Update(progress.stage, progress.current, clock);
    const uint64_t left = progress.total > progress.current
                              ? progress.total - progress.current
                              : 0;
    const std::optional<double> seconds = rate_.SecondsFor(left);
    return ToUtf16(Json{{"itemsPerSecond", rate_.per_second()},
                        {"timeRemaining", seconds ? Json(*seconds) : Json()},
                        {"stage", progress.stage},
                        {"source", progress.source},
                        {"current", progress.current},
                        {"total", progress.total},
                        {"bytes", progress.bytes},
                        {"failed", progress.failed}}
                       .dump());
  }

  Text Report() const {
    return pass_ == nullptr ? Answer(NoPass()) : ToUtf16(pass_->ReportJson());
  }

  void EndPass() { pass_.reset(); }

  Text LastReport() {
    if (store_ == nullptr) return Answer(NotOpen());
    Result<std::string> report = LastMigrationReport(store_.get());
    return report.ok() ? ToUtf16(*report) : Answer(report.error());
  }

  Text Differences(const Text& request) {
    if (store_ == nullptr) return Answer(NotOpen());
    Result<std::string> page = ListDifferences(store_.get(), ToUtf8(request));
    return page.ok() ? ToUtf16(*page) : Answer(page.error());
  }

  Text BeginExport(const Text& request) {
    if (store_ == nullptr) return Answer(NotOpen());
    export_.emplace(store_.get(), ToUtf8(request));
    return {};
  }

  // ["text"], [] at the end, or an error.
  Text NextOfExport() {
    if (!export_) return Answer(NotOpen());
    std::string text;
    Result<bool> more = export_->Next(&text);
    if (!more.ok()) return Answer(more.error());
    return ToUtf16(*more ? Json::array({text}).dump() : "[]");
  }

  Text ReportHtml(const Text& report) const {
    Result<std::string> page = ReportPage(ToUtf8(report));
    return page.ok() ? ToUtf16(*page) : Answer(page.error());
  }

  Text History(const Text& request, double now, const Text& actor_text) {
    if (store_ == nullptr) return Answer(NotOpen());
    Result<Json> actor = ParseOptions(actor_text);
    if (!actor.ok()) return Answer(actor.error());
    Result<std::string> answer =
        AnswerHistory(store_.get(), ToUtf8(request), static_cast<int64_t>(now),
                      {actor->value("who", "app"), actor->value("origin", "")});
    return answer.ok() ? ToUtf16(*answer) : Answer(answer.error());
  }

  Text CleanUp(const Text& request, double now, const Text& actor_text) {
    if (store_ == nullptr) return Answer(NotOpen());
    Result<Json> actor = ParseOptions(actor_text);
    if (!actor.ok()) return Answer(actor.error());
    Result<std::string> answer =
        AnswerCleanUp(store_.get(), ToUtf8(request), static_cast<int64_t>(now),
                      {actor->value("who", "app"), actor->value("origin", "")});
    return answer.ok() ? ToUtf16(*answer) : Answer(answer.error());
  }

  Text Backups(const Text& request) const {
    Result<std::string> answer = AnswerBackups(ToUtf8(request));
    return answer.ok() ? ToUtf16(*answer) : Answer(answer.error());
  }

  Text Beginning(const Text& plan_text, const Text& sources_text,
                 bool incremental) {
    if (store_ == nullptr) return Answer(NotOpen());
    Result<Plan> plan = Plan::Parse(ToUtf8(plan_text));
    if (!plan.ok()) return Answer(plan.error());
    Result<std::vector<SourceState>> sources =
        SourceState::ParseList(ToUtf8(sources_text));
    if (!sources.ok()) return Answer(sources.error());
    Result<MigrationBeginning> beginning =
        FindBeginning(store_.get(), *plan, *sources,
                      {.incremental = incremental});
    return beginning.ok() ? ToUtf16(BeginningJson(*beginning))
                          : Answer(beginning.error());
  }

  Text RollbackPointText() {
    if (store_ == nullptr) return Answer(NotOpen());
    Result<std::string> point = RollbackPointJson(store_.get());
    return point.ok() ? ToUtf16(*point) : Answer(point.error());
  }

  // ["token"]
  Text RestoredTokenText() {
    if (store_ == nullptr) return Answer(NotOpen());
    Result<std::string> token = RestoredToken(store_.get());
    return token.ok() ? ToUtf16(Json::array({*token}).dump())
                      : Answer(token.error());
  }

  Text QuickCheck() {
    if (store_ == nullptr) return Answer(NotOpen());
    return Answer(CheckIntegrity(store_.get(), /*quick=*/true));
  }

  Text CheckFile(const Text& path, const Text& vfs) const {
    return Answer(CheckFileIntegrity(ToUtf8(path), ToUtf8(vfs)));
  }

  Text Restore(const Text& path, const Text& options_text) {
    if (store_ == nullptr) return Answer(NotOpen());
    pass_.reset();
    export_.reset();
    Result<RestoreOptions> options = ParseRestoreOptions(ToUtf8(options_text));
    if (!options.ok()) return Answer(options.error());
    Result<std::string> carried =
        RestoreStore(store_.get(), ToUtf8(path), *options);
    return carried.ok() ? ToUtf16(*carried) : Answer(carried.error());
  }

  Text NoteRemovalOf(const Text& options_text) {
    if (store_ == nullptr) return Answer(NotOpen());
    Result<RestoreOptions> options = ParseRestoreOptions(ToUtf8(options_text));
    if (!options.ok()) return Answer(options.error());
    return Answer(NoteRemoval(store_.get(), *options));
  }

  Text Conflicts(const Text& filter_text) {
    if (store_ == nullptr) return Answer(NotOpen());
    Result<Json> options = ParseOptions(filter_text);
    if (!options.ok()) return Answer(options.error());
    ConflictFilter filter;
    filter.undecided_only = !options->value("all", false);
    filter.table = options->value("table", "");
    filter.after = static_cast<int64_t>(options->value("after", 0.0));
    filter.limit = options->value("limit", filter.limit);
    Result<std::string> list = ListConflicts(store_.get(), filter);
    return list.ok() ? ToUtf16(*list) : Answer(list.error());
  }

  Text Resolve(const Text& plan_text, const Text& decisions, double now,
               const Text& origin) {
    if (store_ == nullptr) return Answer(NotOpen());
    Result<Plan> plan = Plan::Parse(ToUtf8(plan_text));
    if (!plan.ok()) return Answer(plan.error());
    Result<std::string> decided =
        ResolveConflicts(store_.get(), *plan, ToUtf8(decisions),
                         static_cast<int64_t>(now), {"app", ToUtf8(origin)});
    return decided.ok() ? ToUtf16(*decided) : Answer(decided.error());
  }

  Text PlanSources(const Text& plan_text) const {
    Result<Plan> plan = Plan::Parse(ToUtf8(plan_text));
    if (!plan.ok()) return Answer(plan.error());
    Json sources = Json::array();
    for (const Source& source : plan->sources) {
      sources.push_back(Json::parse(source.ToJson()));
    }
    return ToUtf16(sources.dump());
  }

  Text AnswerPlanJson(const Text& plan_text, const Text& sources_text,
                      const Text& facts_text) {
    Result<Plan> plan = Plan::Parse(ToUtf8(plan_text));
    if (!plan.ok()) return Answer(plan.error());
    Result<std::vector<SourceState>> sources =
        SourceState::ParseList(ToUtf8(sources_text));
    if (!sources.ok()) return Answer(sources.error());
    Result<HostFacts> facts = HostFacts::Parse(ToUtf8(facts_text));
    if (!facts.ok()) return Answer(facts.error());
    Result<std::string> answer =
        AnswerPlan(store_.get(), *plan, *sources, *facts);
    return answer.ok() ? ToUtf16(*answer) : Answer(answer.error());
  }

  Text ChainTracesJson(const Text& chain_text) const {
    Result<Chain> chain = Chain::Parse(ToUtf8(chain_text));
    if (!chain.ok()) return Answer(chain.error());
    return ToUtf16(TracesOf(*chain).ToJson(*chain));
  }

  Text DetectVersionJson(const Text& chain_text, const Text& sources_text,
                         const Text& keys_text) const {
    Result<Chain> chain = Chain::Parse(ToUtf8(chain_text));
    if (!chain.ok()) return Answer(chain.error());
    Result<std::vector<SourceState>> sources =
        SourceState::ParseList(ToUtf8(sources_text));
    if (!sources.ok()) return Answer(sources.error());
    const Json keys = Json::parse(ToUtf8(keys_text));
    const std::optional<size_t> found =
        DetectVersion(*chain, *sources, keys.get<std::vector<bool>>());
    Json version;
    if (found) version = chain->versions[*found].version;
    return ToUtf16(Json{{"version", version}}.dump());
  }

  Text ChainStatusJson(const Text& chain_text) {
    Result<Chain> chain = Chain::Parse(ToUtf8(chain_text));
    if (!chain.ok()) return Answer(chain.error());
    Result<std::string> status = ChainStatus(store_.get(), *chain);
    return status.ok() ? ToUtf16(*status) : Answer(status.error());
  }

  // `change` is given the open store and the chain.
  template <typename Change>
  Text ChangeVersion(const Text& chain_text, Change change) {
    if (store_ == nullptr) return Answer(NotOpen());
    Result<Chain> chain = Chain::Parse(ToUtf8(chain_text));
    if (!chain.ok()) return Answer(chain.error());
    return Answer(change(store_.get(), *chain));
  }

  Text Stamp(const Text& chain_text, double version, double now) {
    return ChangeVersion(chain_text, [&](Store* store, const Chain& chain) {
      return StampVersion(store, chain, static_cast<int64_t>(version),
                          static_cast<int64_t>(now));
    });
  }

  Text ApplyVersions(const Text& chain_text, const Text& options_text,
                     double now) {
    Result<Json> options = ParseOptions(options_text);
    if (!options.ok()) return Answer(options.error());
    std::optional<int64_t> to;
    if (options->contains("to")) to = (*options)["to"].get<int64_t>();
    const bool is_up = options->value("way", "up") == "up";
    return ChangeVersion(chain_text, [&](Store* store, const Chain& chain) {
      const auto at = static_cast<int64_t>(now);
      return is_up ? UpgradeStore(store, chain, to, at)
                   : DowngradeStore(store, chain, to.value_or(0), at);
    });
  }

  Text RepairVersions(const Text& chain_text, double now) {
    return ChangeVersion(
        chain_text, [&](Store* store, const Chain& chain) -> Result<void> {
          Result<uint64_t> done =
              RepairChain(store, chain, static_cast<int64_t>(now));
          if (!done.ok()) return std::move(done).error();
          return {};
        });
  }

  Text Layouts(const Text& facts, const Text& presets_text) const {
    Json presets = Json::parse(ToUtf8(presets_text), nullptr,
                               /*allow_exceptions=*/false);
    std::vector<std::string> texts;
    for (const Json& preset : presets)
      texts.push_back(preset.get<std::string>());
    Result<std::string> layouts = RecognizeLayouts(ToUtf8(facts), texts);
    return layouts.ok() ? ToUtf16(*layouts) : Answer(layouts.error());
  }

  // The page is in the output area, as WritePage writes it.
  Text Failed(const Text& options_text) {
    if (store_ == nullptr) return Answer(NotOpen());
    Result<Json> options = ParseOptions(options_text);
    if (!options.ok()) return Answer(options.error());
    Result<Ledger> ledger = Ledger::OpenLatest(store_.get());
    if (!ledger.ok()) return Answer(ledger.error());
    Result<LedgerPage> page =
        ledger->List(FilterFrom(*options),
                     static_cast<uint64_t>(options->value("offset", 0.0)),
                     static_cast<uint64_t>(options->value("limit", 50.0)));
    if (!page.ok()) return Answer(page.error());
    output_.Clear();
    WritePage(*page, &output_);
    return {};
  }

  Text CorrectFailed(double id, uint32_t length, double now,
                     const Text& origin) {
    if (store_ == nullptr) return Answer(NotOpen());
    if (length > input_.size()) return Answer(OutsideInput());
    Result<Ledger> ledger = Ledger::OpenLatest(store_.get());
    if (!ledger.ok()) return Answer(ledger.error());
    return Answer(
        ledger->Correct(static_cast<int64_t>(id), Bytes(input_.data(), length),
                        static_cast<int64_t>(now), {"app", ToUtf8(origin)}));
  }

  Text DiscardFailed(double id, double now, const Text& origin) {
    if (store_ == nullptr) return Answer(NotOpen());
    Result<Ledger> ledger = Ledger::OpenLatest(store_.get());
    if (!ledger.ok()) return Answer(ledger.error());
    return Answer(ledger->Discard(static_cast<int64_t>(id),
                                  static_cast<int64_t>(now),
                                  {"app", ToUtf8(origin)}));
  }

  Text Query(const Text& sql, uint32_t parameters_length, double max_rows) {
    if (store_ == nullptr) return Answer(NotOpen());
    if (parameters_length > input_.size()) return Answer(OutsideInput());
    output_.Clear();
    Result<QueryOutcome> outcome = RunQuery(
        store_.get(), ToUtf8(sql), Bytes(input_.data(), parameters_length),
        static_cast<uint64_t>(max_rows), &output_);
    if (!outcome.ok()) {
      output_.Clear();
      return Answer(outcome.error());
    }
    outcome_ = *outcome;
    return {};
  }

  Text Exec(const Text& sql) {
    if (store_ == nullptr) return Answer(NotOpen());
    return Answer(RunScript(store_.get(), ToUtf8(sql)));
  }

  uintptr_t OutputAddress() const {
    return reinterpret_cast<uintptr_t>(output_.bytes().data());
  }
  uint32_t OutputLength() const {
    return static_cast<uint32_t>(output_.size());
  }
  double Changes() const { return static_cast<double>(outcome_.changes); }
  Text LastInsertId() const {
    return ToUtf16(std::to_string(outcome_.last_insert_id));
  }

  Text Info() const {
    const SqliteInfo info = GetSqliteInfo();
    return ToUtf16(Json{{"sqlite", info.version},
                        {"sourceId", info.source_id},
                        {"compileOptions", info.compile_options}}
                       .dump());
  }

 private:
  static Error OutsideInput() {
    return {ErrorCode::kInvalidArgument,
            "The length is larger than the input area.",
            "Ask for the area with input(size) first.", ""};
  }

  Result<std::unique_ptr<Pass>> Begin(const std::string& kind,
                                      const std::string& plan_json,
                                      std::vector<SourceState> sources,
                                      const Json& options) {
    const auto now = static_cast<int64_t>(options.value("now", 0.0));
    if (kind == "bundle") {
      Store::Options file;
      file.vfs = options.value("vfs", "");
      if (options.contains("structure")) {
        return BeginBundle(
            options.value("path", ""), file, std::move(sources), {}, now,
            options["structure"].get<std::vector<std::string>>());
      }
      Result<Plan> plan = Plan::Parse(plan_json);
      if (!plan.ok()) return plan.error();
      return BeginBundle(options.value("path", ""), file, std::move(sources),
                         std::move(plan->excluded), now);
    }
    if (kind == "comparison") {
      if (bundle_ == nullptr) return NotOpen();
      return BeginComparison(bundle_.get());
    }
    if (kind == "inference") {
      InferenceOptions inference;
      inference.name = options.value("name", inference.name);
      inference.sample_size =
          options.value("sampleSize", inference.sample_size);
      return BeginInference(std::move(sources), inference);
    }
    if (store_ == nullptr) return NotOpen();
    Result<Plan> plan = Plan::Parse(plan_json);
    if (!plan.ok()) return plan.error();
    plan_ = std::move(plan).value();
    if (kind == "verification") {
      VerificationOptions verification;
      verification.now = now;
      verification.actor = {options.value("initiator", "app"),
                            options.value("origin", "")};
      verification.config = options.value("config", Json::object()).dump();
      verification.sample_size =
          static_cast<uint64_t>(options.value("sampleSize", 0.0));
      verification.tables = options.value("tables", std::vector<std::string>());
      return BeginVerification(store_.get(), plan_, std::move(sources),
                               verification);
    }
    if (kind == "retry") {
      return BeginRetry(store_.get(), plan_,
                        {now,
                         FilterFrom(options),
                         {"app", options.value("origin", "")},
                         options.value("config", Json::object()).dump()});
    }
    MigrationOptions migration;
    migration.now = now;
    if (options.contains("maxFailed")) {
      migration.max_failed =
          static_cast<uint64_t>(options["maxFailed"].get<double>());
    }
    migration.incremental = options.value("incremental", false);
    migration.initiator = options.value("initiator", migration.initiator);
    migration.origin = options.value("origin", "");
    migration.config = options.value("config", Json::object()).dump();
    migration.batch_bytes = options.value("batchBytes", migration.batch_bytes);
    migration.batch_records =
        options.value("batchRecords", migration.batch_records);
    migration.target_ms = options.value("targetMs", migration.target_ms);
    migration.sample_size =
        static_cast<uint64_t>(options.value("sampleSize", 0.0));
    migration.rollback_point = options.value("rollbackPoint", "");
    if (kind == "validation") {
      return BeginValidation(store_.get(), plan_, std::move(sources),
                             migration);
    }
    if (kind == "probe") {
      return BeginProbe(store_.get(), plan_, std::move(sources), migration);
    }
    return BeginMigration(store_.get(), plan_, std::move(sources), migration);
  }

  // Order matters: the pass goes before the plan, the store and the bundle it
  // views.
  std::unique_ptr<Store> store_;
  std::unique_ptr<BundleReader> bundle_;
  bool bundle_at_end_ = false;
  Plan plan_;
  std::unique_ptr<Pass> pass_;
  std::optional<DifferenceExport> export_;
  Rate rate_;
  ByteBuffer input_;
  Writer output_;
  QueryOutcome outcome_;
};

}  // namespace
}  // namespace ferrite

EMSCRIPTEN_BINDINGS(ferrite) {
  using ferrite::Engine;
  emscripten::class_<Engine>("Engine")
      .constructor<>()
      .function("openStore", &Engine::OpenStore)
      .function("closeStore", &Engine::CloseStore)
      .function("openBundle", &Engine::OpenBundle)
      .function("readBundle", &Engine::ReadBundle)
      .function("bundleAtEnd", &Engine::BundleAtEnd)
      .function("closeBundle", &Engine::CloseBundle)
      .function("beginPass", &Engine::BeginPass)
      .function("step", &Engine::StepJson)
      .function("stepAfter", &Engine::StepAfter)
      .function("input", &Engine::Input)
      .function("apply", &Engine::Apply)
      .function("took", &Engine::Took)
      .function("work", &Engine::Work)
      .function("progress", &Engine::ProgressJson)
      .function("report", &Engine::Report)
      .function("endPass", &Engine::EndPass)
      .function("lastReport", &Engine::LastReport)
      .function("differences", &Engine::Differences)
      .function("beginExport", &Engine::BeginExport)
      .function("nextOfExport", &Engine::NextOfExport)
      .function("reportPage", &Engine::ReportHtml)
      .function("history", &Engine::History)
      .function("cleanUp", &Engine::CleanUp)
      .function("backups", &Engine::Backups)
      .function("beginning", &Engine::Beginning)
      .function("rollbackPoint", &Engine::RollbackPointText)
      .function("restoredToken", &Engine::RestoredTokenText)
      .function("quickCheck", &Engine::QuickCheck)
      .function("checkFile", &Engine::CheckFile)
      .function("restoreStore", &Engine::Restore)
      .function("noteRemoval", &Engine::NoteRemovalOf)
      .function("conflicts", &Engine::Conflicts)
      .function("resolveConflicts", &Engine::Resolve)
      .function("planSources", &Engine::PlanSources)
      .function("answerPlan", &Engine::AnswerPlanJson)
      .function("chainTraces", &Engine::ChainTracesJson)
      .function("detectVersion", &Engine::DetectVersionJson)
      .function("chainStatus", &Engine::ChainStatusJson)
      .function("stampVersion", &Engine::Stamp)
      .function("applyChain", &Engine::ApplyVersions)
      .function("repairChain", &Engine::RepairVersions)
      .function("recognizeLayouts", &Engine::Layouts)
      .function("failed", &Engine::Failed)
      .function("correctFailed", &Engine::CorrectFailed)
      .function("discardFailed", &Engine::DiscardFailed)
      .function("query", &Engine::Query)
      .function("exec", &Engine::Exec)
      .function("outputAddress", &Engine::OutputAddress)
      .function("outputLength", &Engine::OutputLength)
      .function("changes", &Engine::Changes)
      .function("lastInsertId", &Engine::LastInsertId)
      .function("info", &Engine::Info);
}
