// ferrite failed list|show|export|correct|discard, and ferrite retry.
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "ferrite/history.h"
#include "ferrite/ledger.h"
#include "ferrite/record_json.h"
#include "ferrite/retry.h"
#include "native/cli/commands.h"
#include "native/cli/history.h"
#include "native/cli/open_store.h"
#include "native/cli/pass_run.h"
#include "native/clock.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

// Entries that are read at a time.
constexpr uint64_t kChunk = 100;

LedgerFilter FilterOf(const FailedOptions& options) {
  return {options.ids, options.table, options.code, options.search};
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json RecordOf(Bytes record) { return Json::parse(RecordToJson(record)); }

Json EntryJson(const FailedRecord& record) {
  Json json = {{"id", record.id},
               {"table", record.table},
               {"key", record.key_text},
               {"kind", record.source == Ledger::kRow ? "row" : "record"},
               {"code", record.code},
               {"message", record.message},
               {"path", record.path},
               {"at", record.at},
               {"corrected", record.is_corrected},
               {"value", RecordOf(record.is_corrected ? record.corrected
                                                      : record.value)}};
  if (record.is_corrected) json["original"] = RecordOf(record.value);
  return json;
}

Result<Json> Entry(const FailedOptions& options) {
  Result<std::unique_ptr<Store>> store =
      OpenStore(options.store, OpenFor::kReading);
  if (!store.ok()) return std::move(store).error();
  Result<Ledger> ledger = Ledger::OpenLatest(store->get());
  if (!ledger.ok()) return std::move(ledger).error();
  Result<FailedRecord> record = ledger->Get(options.ids.front());
  if (!record.ok()) return std::move(record).error();
  Json json = EntryJson(*record);
  json["shown"] =
      RecordShown(record->is_corrected ? record->corrected : record->value);
  return json;
}

// Says what became of one entry.
int Done(const FailedOptions& options, const char* what,
         const Console& console) {
  const int64_t id = options.ids.front();
  console.Document(Dump({{"id", id}, {"done", what}}));
  console.Line("Entry " + std::to_string(id) + " is " + what +
               "; ferrite retry brings the store up to date.");
  return 0;
}

}  // namespace

Result<int> FailedList(const FailedOptions& options, const Console& console) {
  Result<std::unique_ptr<Store>> store =
      OpenStore(options.store, OpenFor::kReading);
  if (!store.ok()) return std::move(store).error();
  Result<Ledger> ledger = Ledger::OpenLatest(store->get());
  if (!ledger.ok()) return std::move(ledger).error();
  Result<LedgerPage> page =
      ledger->List(FilterOf(options), options.offset, options.limit);
  if (!page.ok()) return std::move(page).error();
  Json json = {{"total", page->total}, {"records", Json::array()}};
  TextTable table(console, {"id", "table", "key", "code", "why"},
                  {TextTable::Align::kRight, TextTable::Align::kLeft,
                   TextTable::Align::kLeft, TextTable::Align::kLeft,
                   TextTable::Align::kLeft});
  for (const FailedRecord& record : page->records) {
    json["records"].push_back(EntryJson(record));
    table.Add({std::to_string(record.id), Printable(record.table),
               Printable(record.key_text), Printable(record.code),
               record.is_corrected ? "corrected, to be tried again"
                                   : Printable(record.message)});
  }
  console.Document(Dump(json));
  console.Line(Counted(page->total, "failed record"));
  if (!table.empty()) table.Print();
  return 0;
}

Result<int> FailedShow(const FailedOptions& options, const Console& console) {
  Result<Json> entry = Entry(options);
  if (!entry.ok()) return std::move(entry).error();
  console.Document(Dump(*entry));
  for (const char* name : {"table", "key", "code", "message", "path"}) {
    const std::string text = (*entry)[name].get<std::string>();
    if (!text.empty()) console.Line(std::string(name) + ": " + Printable(text));
  }
  console.Line("as JSON: " + Printable((*entry)["shown"].get<std::string>()));
  console.Line("exactly: " + Printable(Dump((*entry)["value"])));
  return 0;
}

Result<int> FailedExport(const FailedOptions& options, const Console& console) {
  Result<std::unique_ptr<Store>> store =
      OpenStore(options.store, OpenFor::kReading);
  if (!store.ok()) return std::move(store).error();
  Result<Ledger> ledger = Ledger::OpenLatest(store->get());
  if (!ledger.ok()) return std::move(ledger).error();
  Console lines = console;
  lines.json = false;
  for (uint64_t offset = 0;; offset += kChunk) {
    Result<LedgerPage> page = ledger->List(FilterOf(options), offset, kChunk);
    if (!page.ok()) return std::move(page).error();
    for (const FailedRecord& record : page->records) {
      lines.Line(Dump(EntryJson(record)));
    }
    if (page->records.size() < kChunk) return 0;
  }
}

Result<int> FailedCorrect(const FailedOptions& options,
                          const Console& console) {
  std::ifstream file(options.file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) {
    return Error{ErrorCode::kInvalidArgument,
                 "The record's file " + options.file + " cannot be read.",
                 "Check the path.", ""};
  }
  Result<ByteBuffer> record = RecordFromJson(text);
  if (!record.ok()) return std::move(record).error();
  Result<std::unique_ptr<Store>> store =
      OpenStore(options.store, OpenFor::kChanging);
  if (!store.ok()) return std::move(store).error();
  Result<Ledger> ledger = Ledger::OpenLatest(store->get());
  if (!ledger.ok()) return std::move(ledger).error();
  Result<void> done = ledger->Correct(options.ids.front(), *record, Now(),
                                      CommandActor("failed correct"));
  if (!done.ok()) return std::move(done).error();
  return Done(options, "corrected", console);
}

Result<int> FailedDiscard(const FailedOptions& options,
                          const Console& console) {
  if (!options.confirmed) {
    return Error{ErrorCode::kInvalidArgument,
                 "Discarding a record needs to be confirmed.",
                 "Add --confirm; its data stay in ferrite_correction.", ""};
  }
  Result<std::unique_ptr<Store>> store =
      OpenStore(options.store, OpenFor::kChanging);
  if (!store.ok()) return std::move(store).error();
  Result<Ledger> ledger = Ledger::OpenLatest(store->get());
  if (!ledger.ok()) return std::move(ledger).error();
  Result<void> done = ledger->Discard(options.ids.front(), Now(),
                                      CommandActor("failed discard"));
  if (!done.ok()) return std::move(done).error();
  return Done(options, "discarded", console);
}

Result<int> RetryFailed(const RetryCommandOptions& options,
                        const Console& console) {
  Result<Plan> plan = ReadPlanFile(options.plan);
  if (!plan.ok()) return std::move(plan).error();
  Result<std::unique_ptr<Store>> store =
      OpenStore(options.failed.store, OpenFor::kChanging);
  if (!store.ok()) return std::move(store).error();
  RetryOptions retry;
  retry.now = Now();
  retry.filter = FilterOf(options.failed);
  retry.actor = CommandActor("retry");
  retry.config = Dump({{"ids", retry.filter.ids},
                       {"table", retry.filter.table},
                       {"code", retry.filter.code}});
  Result<std::unique_ptr<Pass>> pass = BeginRetry(store->get(), *plan, retry);
  if (!pass.ok()) return std::move(pass).error();
  // It asks for no source.
  auto driven = RunPass(nullptr, {}, pass->get(), console);
  if (!driven.ok()) {
    // The error itself is what is told; the history may have no room for it.
    pass->reset();
    (void)StopRunning(store->get(), driven.error(), Now(), retry.actor);
    return driven.error();
  }
  const std::string report = (*pass)->ReportJson();
  const Json tried = Json::parse(report)["retry"];
  return PrintReport(
      report,
      "Tried " + Counted(tried["tried"].get<uint64_t>(), "failed record") +
          " again in " + Printable(options.failed.store) + "; " +
          Grouped(tried["left"].get<uint64_t>()) + " left",
      options.failed.store, console);
}

}  // namespace ferrite
